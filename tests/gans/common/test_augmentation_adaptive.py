"""Adaptive augmentation: its transformations, and how p follows the discriminator."""

from math import log, pi

import pytest
import torch

from gans.common import augmentation
from gans.common.augmentation import AdaptiveAugmentation
from gans.common.matrices import hue_rotation, luma_flip, saturation_scaling
from tests.gans.augmentation import SHAPES, build, run_seeded


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 12, 12)], ids=str)
def test_flips_and_rotations_permute_the_pixels(shape, monkeypatch):
    monkeypatch.setattr(augmentation, "SHIFT", 0.0)
    augment = build(shape, 1.0)
    monkeypatch.setattr(augment, "draw_geometry", lambda n: torch.eye(3).expand(n, 3, 3))
    torch.manual_seed(0)
    images = torch.randn(200, *shape)
    moved = augment.transform_pixels(images)
    symmetries = [
        torch.rot90(image, turns, (-2, -1))
        for image in (images, images.flip(-1))
        for turns in range(4)
    ]
    matches = torch.stack([(moved == s).flatten(1).all(dim=1) for s in symmetries], dim=1)
    assert (matches.sum(dim=1) == 1).all() and matches.any(dim=0).all(), "all eight symmetries"


def test_integer_translations_shift_by_up_to_an_eighth_and_mirror(monkeypatch):
    augment = build((1, 16, 24), 1.0)
    torch.manual_seed(0)
    blits = augment.draw_blits(2000)
    assert torch.equal(blits, blits.round())
    # in the axes of the augmented image, after flips and rotations
    shift = torch.linalg.solve(blits[:, :2, :2], blits[:, :2, 2:])[:, :, 0]
    assert shift.abs().amax(dim=0).tolist() == [3, 2]
    monkeypatch.setattr(augment, "draw_blits", lambda n: translation_matrix(3.0, -2.0, n))
    monkeypatch.setattr(augment, "draw_geometry", lambda n: torch.eye(3).expand(n, 3, 3))
    images = torch.randn(2, 1, 16, 24)
    moved = augment.transform_pixels(images)
    assert torch.equal(moved[:, :, 2:, :-3], images[:, :, :-2, 3:])
    assert torch.equal(moved[:, :, 1, :-3], images[:, :, 1, 3:]), "the first row is the mirror"


def translation_matrix(x, y, n):
    matrix = torch.eye(3)
    matrix[:2, 2] = torch.tensor([x, y])
    return matrix.expand(n, 3, 3)


@SHAPES
def test_a_rotated_shifted_image_of_any_size_stays_finite(shape):
    images = torch.rand(64, *shape) * 2 - 1
    augment = build(shape, 1.0)
    moved = augment.transform_pixels(images)
    assert moved.shape == images.shape and moved.abs().max() < 3


def test_geometry_has_the_distribution_of_the_paper():
    augment, n = build((3, 16, 16), 1.0), 50_000
    torch.manual_seed(0)
    a = augment.draw_geometry(n)
    area = torch.linalg.det(a[:, :2, :2])  # of the isotropic scaling
    assert (area > 0).all(), "no reflections"
    assert area.log().std().item() == pytest.approx(2 * 0.2 * log(2), rel=0.02)
    singular = torch.linalg.svdvals(a[:, :2, :2])
    stretch = (singular[:, 0] / singular[:, 1]).log() / 2  # of the anisotropic scaling
    assert stretch.square().mean().sqrt().item() == pytest.approx(0.2 * log(2), rel=0.02)
    shift = torch.linalg.solve(a[:, :2, :2], a[:, :2, 2:])[:, :, 0]
    assert shift.std(dim=0).tolist() == pytest.approx([2, 2], rel=0.02)
    angle = torch.atan2(a[:, 1, 0], a[:, 0, 0])
    assert angle.std().item() == pytest.approx(pi / 3**0.5, rel=0.02)


@pytest.mark.parametrize("p", [0.2, 0.6])
def test_each_transformation_has_probability_p(p):
    """Two rotations have it together; of four turns and two flips one is the identity."""
    augment, n = build((3, 32, 32), p), 100_000
    torch.manual_seed(0)
    identity = torch.eye(3)
    geometry = augment.draw_geometry(n)
    is_kept = (geometry == identity).all(dim=2).all(dim=1).float().mean().item()
    assert is_kept == pytest.approx((1 - p) ** 4, abs=0.01)
    blits = augment.draw_blits(n)[:, :2, :2]
    is_kept = (blits == identity[:2, :2]).all(dim=2).all(dim=1).float().mean().item()
    flip, turn = p / 2, p / 4
    assert is_kept == pytest.approx((1 - flip) * (1 - 3 * turn), abs=0.01)
    brightness, colours = augment.draw_colours(n)
    assert (brightness == 0).float().mean().item() == pytest.approx(1 - p, abs=0.01)
    is_kept = (colours == identity).all(dim=2).all(dim=1).float().mean().item()
    assert is_kept == pytest.approx((1 - p) ** 3 * (1 - flip), abs=0.01)


