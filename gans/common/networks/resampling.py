"""Resampling of images by powers of two, bit-reproducible on every device.

The gradients of PyTorch's interpolation differ from run to run on a GPU. These functions use
``expand`` and ``mean`` instead, whose gradients are reproducible.
"""

from torch import Tensor, nn
from torch.nn.functional import pad


def upsample(images: Tensor, doublings: int = 1) -> Tensor:
    """Repeat each pixel of ``(n, c, h, w)`` as a square of side ``2**doublings``."""
    n, channels, height, breadth = images.shape
    side = 2**doublings
    squares = images[:, :, :, None, :, None].expand(n, channels, height, side, breadth, side)
    return squares.reshape(n, channels, height * side, breadth * side)


def downsample(images: Tensor, halvings: int = 1) -> Tensor:
    """Average each square of side ``2**halvings`` of ``(n, c, h, w)`` to a pixel."""
    n, channels, height, breadth = images.shape
    side = 2**halvings
    squares = images.reshape(n, channels, height // side, side, breadth // side, side)
    return squares.mean(dim=(3, 5))


def blur(images: Tensor) -> Tensor:
    """Filter images ``(n, c, h, w)`` by [1, 2, 1] / 4 along each side, with zero padding.

    `upsample` and then `blur` is bilinear upsampling; `blur` and then `downsample` is
    its adjoint, up to a factor.
    """
    images = pad(images, (1, 1, 1, 1))
    images = images[:, :, :-2] + 2 * images[:, :, 1:-1] + images[:, :, 2:]
    return (images[..., :-2] + 2 * images[..., 1:-1] + images[..., 2:]) / 16


class Upsample(nn.Module):
    """`upsample` by a factor of 2, as a layer."""

    def forward(self, images: Tensor) -> Tensor:
        return upsample(images)


class Downsample(nn.Module):
    """`downsample` by a factor of 2, as a layer."""

    def forward(self, images: Tensor) -> Tensor:
        return downsample(images)


class Blur(nn.Module):
    """`blur`, as a layer."""

    def forward(self, images: Tensor) -> Tensor:
        return blur(images)
