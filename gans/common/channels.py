"""Images of one domain with as many channels as those of another have."""

from torch import Tensor


def match_channels(images: Tensor, channels: int) -> Tensor:
    """Images ``(n, *, h, w)`` with so many channels: a single one repeated, or many averaged to one.

    Raises:
        ValueError: neither number is one, and they differ.
    """
    if images.shape[1] == channels:
        return images
    if channels == 1:
        return images.mean(dim=1, keepdim=True)
    if images.shape[1] != 1:
        raise ValueError(
            f"images of {images.shape[1]} channels cannot be shown with {channels}; "
            "only where either has one channel can the two differ"
        )
    return images.expand(-1, channels, -1, -1)


def shared_channels(shape: tuple[int, ...], source: tuple[int, ...]) -> int:
    """Of images ``(c, h, w)`` of two domains, the larger number of channels.

    Raises:
        ValueError: they differ, and neither is one, or the sizes differ.
    """
    if tuple(shape[1:]) != tuple(source[1:]) or (
        shape[0] != source[0] and 1 not in (shape[0], source[0])
    ):
        raise ValueError(
            f"images of {tuple(source)} cannot be mixed with images of {tuple(shape)}: "
            "their sizes must be the same, and their channels too, unless either has one"
        )
    return max(shape[0], source[0])
