"""Differentiable augmentation: the ranges of the policy of DiffAugment."""

import pytest
import torch

from gans.common.augmentation import cut_out, jitter_colour, translate


@pytest.mark.parametrize(("side", "largest"), [(8, 1), (16, 2), (28, 4), (32, 4)])
def test_translation_shifts_by_up_to_an_eighth_and_fills_with_zeros(side, largest):
    torch.manual_seed(0)
    images = torch.rand(400, 2, side, side) + 1
    shifts = set()
    for image, moved in zip(images, translate(images), strict=True):
        rows, columns = moved[0].any(dim=1).nonzero()[:, 0], moved[0].any(dim=0).nonzero()[:, 0]
        down = rows[0].item() or rows[-1].item() - side + 1
        right = columns[0].item() or columns[-1].item() - side + 1
        expected = torch.zeros(2, 3 * side, 3 * side)
        expected[:, side + down :, side + right :][:, :side, :side] = image
        assert torch.equal(moved, expected[:, side : 2 * side, side : 2 * side])
        shifts.add((down, right))
    everywhere = range(-largest, largest + 1)
    if side == 8:
        assert shifts == {(down, right) for down in everywhere for right in everywhere}
    assert {down for down, _ in shifts} == {right for _, right in shifts} == set(everywhere)


@pytest.mark.parametrize(("height", "width"), [(8, 8), (12, 16), (7, 9)])
def test_cutout_clears_a_rectangle_of_half_of_each_side(height, width):
    torch.manual_seed(0)
    images = torch.rand(500, 3, height, width) + 1
    cut = cut_out(images)
    assert torch.equal(cut[cut != 0], images[cut != 0])
    cleared = (cut == 0).all(dim=1)
    rows, columns = cleared.any(dim=2), cleared.any(dim=1)
    assert torch.equal(cleared, rows[:, :, None] & columns[:, None]), "a rectangle"
    for places, side in ((rows, height), (columns, width)):
        size = int(side / 2 + 0.5)
        lengths = places.sum(dim=1)
        assert lengths.max() == size and lengths.min() == (size + 1) // 2
        assert places.any(dim=0).all(), "anywhere"


def test_colours_change_by_the_ranges_of_the_policy():
    torch.manual_seed(0)
    images = torch.randn(4000, 3, 4, 4)
    changed = jitter_colour(images)
    shift = (changed - images).mean(dim=(1, 2, 3))
    assert shift.abs().max() <= 0.5 and shift.std().item() == pytest.approx(12**-0.5, rel=0.05)
    grey, grey_before = changed.mean(dim=1), images.mean(dim=1)
    contrast = grey.std(dim=(1, 2)) / grey_before.std(dim=(1, 2))
    assert 0.499 < contrast.min() < 0.55 and 1.45 < contrast.max() < 1.501
    colour, colour_before = (x - x.mean(dim=1, keepdim=True) for x in (changed, images))
    factor = (colour / colour_before).flatten(1).median(dim=1).values / contrast
    assert 0 <= factor.min() < 0.05 and 1.95 < factor.max() <= 2.001
    one = jitter_colour(images[:, :1])
    assert one.shape == (4000, 1, 4, 4)
