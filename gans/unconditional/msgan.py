r"""MSGAN: Mode Seeking Generative Adversarial Networks for Diverse Image Synthesis.

Mao, Lee, Tseng, Ma and Yang, 2019, arXiv:1903.05628, section 3.2.

A generator that has collapsed sends distant noise to nearby images. So ask for the opposite: that
the distance of two images, measured by the distance of the noise they were made from, be large. No
network changes, and none is run more often.

$$L_D = -\mathbb{E}_x[\log D(x)] - \mathbb{E}_z[\log(1 - D(G(z)))]$$

$$L_G = -\mathbb{E}_z[\log D(G(z))]
      + \lambda \left(\frac{d(G(z_1), G(z_2))}{d(z_1, z_2)} + \epsilon\right)^{-1}$$

Departs from the paper: unconditional, where the paper's generators are given a class, an image or a
text, and the two images are made from the same; the networks of the controlled rows. As in the
authors' code the ratio, which the paper maximises, is made a loss by its reciprocal, d is the mean
absolute difference, over a batch before the division, and epsilon is 1e-5; unlike there, the pairs
are the two halves of a batch instead of two batches, so that only the new term is new.
"""

from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Losses, Variant

EPSILON = 1e-5  # of the authors' code: a collapsed generator's loss is large, not infinite


class MSGAN(Variant):
    """The non-saturating loss, and a reward for images that differ as their noise does.

    Args:
        mode_seeking_weight: lambda.
    """

    def __init__(
        self, shape, *, latent: int = 100, width: int = 64, mode_seeking_weight: float = 1.0
    ) -> None:
        super().__init__(shape, latent)
        self.mode_seeking_weight = mode_seeking_weight
        self.generator = networks.generator(shape, latent, width)
        self.discriminator = networks.discriminator(shape, width)

    def step(self, batches) -> Losses:
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
        ratio = halves_apart(fake) / halves_apart(noise)
        yield (
            self.generator,
            {
                "adversarial": softplus(-self.discriminator(fake)).mean(),
                "mode_seeking": self.mode_seeking_weight / (ratio + EPSILON),
            },
        )


def halves_apart(batch):
    """Mean absolute difference of the first half of a batch and the second; of one too many, none."""
    half = len(batch) // 2
    return (batch[:half] - batch[half : 2 * half]).abs().mean()
