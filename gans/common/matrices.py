"""Matrices of transformations of the plane and of colours (Karras et al. 2020, arXiv:2006.06676).

The plane has homogeneous coordinates (x, y, 1), and a colour the coordinates (red, green, blue).
The luma axis is that of grey colours.
"""

from functools import reduce
from math import sqrt

import torch
from torch import Tensor


def multiply(matrices: list[Tensor]) -> Tensor:
    """Multiply batches of matrices, ``(n, k, k)`` each, from left to right."""
    return reduce(torch.matmul, matrices)


def make_matrices(rows: list[list[Tensor | float]]) -> Tensor:
    """Make matrices ``(n, k, k)`` from their entries, each ``(n,)`` or one number for all."""
    entries = [entry for row in rows for entry in row]
    zero = next(0 * entry for entry in entries if isinstance(entry, Tensor))
    return torch.stack([zero + entry for entry in entries], dim=1).unflatten(1, (len(rows), -1))


def scaling(x: Tensor, y: Tensor) -> Tensor:
    """Make matrices ``(n, 3, 3)`` that scale the plane by factors ``(n,)`` along its axes."""
    return make_matrices([[x, 0, 0], [0, y, 0], [0, 0, 1]])


def rotation(angle: Tensor) -> Tensor:
    """Make matrices ``(n, 3, 3)`` that rotate the plane by angles ``(n,)``, in radians."""
    cos, sin = angle.cos(), angle.sin()
    return make_matrices([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])


def translation(x: Tensor, y: Tensor) -> Tensor:
    """Make matrices ``(n, 3, 3)`` that shift the plane by x and y, ``(n,)`` each."""
    return make_matrices([[1, 0, x], [0, 1, y], [0, 0, 1]])


def luma_flip(number: Tensor) -> Tensor:
    """Make matrices ``(n, 3, 3)`` that mirror the luma of a colour, for a number of 0 or 1."""
    return torch.eye(3, device=number.device) - 2 / 3 * number[:, None, None].expand(-1, 3, 3)


def hue_rotation(angle: Tensor) -> Tensor:
    """Make matrices ``(n, 3, 3)`` that rotate a colour about the luma axis by angles ``(n,)``."""
    same, sin = (1 + 2 * angle.cos()) / 3, angle.sin() / sqrt(3)
    other = (1 - angle.cos()) / 3
    before, after = other - sin, other + sin
    return make_matrices([[same, before, after], [after, same, before], [before, after, same]])


def saturation_scaling(factor: Tensor) -> Tensor:
    """Make matrices ``(n, 3, 3)`` that scale the distance of a colour from the luma axis."""
    grey = torch.full((3, 3), 1 / 3, device=factor.device)
    return grey + (torch.eye(3, device=factor.device) - grey) * factor[:, None, None]
