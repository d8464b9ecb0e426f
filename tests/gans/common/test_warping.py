"""Interpolation, mirroring and affine transformations of images, against PyTorch's."""

import pytest
import torch
from torch.nn.functional import affine_grid, grid_sample, pad

from gans.common.matrices import multiply, rotation, scaling, translation
from gans.common.warping import (
    CENTRE,
    SYM6,
    Warp,
    filter_matrix,
    gather,
    interpolate,
    mirror,
    padding_matrix,
)

SIDES = pytest.mark.parametrize(("height", "width"), [(8, 8), (12, 16), (7, 9)])


def draw_matrices(n):
    """Draw matrices that rotate, scale and shift."""
    torch.manual_seed(0)
    angle, x, y = torch.rand(3, n)
    return multiply([rotation(6 * angle), scaling(0.5 + x, 0.5 + y), translation(4 * x - 2, 3 * y)])


def to_torch(matrices, height, width):
    """Convert matrices in pixels to those of `affine_grid`, whose corners are at -1 and 1."""
    size = torch.tensor([(width - 1) / 2, (height - 1) / 2, 1.0])
    return (matrices * size / size[:, None])[:, :2]


@SIDES
def test_gathering_copies_pixels(height, width):
    images = torch.randn(3, 2, height, width)
    rows, columns = torch.randint(height, (3, 4, 5)), torch.randint(width, (3, 4, 5))
    copied = gather(images, rows, columns)
    for sample, row, column in ((0, 0, 0), (1, 3, 4), (2, 2, 1)):
        place = rows[sample, row, column], columns[sample, row, column]
        assert torch.equal(copied[sample, :, row, column], images[sample, :, *place])


@SIDES
def test_interpolation_is_that_of_torch(height, width):
    """With mirrored places, as grid_sample with reflection."""
    images, matrices = torch.randn(5, 2, height, width), draw_matrices(5)
    x, y = Warp(height, width).transform_pixels(matrices)
    result = interpolate(images, mirror(y, height), mirror(x, width))
    theta = to_torch(matrices, height, width)
    grid = affine_grid(theta, list(images.shape), align_corners=True)
    expected = grid_sample(images, grid, padding_mode="reflection", align_corners=True)
    torch.testing.assert_close(result, expected, atol=1e-4, rtol=1e-4)


def test_interpolation_at_pixels_copies_them():
    images = torch.randn(2, 3, 4, 6)
    rows, columns = torch.meshgrid(torch.arange(4.0), torch.arange(6.0), indexing="ij")
    result = interpolate(images, rows.expand(2, -1, -1), columns.expand(2, -1, -1))
    assert torch.equal(result, images)


def test_mirroring_is_that_of_torch():
    row = torch.arange(5.0)
    assert torch.equal(
        mirror(torch.arange(-4.0, 9), 5), pad(row[None, None], (4, 4), "reflect")[0, 0]
    )
    torch.testing.assert_close(
        padding_matrix(5) @ row, pad(row[None, None], (3, 3), "reflect")[0, 0]
    )
    assert mirror(torch.tensor(-0.25), 5) == 0.25 and mirror(torch.tensor(20.5), 5) == 3.5


def test_the_filter_is_an_orthogonal_wavelet_with_six_vanishing_moments():
    assert sum(SYM6) == pytest.approx(2**0.5)
    torch.testing.assert_close(filter_matrix(9).T @ filter_matrix(9), torch.eye(9))
    for moment in range(6):
        total = sum((-1) ** k * k**moment * tap for k, tap in enumerate(SYM6))
        assert total == pytest.approx(0, abs=1e-8)
    assert 5 < CENTRE < 6, "almost symmetric"


@SIDES
def test_the_identity_keeps_what_the_filter_does_not_mirror(height, width):
    """Downsampling by the filter inverts upsampling."""
    images = torch.randn(4, 2, height, width)
    result = Warp(height, width)(images, torch.eye(3).expand(4, 3, 3))
    torch.testing.assert_close(
        result[:, :, 3:-3, 3:-3], images[:, :, 3:-3, 3:-3], atol=1e-4, rtol=1e-4
    )


def test_a_constant_image_stays_constant():
    images = torch.full((6, 1, 10, 8), 0.3)
    torch.testing.assert_close(Warp(10, 8)(images, draw_matrices(6)), images)


@pytest.mark.parametrize(
    "matrix",
    [
        rotation(torch.tensor([0.7])),
        scaling(torch.tensor([-1.0]), torch.tensor([1.0])),
        scaling(torch.tensor([0.8]), torch.tensor([1.1])),
        translation(torch.tensor([0.5]), torch.tensor([-1.3])),
    ],
    ids=["rotation", "flip", "scaling", "translation"],
)
def test_the_transformation_of_a_smooth_function_is_the_function_at_transformed_places(matrix):
    places = torch.arange(32.0)
    warp = Warp(32, 32)
    x, y = warp.transform_pixels(matrix)
    images = torch.sin(places / 5)[None, :] + torch.cos(places / 4)[:, None]
    result = warp(images[None, None], matrix)[:, 0]
    is_inside = (x > 2) & (x < 29) & (y > 2) & (y < 29)
    expected = torch.sin(x / 5) + torch.cos(y / 4)
    torch.testing.assert_close(result[is_inside], expected[is_inside], atol=0.02, rtol=0)


def test_gradients_of_first_and_second_order():
    warp, matrices = Warp(4, 5).double(), draw_matrices(2).double()
    images = torch.randn(2, 1, 4, 5, dtype=torch.float64, requires_grad=True)

    def transform(images):
        return warp(images, matrices).square()

    assert torch.autograd.gradcheck(transform, images)
    assert torch.autograd.gradgradcheck(transform, images)
