r"""ADA: Training Generative Adversarial Networks with Limited Data.

Karras, Aittala, Hellsten, Laine, Lehtinen and Aila, 2020, arXiv:2006.06676, sections 2 and 3.

A discriminator that sees few images memorises them, and its scores of real images and of samples
drift apart. Here both players' losses use augmented images T_p(x) only. Each transformation of T_p,
of pixels, geometry and colours, is applied with probability p below 1, so that the generator can
learn the distribution without augmentation. Every fourth minibatch p rises if r_t, which measures
overfitting, is above 0.6, and falls otherwise: little data get strong augmentation, and much data
get little.

$$r_t = \mathbb{E}_x[\mathrm{sign}(D(T_p(x)))]$$

$$L_D = -\mathbb{E}_x[\log D(T_p(x))] - \mathbb{E}_z[\log(1 - D(T_p(G(z))))]$$

$$L_G = -\mathbb{E}_z[\log D(T_p(G(z)))]$$

In r_t, D is the logit. Departs from the paper: the shared networks and the non-saturating loss of
the controlled rows instead of StyleGAN2 with R1, so that this row differs from `dcgan` in the
augmentation alone; r_t is the mean of four minibatches of the size of these rows. Vectors are not
augmented. `stylegan2` has ADA with the networks of the paper.
"""

from torch.nn.functional import softplus

from gans.common import augmentation, networks
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class ADA(Variant):
    """The non-saturating loss on images whose augmentation adapts to overfitting.

    Args:
        rampup_samples: real images in which p can rise from 0 to 1.
    """

    def __init__(
        self,
        shape: Shape,
        *,
        latent: int = 100,
        width: int = 64,
        backbone: Backbone = "dcgan",
        rampup_samples: float = 5e5,
    ) -> None:
        super().__init__(shape, latent)
        self.generator = networks.generator(shape, latent, width, backbone=backbone)
        self.discriminator = networks.discriminator(shape, width, backbone=backbone)
        self.augment = augmentation.adaptive(shape, True, rampup_samples)

    def step(self, batches: Batches) -> Losses:
        real = self.augment(next(batches))
        fake = self.augment(self.fake(len(real)))
        on_real = self.discriminator(real)
        yield (
            self.discriminator,
            {
                "real": softplus(-on_real).mean(),
                "fake": softplus(self.discriminator(fake)).mean(),
            },
        )
        self.augment.adapt(on_real)
        fake = self.augment(self.sample(len(real)))
        yield self.generator, {"adversarial": softplus(-self.discriminator(fake)).mean()}
