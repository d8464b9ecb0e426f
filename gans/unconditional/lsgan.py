r"""LSGAN: Least Squares Generative Adversarial Networks.

Mao, Li, Xie, Lau, Wang and Smolley, 2017, arXiv:1611.04076, equation 9.

The cross-entropy stops pulling on samples that are on the right side of the decision boundary,
however far from the data they lie. A squared distance to a target value keeps pulling. With targets
0 for generated and 1 for real, and 1 as what the generator wants to hear:

$$L_D = \tfrac12 \mathbb{E}_x[(D(x) - 1)^2] + \tfrac12 \mathbb{E}_z[D(G(z))^2]$$

$$L_G = \tfrac12 \mathbb{E}_z[(D(G(z)) - 1)^2]$$

Departs from the paper: the networks of the controlled rows.
"""

from gans.common import networks
from gans.common.variant import Losses, Variant


class LSGAN(Variant):
    """Least squares on the shared networks; the discriminator's output is linear."""

    boundary = 0.5  # halfway between the targets

    def __init__(self, shape, *, latent: int = 100, width: int = 64) -> None:
        super().__init__(shape, latent)
        self.generator = networks.generator(shape, latent, width)
        self.discriminator = networks.discriminator(shape, width)

    def step(self, batches) -> Losses:
        real = next(batches)
        fake = self.fake(len(real))
        yield (
            self.discriminator,
            {
                "real": 0.5 * (self.discriminator(real) - 1).square().mean(),
                "fake": 0.5 * self.discriminator(fake).square().mean(),
            },
        )
        fake = self.sample(len(real))
        yield self.generator, {"adversarial": 0.5 * (self.discriminator(fake) - 1).square().mean()}
