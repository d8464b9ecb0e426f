"""What super-resolution by a game shares: a regression that it begins with."""

from torch import Tensor

from gans.common.variant import ImageToImage


class Pretrained(ImageToImage):
    """A generator that is trained by regression, and then plays a game from where that has led.

    Until the game begins, the other players have no turn.

    Args:
        shape: of an image that it makes, ``(c, h, w)``.
        source: of an image that it is given, ``(c, h, w)``.
        pretraining: share of the budget of the regression, below 1.
    """

    progress = 1.0  # until the loop says otherwise: weights that are loaded have played
    needs_perceptual_layers = True

    def __init__(self, shape: tuple[int, ...], source: tuple[int, ...], pretraining: float) -> None:
        super().__init__(shape, source)
        if not 0 <= pretraining < 1:
            raise ValueError(f"pretraining of {pretraining} leaves no share of the budget to play")
        self.pretraining = pretraining

    @property
    def played(self) -> float:
        """Share of the game that is over; below 0 before it begins."""
        return (self.progress - self.pretraining) / (1 - self.pretraining)

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        return super().sample(n, condition).clamp(-1, 1)
