"""Super-resolution that begins with a regression and continues with adversarial training."""

from torch import Tensor

from gans.common.variant import ImageToImage, Shape


class Pretrained(ImageToImage):
    """A generator trained first by regression, then against a discriminator.

    During the regression no other player takes a step.

    Args:
        shape: ``(c, h, w)`` of a high-resolution image.
        source: ``(c, h, w)`` of a low-resolution image.
        pretraining: share of the budget for the regression, 0 to below 1.

    Raises:
        ValueError: ``pretraining`` is out of range.
    """

    progress = 1.0  # outside the training loop: loaded weights are fully trained
    needs_perceptual_layers = True

    def __init__(self, shape: Shape, source: Shape, pretraining: float) -> None:
        super().__init__(shape, source)
        if not 0 <= pretraining < 1:
            raise ValueError(f"expected pretraining in [0, 1), got {pretraining}; lower it")
        self.pretraining = pretraining

    @property
    def adversarial_progress(self) -> float:
        """Completed share of the adversarial training; negative during the regression."""
        return (self.progress - self.pretraining) / (1 - self.pretraining)

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        """Enlarge images ``(n, *source)``, or noise if ``condition`` is None; clip to [-1, 1]."""
        return super().sample(n, condition).clamp(-1, 1)
