"""The minimax loss, whose gradient vanishes when the discriminator is sure."""

from torch import Tensor
from torch.nn.functional import softplus

from gans.tricks._base import Base


class Saturating(Base):
    """The base with the generator's loss of `gan_minimax`; with both equal bit by bit."""

    def loss_of_generator(self, scores: Tensor) -> Tensor:
        return -softplus(scores).mean()
