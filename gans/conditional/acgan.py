r"""ACGAN: Conditional Image Synthesis with Auxiliary Classifier GANs.

Odena, Olah and Shlens, 2017, arXiv:1610.09585, equations 2 and 3.

The discriminator is not told the class but asked for it: beside the source S of an image, real or
generated, it has a head for its class C. Both players raise the likelihood of the right class, so
the generator learns to draw images that are told apart with ease.

$$L_S = \mathbb{E}[\log P(S = \text{real} \mid X_{\text{real}})]
      + \mathbb{E}[\log P(S = \text{fake} \mid X_{\text{fake}})]$$

$$L_C = \mathbb{E}[\log P(C = c \mid X_{\text{real}})]
      + \mathbb{E}[\log P(C = c \mid X_{\text{fake}})]$$

The discriminator ascends $L_S + L_C$ and the generator $L_C - L_S$.

Departs from the paper: the networks of the controlled rows; the source term of the generator is the
non-saturating one, as in the other rows; the classes of the generated images are those of the
batch, which are distributed as the data's; Gaussian instead of uniform noise.
"""

from torch.nn.functional import cross_entropy, softplus

from gans.common import networks
from gans.common.variant import Conditional, Losses


class ACGAN(Conditional):
    """A discriminator of the source that also names the class."""

    def __init__(self, shape, *, classes: int, latent: int = 100, width: int = 64) -> None:
        super().__init__(shape, latent, classes)
        self.generator = networks.generator(shape, latent + classes, width)
        self.discriminator = networks.discriminator(shape, width, outputs=1 + classes)

    def heads(self, images):
        """Logits of the source, ``(n,)``, and of the classes, ``(n, classes)``."""
        outputs = self.discriminator(images)
        return outputs[:, 0], outputs[:, 1:]

    def discriminator_score(self, images, condition=None):
        return self.heads(images)[0]

    def step(self, batches) -> Losses:
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
