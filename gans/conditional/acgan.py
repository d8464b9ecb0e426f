r"""ACGAN: Conditional Image Synthesis with Auxiliary Classifier GANs.

Odena, Olah and Shlens, 2017, arXiv:1610.09585, equations 2 and 3.

The discriminator does not receive the class but predicts it: in addition to the logit for the
source S of an image, real or fake, it has logits for the class C. Both players maximise the
likelihood of the right class, so the generator learns images whose classes are easy to distinguish.

$$L_S = \mathbb{E}[\log P(S = \text{real} \mid X_{\text{real}})]
      + \mathbb{E}[\log P(S = \text{fake} \mid X_{\text{fake}})]$$

$$L_C = \mathbb{E}[\log P(C = c \mid X_{\text{real}})]
      + \mathbb{E}[\log P(C = c \mid X_{\text{fake}})]$$

The discriminator ascends $L_S + L_C$ and the generator $L_C - L_S$.

Departs from the paper: the shared networks of the controlled rows; the generator's source term is
the non-saturating one, as in the other rows; generated images have the classes of the real batch,
whose distribution is that of the data; Gaussian instead of uniform noise.
"""

from torch import Tensor
from torch.nn.functional import cross_entropy, softplus

from gans.common import networks
from gans.common.variant import Backbone, Batches, Conditional, Losses, Shape


class ACGAN(Conditional):
    """The non-saturating loss with an auxiliary classifier."""

    def __init__(
        self,
        shape: Shape,
        *,
        classes: int,
        latent: int = 100,
        width: int = 64,
        backbone: Backbone = "dcgan",
    ) -> None:
        super().__init__(shape, latent, classes)
        self.generator = networks.generator(
            shape, latent, width, classes=classes, backbone=backbone
        )
        self.discriminator = networks.discriminator(shape, width, 1 + classes, backbone=backbone)

    def heads(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the logits of the source, ``(n,)``, and of the classes, ``(n, classes)``."""
        outputs = self.discriminator(images)
        return outputs[:, 0], outputs[:, 1:]

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        return self.heads(images)[0]

    def step(self, batches: Batches) -> Losses:
        real, labels = next(batches)
        source_real, class_real = self.heads(real)
        source_fake, class_fake = self.heads(self.fake(len(real), labels))
        yield (
            self.discriminator,
            {
                "real": softplus(-source_real).mean(),
                "fake": softplus(source_fake).mean(),
                "class_real": cross_entropy(class_real, labels),
                "class_fake": cross_entropy(class_fake, labels),
            },
        )
        source_fake, class_fake = self.heads(self.sample(len(real), labels))
        yield (
            self.generator,
            {
                "adversarial": softplus(-source_fake).mean(),
                "class_fake": cross_entropy(class_fake, labels),
            },
        )