def test_colour_transformations_compose_as_affine_maps_of_homogeneous_colours():
    """The matrices of appendix B, 4x4, in the order of the paper."""
    v = torch.tensor([1.0, 1, 1, 0]) / 3**0.5
    luma, eye = torch.outer(v, v), torch.eye(4)
    brightness, contrast, angle, factor = 0.3, 1.7, torch.tensor([0.9]), torch.tensor([0.4])
    shift = eye.clone()
    shift[:3, 3] = brightness
    scale = torch.diag(torch.tensor([contrast, contrast, contrast, 1.0]))
    flip = eye - 2 * luma
    cross = torch.zeros(4, 4)
    cross[:3, :3] = torch.linalg.cross(torch.eye(3), v[:3].expand(3, 3)).T * -1
    hue = torch.cos(angle) * eye + (1 - torch.cos(angle)) * luma + torch.sin(angle) * cross
    hue[3, 3] = 1
    saturation = luma + (eye - luma) * factor
    saturation[3] = eye[3]
    whole = saturation @ hue @ flip @ scale @ shift

    linear = saturation_scaling(factor) @ hue_rotation(angle) @ luma_flip(torch.ones(1))
    augment = build((3, 4, 4), 1.0)
    augment.draw_colours = lambda n: (
        torch.full((n,), brightness), (contrast * linear).expand(n, 3, 3)
    )  # fmt: skip
    images = torch.randn(5, 3, 4, 4)
    homogeneous = torch.cat([images, torch.ones(5, 1, 4, 4)], dim=1).flatten(2)
    expected = (whole @ homogeneous)[:, :3].view_as(images)
    torch.testing.assert_close(augment.transform_colours(images), expected)


def test_colour_transformations_have_the_distribution_of_the_paper():
    augment, n = build((3, 4, 4), 1.0), 50_000
    torch.manual_seed(0)
    brightness, colours = augment.draw_colours(n)
    assert brightness.std().item() == pytest.approx(0.2, rel=0.02)
    grey = torch.ones(3, 1) / 3**0.5
    luma = (grey.T @ colours @ grey).flatten()
    torch.testing.assert_close(colours @ grey, luma[:, None, None] * grey, atol=1e-4, rtol=1e-3)
    assert (luma < 0).float().mean().item() == pytest.approx(0.5, abs=0.01)
    assert luma.abs().log().std().item() == pytest.approx(0.5 * log(2), rel=0.02)
    chroma = torch.linalg.det(colours).abs() / luma.abs()  # (contrast * saturation) ** 2
    saturation = chroma.sqrt() / luma.abs()
    assert saturation.log().std().item() == pytest.approx(log(2), rel=0.02)


def test_grey_images_are_those_of_three_equal_channels():
    torch.manual_seed(0)
    grey = torch.randn(50, 1, 8, 8)
    one = run_seeded(build((1, 8, 8), 0.7), grey)
    three = run_seeded(build((3, 8, 8), 0.7), grey.expand(50, 3, 8, 8))
    torch.testing.assert_close(one.expand(50, 3, 8, 8), three, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(("share", "sign"), [(1.0, 1), (0.9, 1), (0.75, -1), (0.5, -1), (0.0, -1)])
def test_p_rises_if_r_t_is_above_the_target(share, sign):
    """r_t = 0.6 means that four fifths of real images score as real."""
    augment, n = build((1, 8, 8), 0.5, rampup_samples=2000.0), 40
    scores = torch.where(torch.arange(n) < share * n, 3.0, -0.1)
    for minibatch in range(1, 9):
        augment.adapt(scores)
        expected = 0.5 + sign * (minibatch // 4) * 4 * n / 2000
        assert augment.p.item() == pytest.approx(expected), "every fourth minibatch"


def test_the_heuristic_is_a_mean_over_four_minibatches():
    augment = build((1, 8, 8), 0.5)
    for share in (1.0, 1.0, 1.0, 0.25):  # signs 1, 1, 1 and -0.5: 0.625
        augment.adapt(torch.where(torch.arange(40) < share * 40, 1.0, -1.0))
    assert augment.p > 0.5


def test_p_takes_rampup_samples_from_0_to_1_and_stays_there():
    augment = build((1, 8, 8), 0.0, rampup_samples=640.0)
    for minibatch in range(1, 60):
        augment.adapt(torch.full((16,), 5.0))
        expected = min(minibatch // 4 * 64 / 640, 1)
        assert augment.p.item() == pytest.approx(expected)
    for _ in range(100):
        augment.adapt(torch.full((16,), -5.0))
    assert augment.p.item() == 0


def test_p_and_its_heuristic_are_state_without_parameters():
    augment = build((1, 8, 8), 0.3)
    augment.adapt(torch.ones(8))
    assert set(augment.state_dict()) == {"p", "signs", "minibatches"}
    assert not list(augment.parameters())
    other = AdaptiveAugmentation((1, 8, 8), 1000.0)
    other.load_state_dict(augment.state_dict())
    for _ in range(3):
        augment.adapt(torch.ones(8))
        other.adapt(torch.ones(8))
    assert other.p == augment.p and other.p > 0.3
