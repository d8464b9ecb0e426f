"""Images made larger and smaller by powers of two, with the same bits each time on any device.

The interpolations of PyTorch have gradients that differ from run to run on a GPU; a repetition is
an ``expand`` here and a reduction a mean, whose gradients do not.
"""

from torch import Tensor, nn
from torch.nn.functional import pad


def upsample(images: Tensor, times: int = 1) -> Tensor:
    """Each pixel of ``(n, c, h, w)`` as a square of side ``2**times``."""
    n, channels, height, breadth = images.shape
    side = 2**times
    squares = images[:, :, :, None, :, None].expand(n, channels, height, side, breadth, side)
    return squares.reshape(n, channels, height * side, breadth * side)


def downsample(images: Tensor, times: int = 1) -> Tensor:
    """The mean of each square of side ``2**times`` of ``(n, c, h, w)`` as a pixel."""
    n, channels, height, breadth = images.shape
    side = 2**times
    squares = images.reshape(n, channels, height // side, side, breadth // side, side)
    return squares.mean(dim=(3, 5))


def blur(images: Tensor) -> Tensor:
    """Images through the filter [1, 2, 1] / 4 along each side, zero beyond the border.

    Doubling and then blurring is bilinear interpolation; blurring and then halving is its adjoint,
    up to a factor.
    """
    images = pad(images, (1, 1, 1, 1))
    images = images[:, :, :-2] + 2 * images[:, :, 1:-1] + images[:, :, 2:]
    return (images[..., :-2] + 2 * images[..., 1:-1] + images[..., 2:]) / 16


class Upsample(nn.Module):
    """``upsample`` as a layer."""

    def forward(self, images: Tensor) -> Tensor:
        return upsample(images)


class Downsample(nn.Module):
    """``downsample`` as a layer."""

    def forward(self, images: Tensor) -> Tensor:
        return downsample(images)


class Blur(nn.Module):
    """``blur`` as a layer."""

    def forward(self, images: Tensor) -> Tensor:
        return blur(images)
