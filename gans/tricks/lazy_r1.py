r"""Lazy R1: a penalty on the gradient at real samples, in every 16th step.

Mescheder, Geiger and Nowozin, 2018, arXiv:1801.04406, equation 9; lazily as in Karras et al., 2020,
arXiv:1912.04958, section 3.1.

Training converges locally with this penalty. In one step of 16 it counts 16 times as much.

$$R_1 = \tfrac{\gamma}{2} \, \mathbb{E}_x[\|\nabla_x D(x)\|^2]$$
"""

from torch import Tensor

from gans.common.penalties import gradient_norm
from gans.common.steps import StepCounter
from gans.common.variant import Backbone, Shape
from gans.tricks._base import Base

INTERVAL = 16


class LazyR1(Base):
    """The base with R1; ``penalty_weight`` is gamma."""

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan",
        penalty_weight: float = 1.0,
    ) -> None:  # fmt: skip
        super().__init__(shape, latent=latent, width=width, backbone=backbone)
        self.weight, self.counter = penalty_weight, StepCounter()

    def discriminator_losses(self, real: Tensor, fake: Tensor) -> dict[str, Tensor]:
        losses = super().discriminator_losses(real, fake)
        penalty = losses["real"].new_zeros(())
        if self.counter.advance() % INTERVAL == 0:
            penalty = gradient_norm(self.discriminator, real).square().mean()
        return losses | {"r1": INTERVAL * self.weight / 2 * penalty}
