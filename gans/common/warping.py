"""Affine transformations of images, bit-reproducible on every device.

Karras et al. 2020, arXiv:2006.06676, appendix B: images are upsampled by an orthogonal wavelet
filter, interpolated linearly and downsampled, which keeps them sharp.
"""

from math import sqrt

import torch
from torch import Tensor, nn

# low-pass filter of the wavelet Symlet 6 (Daubechies 1992, Ten Lectures on Wavelets, section 8.1.1)
SYM6 = (
    0.015404109327027373,
    0.0034907120842174702,
    -0.11799011114819057,
    -0.048311742585633,
    0.4910559419267466,
    0.787641141030194,
    0.3379294217276218,
    -0.07263752278646252,
    -0.021060292512300564,
    0.04472490177066578,
    0.0017677118642428036,
    -0.007800708325034148,
)
CENTRE = sum(k * tap for k, tap in enumerate(SYM6)) / sum(SYM6)  # of mass, about 5.1
MARGIN = 3  # pixels beyond each side that the filter reaches


def gather(images: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Copy pixels of images ``(n, c, h, w)``.

    Args:
        rows, columns: of the pixels, int64 ``(n, height, width)``.

    Returns:
        ``(n, c, height, width)``.
    """
    indices = (rows * images.shape[3] + columns).flatten(1)[:, None].expand(-1, images.shape[1], -1)
    return images.flatten(2).gather(2, indices).unflatten(2, rows.shape[1:])


def interpolate(images: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Interpolate images ``(n, c, h, w)`` linearly between pixels.

    Args:
        rows, columns: places ``(n, height, width)``, in 0 to h - 1 and 0 to w - 1.

    Returns:
        ``(n, c, height, width)``.
    """
    top = rows.floor().clamp(max=images.shape[2] - 2)
    left = columns.floor().clamp(max=images.shape[3] - 2)
    down, right = (rows - top)[:, None], (columns - left)[:, None]
    top, left = top.long(), left.long()
    upper = torch.lerp(gather(images, top, left), gather(images, top, left + 1), right)
    lower = torch.lerp(gather(images, top + 1, left), gather(images, top + 1, left + 1), right)
    return torch.lerp(upper, lower, down)


def mirror(places: Tensor, side: int) -> Tensor:
    """Mirror places at the first and last pixel of a side of at least 2, into 0 to side - 1."""
    last = side - 1
    return last - (places.remainder(2 * last) - last).abs()


def filter_matrix(side: int) -> Tensor:
    """Make the matrix ``(2 * side + 10, side)`` that upsamples a side by the wavelet filter.

    Its columns are orthonormal. Pixel i has its centre at 2i + `CENTRE` of the upsampled side.
    """
    tap = torch.arange(2 * side + 10)[:, None] - 2 * torch.arange(side)
    is_tap = (tap >= 0) & (tap < len(SYM6))
    return torch.tensor(SYM6)[tap.clamp(0, len(SYM6) - 1)] * is_tap


def padding_matrix(side: int) -> Tensor:
    """Make the matrix ``(side + 2 * MARGIN, side)`` that pads a side with its mirror image."""
    places = mirror(torch.arange(-MARGIN, side + MARGIN), side)
    return (places[:, None] == torch.arange(side)).float()


class Warp(nn.Module):
    """Transforms images ``(n, c, height, width)`` by matrices ``(n, 3, 3)``.

    The matrices map homogeneous coordinates (x, y, 1) in pixels, relative to the centre, of a
    transformed image to those of its original. Beyond its sides, an image is its mirror image.

    Args:
        height, width: of the images, at least 2.
    """

    up_rows: Tensor
    up_columns: Tensor
    down_rows: Tensor
    down_columns: Tensor

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.height, self.width = height, width
        for name, side in (("rows", height), ("columns", width)):
            up = sqrt(2) * filter_matrix(side + 2 * MARGIN) @ padding_matrix(side)
            down = filter_matrix(side).T / sqrt(2)
            self.register_buffer(f"up_{name}", up, persistent=False)
            self.register_buffer(f"down_{name}", down, persistent=False)

    def transform_pixels(self, matrices: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the places x and y in the originals of the pixels, ``(n, height, width)``."""
        device = matrices.device
        x = torch.arange(self.width, device=device, dtype=torch.float32)
        y = torch.arange(self.height, device=device, dtype=torch.float32)
        return self.transform_places(matrices, x, y)

    def transform_places(self, matrices: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the places in the originals of a grid of places.

        Args:
            matrices: ``(n, 3, 3)``.
            x, y: columns ``(k,)`` and rows ``(m,)`` of the grid, in pixels.

        Returns:
            x and y in the originals, ``(n, m, k)`` each.
        """
        middle_x, middle_y = (self.width - 1) / 2, (self.height - 1) / 2
        a = matrices[:, :, :, None, None]
        x, y = (x - middle_x)[None, None, :], (y - middle_y)[None, :, None]
        return (
            a[:, 0, 0] * x + a[:, 0, 1] * y + a[:, 0, 2] + middle_x,
            a[:, 1, 0] * x + a[:, 1, 1] * y + a[:, 1, 2] + middle_y,
        )

    def forward(self, images: Tensor, matrices: Tensor) -> Tensor:
        device = images.device
        fine = self.up_rows @ images @ self.up_columns.T
        x, y = self.transform_places(
            matrices,
            (torch.arange(self.down_columns.shape[1], device=device) - CENTRE) / 2,
            (torch.arange(self.down_rows.shape[1], device=device) - CENTRE) / 2,
        )
        rows = 2 * (mirror(y, self.height) + MARGIN) + CENTRE
        columns = 2 * (mirror(x, self.width) + MARGIN) + CENTRE
        return self.down_rows @ interpolate(fine, rows, columns) @ self.down_columns.T
