r"""MSGAN: Mode Seeking Generative Adversarial Networks for Diverse Image Synthesis.

Mao, Lee, Tseng, Ma and Yang, 2019, arXiv:1903.05628, section 3.2.

A collapsed generator maps distant noise to similar images. MSGAN maximises the ratio of the
distance between two images to the distance between their noise vectors. It changes no network and
needs no additional forward pass.

$$L_D = -\mathbb{E}_x[\log D(x)] - \mathbb{E}_z[\log(1 - D(G(z)))]$$

$$L_G = -\mathbb{E}_z[\log D(G(z))]
      + \lambda \left(\frac{d(G(z_1), G(z_2))}{d(z_1, z_2)} + \epsilon\right)^{-1}$$

Departs from the paper: unconditional, where the paper's generators are conditioned on a class, an
image or a text and both images of a pair have the same condition; the shared networks of the
controlled rows. As in the authors' code, the loss is the reciprocal of the ratio that the paper
maximises, d is the mean absolute difference over a batch, and epsilon is 1e-5. Unlike in that code,
the pairs are the two halves of one batch, so that only the additional term differs from `dcgan`.
"""

from torch import Tensor
from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant

EPSILON = 1e-5  # of the authors' code; bounds the loss of a collapsed generator


class MSGAN(Variant):
    """The non-saturating loss and the mode-seeking regularisation.

    Args:
        mode_seeking_weight: lambda.
    """

    def __init__(
        self,
        shape: Shape,
        *,
        latent: int = 100,
        width: int = 64,
        backbone: Backbone = "dcgan",
        mode_seeking_weight: float = 1.0,
    ) -> None:
        super().__init__(shape, latent)
        self.mode_seeking_weight = mode_seeking_weight
        self.generator = networks.generator(shape, latent, width, backbone=backbone)
        self.discriminator = networks.discriminator(shape, width, backbone=backbone)

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        fake = self.fake(len(real))
        yield (
            self.discriminator,
            {
                "real": softplus(-self.discriminator(real)).mean(),
                "fake": softplus(self.discriminator(fake)).mean(),
            },
        )
        noise = self.noise(len(real))
        fake = self.generator(noise)
        ratio = distance_of_halves(fake) / distance_of_halves(noise)
        yield (
            self.generator,
            {
                "adversarial": softplus(-self.discriminator(fake)).mean(),
                "mode_seeking": self.mode_seeking_weight / (ratio + EPSILON),
            },
        )


def distance_of_halves(batch: Tensor) -> Tensor:
    """Return the mean absolute difference between the halves of a batch ``(n, ...)``.

    If n is odd, the last sample is ignored.
    """
    half = len(batch) // 2
    return (batch[:half] - batch[half : 2 * half]).abs().mean()
