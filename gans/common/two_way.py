"""What translators without pairs share: a way there and a way back, and judges that remember."""

from typing import Any

from torch import Tensor, nn

from gans.common.history import History
from gans.common.networks.image_to_image import PatchDiscriminator
from gans.common.variant import ImageToImage


class TwoWay(ImageToImage):
    """Two translators, each the way back of the other, trained together on unpaired images.

    Their generator has a part ``there``, from ``source`` to ``shape``, and one ``back``; subclasses
    with a generator of other parts override the methods of these names.
    """

    paired = False
    generator: Any  # a ModuleDict of these parts, where nothing else is said

    def there(self, images: Tensor) -> Tensor:
        """Images ``(n, *source)`` to ``(n, *shape)``."""
        return self.generator["there"](images)

    def back(self, images: Tensor) -> Tensor:
        """Images ``(n, *shape)`` to ``(n, *source)``."""
        return self.generator["back"](images)

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        return self.there(self.random_condition(n) if condition is None else condition)

    def reconstruct(self, images: Tensor) -> Tensor:
        """Images ``(n, *source)`` sent there and back."""
        return self.back(self.there(images))


class Judge(nn.Module):
    """Images ``(n, *shape)`` to scores of patches ``(n, 1, *)``, and a memory for samples.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels after the first level.
        history: samples that it remembers; see `History`, which ``history`` is.
    """

    def __init__(self, shape: tuple[int, ...], width: int, history: int) -> None:
        super().__init__()
        self.patches = PatchDiscriminator(shape[0], min(shape[1:]), width)
        self.history = History(shape, history)

    def forward(self, images: Tensor) -> Tensor:
        return self.patches(images)
