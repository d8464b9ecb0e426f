r"""DiffAugment: Differentiable Augmentation for Data-Efficient GAN Training.

Zhao, Liu, Lin, Zhu and Han, 2020, arXiv:2006.10738, section 3.

A discriminator memorises a small data set. To augment only the real images is no remedy: the
generator would learn the distribution of augmented images. Here the same random transformations T
apply to real images and samples, in the losses of both players, so that the generator receives its
gradient through them. Colour changes brightness, saturation and contrast; translation shifts an
image by up to an eighth of its sides; cutout sets a square of half a side to zero.

$$L_D = -\mathbb{E}_x[\log D(T(x))] - \mathbb{E}_z[\log(1 - D(T(G(z))))]$$

$$L_G = -\mathbb{E}_z[\log D(T(G(z)))]$$

Departs from the paper: the shared networks and the non-saturating loss of the controlled rows
instead of BigGAN or StyleGAN2, so that this row differs from `dcgan` in the augmentation alone.
Vectors are not augmented.
"""

from torch.nn.functional import softplus

from gans.common import networks
from gans.common.augmentation import DifferentiableAugmentation
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class DiffAugment(Variant):
    """The non-saturating loss on augmented images.

    Args:
        policy: names from ``colour``, ``translation`` and ``cutout``, with commas between them.

    Raises:
        ValueError: the policy has another name.
    """

    def __init__(
        self,
        shape: Shape,
        *,
        latent: int = 100,
        width: int = 64,
        backbone: Backbone = "dcgan",
        policy: str = "colour,translation,cutout",
    ) -> None:
        super().__init__(shape, latent)
        self.augment = DifferentiableAugmentation(policy)
        self.generator = networks.generator(shape, latent, width, backbone=backbone)
        self.discriminator = networks.discriminator(shape, width, backbone=backbone)

    def step(self, batches: Batches) -> Losses:
        real = self.augment(next(batches))
        fake = self.augment(self.fake(len(real)))
        yield (
            self.discriminator,
            {
                "real": softplus(-self.discriminator(real)).mean(),
                "fake": softplus(self.discriminator(fake)).mean(),
            },
        )
        fake = self.augment(self.sample(len(real)))
        yield self.generator, {"adversarial": softplus(-self.discriminator(fake)).mean()}
