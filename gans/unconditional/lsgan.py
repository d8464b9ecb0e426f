r"""LSGAN: Least Squares Generative Adversarial Networks.

Mao, Li, Xie, Lau, Wang and Smolley, 2017, arXiv:1611.04076, equation 9.

The gradient of the cross-entropy vanishes for samples on the right side of the decision boundary,
however far from the data they are. The squared distance to a target value does not. The targets are
0 for generated and 1 for real samples, and 1 for the generator:

$$L_D = \tfrac12 \mathbb{E}_x[(D(x) - 1)^2] + \tfrac12 \mathbb{E}_z[D(G(z))^2]$$

$$L_G = \tfrac12 \mathbb{E}_z[(D(G(z)) - 1)^2]$$

Departs from the paper: the shared networks of the controlled rows.
"""

from gans.common import networks
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class LSGAN(Variant):
    """The least-squares loss on the shared networks, with a linear discriminator output."""

    boundary = 0.5  # halfway between the targets

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan"
    ) -> None:
        super().__init__(shape, latent)
        self.generator = networks.generator(shape, latent, width, backbone=backbone)
        self.discriminator = networks.discriminator(shape, width, backbone=backbone)

    def step(self, batches: Batches) -> Losses:
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
