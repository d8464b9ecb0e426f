"""Unpaired translation in both directions, and a discriminator with a history of samples."""

from typing import Any

from torch import Tensor, nn

from gans.common.history import History
from gans.common.networks.image_to_image import PatchDiscriminator
from gans.common.variant import ImageToImage


class BidirectionalTranslation(ImageToImage):
    """Two translators in opposite directions, trained together on unpaired images.

    The generator has a network ``there``, from the source to the target domain, and a network
    ``back``. Subclasses whose generator has other parts override `to_target` and `to_source`.
    """

    paired = False
    generator: Any  # a ModuleDict of both networks, unless a subclass overrides it

    def to_target(self, images: Tensor) -> Tensor:
        """Translate source images ``(n, *source)`` to the target domain, ``(n, *shape)``."""
        return self.generator["there"](images)

    def to_source(self, images: Tensor) -> Tensor:
        """Translate target images ``(n, *shape)`` to the source domain, ``(n, *source)``."""
        return self.generator["back"](images)

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        return self.to_target(self.random_condition(n) if condition is None else condition)

    def reconstruct(self, images: Tensor) -> Tensor:
        """Translate source images ``(n, *source)`` to the target domain and back."""
        return self.to_source(self.to_target(images))


class DiscriminatorWithHistory(nn.Module):
    """A patch discriminator, images ``(n, *shape)`` to scores ``(n, 1, *)``, with a `History`.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels after the first level.
        history: capacity of the history, in samples.
    """

    def __init__(self, shape: tuple[int, ...], width: int, history: int) -> None:
        super().__init__()
        self.patches = PatchDiscriminator(shape[0], min(shape[1:]), width)
        self.history = History(shape, history)

    def forward(self, images: Tensor) -> Tensor:
        return self.patches(images)
