"""Conversion between the channel counts of two image domains."""

from torch import Tensor


def match_channels(images: Tensor, channels: int) -> Tensor:
    """Convert images ``(n, *, h, w)`` to ``channels`` channels, by repeating one or averaging.

    Raises:
        ValueError: the channel counts differ, and neither of them is 1.
    """
    if images.shape[1] == channels:
        return images
    if channels == 1:
        return images.mean(dim=1, keepdim=True)
    if images.shape[1] != 1:
        raise ValueError(
            f"expected images of 1 or {channels} channels, got {images.shape[1]}; "
            "convert one of the two domains to grey"
        )
    return images.expand(-1, channels, -1, -1)


def shared_channels(shape: tuple[int, ...], source: tuple[int, ...]) -> int:
    """Return the larger channel count of images ``(c, h, w)`` of two domains.

    Raises:
        ValueError: the sizes differ, or the channel counts differ and neither of them is 1.
    """
    if tuple(shape[1:]) != tuple(source[1:]) or (
        shape[0] != source[0] and 1 not in (shape[0], source[0])
    ):
        raise ValueError(
            f"images of {tuple(source)} cannot be mixed with images of {tuple(shape)}: expected "
            "equal sizes, and equal channels or a single one; resize or convert one domain"
        )
    return max(shape[0], source[0])
