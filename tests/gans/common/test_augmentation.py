"""Differentiable and adaptive augmentation: their transformations, p, and gradients."""

from math import log, pi

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from gans.common import augmentation
from gans.common.augmentation import (
    AdaptiveAugmentation,
    AugmentedDiscriminator,
    DifferentiableAugmentation,
    NoAugmentation,
    adaptive,
    cut_out,
    jitter_colour,
    translate,
)
from gans.common.matrices import hue_rotation, luma_flip, rotation, saturation_scaling, scaling
from gans.common.penalties import outputs_and_gradient_norm

SHAPES = pytest.mark.parametrize("shape", [(3, 8, 8), (1, 8, 8), (3, 12, 16), (1, 7, 9)], ids=str)
ALL = "colour,translation,cutout"


def build(shape, p, rampup_samples=1000.0):
    augment = AdaptiveAugmentation(shape, rampup_samples)
    augment.p.fill_(p)
    return augment


def run_seeded(augment, images, seed=0):
    torch.manual_seed(seed)
    return augment(images)


def kinds(shape):
    """Augmentations that change all images."""
    return DifferentiableAugmentation(ALL), build(shape, 1.0)


@SHAPES
def test_p_of_zero_changes_no_bit(shape):
    images = torch.randn(16, *shape)
    assert torch.equal(build(shape, 0.0)(images), images)


@SHAPES
def test_no_augmentation_changes_no_bit_and_draws_no_random_number(shape):
    images = torch.randn(4, *shape)
    before = torch.get_rng_state()
    for augment in (DifferentiableAugmentation(""), NoAugmentation()):
        assert augment(images) is images
    NoAugmentation().adapt(torch.ones(4))
    assert torch.equal(torch.get_rng_state(), before)


def test_vectors_are_not_augmented():
    points = torch.randn(5, 2)
    assert DifferentiableAugmentation(ALL)(points) is points
    assert isinstance(adaptive((2,), True, 1.0), NoAugmentation)
    assert isinstance(adaptive((3, 8, 8), False, 1.0), NoAugmentation)
    assert isinstance(adaptive((3, 8, 8), True, 1.0), AdaptiveAugmentation)


def test_an_unknown_policy_is_an_error():
    with pytest.raises(ValueError, match=r"expected a policy from colour, .* got color; write"):
        DifferentiableAugmentation("translation,color")


@SHAPES
def test_images_are_augmented_independently(shape):
    """Another image in the minibatch changes no other; the same image is augmented differently."""
    images = torch.randn(6, *shape)
    changed = images.clone()
    changed[2] = torch.randn(shape)
    is_other = torch.arange(6) != 2
    for augment in kinds(shape):
        one, other = run_seeded(augment, images), run_seeded(augment, changed)
        assert torch.equal(one[is_other], other[is_other])
        assert not torch.equal(one[2], other[2])
        same = augment(images[:1].expand(6, *shape))
        assert all(not torch.equal(same[0], result) for result in same[1:])


@SHAPES
def test_the_gradient_is_that_of_finite_differences(shape):
    torch.manual_seed(0)
    images, direction, weights = torch.randn(3, 4, *shape)
    for augment in kinds(shape):
        point = images.clone().requires_grad_()
        (slope,) = torch.autograd.grad((run_seeded(augment, point) * weights).sum(), point)
        ahead, behind = (run_seeded(augment, images + h * direction) for h in (0.5, -0.5))
        difference = ((ahead - behind) * weights).sum()  # exact: augmentations are affine
        torch.testing.assert_close((slope * direction).sum(), difference, atol=1e-3, rtol=1e-3)
        assert (slope != 0).flatten(1).any(dim=1).all()


def test_the_penalty_r1_passes_through_the_augmentation():
    """Its gradient with respect to a weight of the discriminator, by finite differences."""
    torch.manual_seed(0)
    discriminator = nn.Sequential(nn.Flatten(), nn.Linear(192, 8), nn.Tanh(), nn.Linear(8, 1))
    discriminator.append(nn.Flatten(0)).double()
    images = torch.randn(4, 3, 8, 8).double()
    for augment in (DifferentiableAugmentation(ALL), Double(build((3, 8, 8), 1.0))):
        augmented = AugmentedDiscriminator(augment, discriminator)

        def penalty(augmented=augmented):
            torch.manual_seed(1)
            outputs, norm = outputs_and_gradient_norm(augmented, images)
            assert outputs.shape == norm.shape == (4,)
            return norm.square().mean()

        weight = discriminator[1].weight
        (slope,) = torch.autograd.grad(penalty(), weight)
        direction, h = torch.randn_like(weight), 1e-4
        values = []
        for sign in (1, -1):
            with torch.no_grad():
                weight += sign * h * direction
            values.append(penalty().item())
            with torch.no_grad():
                weight -= sign * h * direction
        difference = (values[0] - values[1]) / (2 * h)
        assert (slope * direction).sum().item() == pytest.approx(difference, rel=1e-2)


class Operations(TorchDispatchMode):
    """Records the names of all operations."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.names.add(func.overloadpacket.__name__)
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("order", [1, 2])
def test_no_gradient_has_an_operation_that_differs_from_run_to_run_on_a_gpu(order):
    """Those that `torch.use_deterministic_algorithms` turns into errors."""
    images = torch.randn(4, 3, 8, 8, requires_grad=True)
    with Operations() as operations:
        for augment in kinds((3, 8, 8)):
            value = augment(images).square().sum()
            for _ in range(order):
                (slope,) = torch.autograd.grad(value, images, create_graph=True)
                value = slope.square().sum()
    assert {"gather", "bmm"} <= operations.names, "names are recorded"
    errors = ("grid_sampler", "reflection_pad", "upsample", "put_", "histc", "cumsum", "bincount")
    assert not [name for name in operations.names if name.startswith(errors)]


class Double(nn.Module):
    """An augmentation that computes in single precision, between inputs in double precision."""

    def __init__(self, augment):
        super().__init__()
        self.augment = augment

    def forward(self, images):
        return self.augment(images).double()


# -- the policy of DiffAugment ---------------------------------------------------------------------


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


# -- adaptive augmentation -------------------------------------------------------------------------


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


def test_elementary_matrices():
    angle = torch.tensor([0.4, -2.0])
    for rotate in (rotation, hue_rotation):
        matrices = rotate(angle)
        torch.testing.assert_close(matrices @ matrices.mT, torch.eye(3).expand(2, 3, 3))
        torch.testing.assert_close(torch.linalg.det(matrices), torch.ones(2))
        torch.testing.assert_close(rotate(-angle) @ matrices, torch.eye(3).expand(2, 3, 3))
    grey = torch.ones(3)
    torch.testing.assert_close(hue_rotation(angle) @ grey, grey.expand(2, 3))
    torch.testing.assert_close(
        luma_flip(torch.tensor([0, 1])) @ grey, torch.tensor([[1.0], [-1]]) * grey
    )
    torch.testing.assert_close(saturation_scaling(angle) @ grey, grey.expand(2, 3))
    black_and_white = saturation_scaling(torch.zeros(1)) @ torch.tensor([1.0, 2, 6])
    torch.testing.assert_close(black_and_white, torch.full((1, 3), 3.0))
    x, y = torch.tensor([2.0, 3]), torch.tensor([4.0, 5])
    assert torch.equal(scaling(x, y)[1], torch.diag(torch.tensor([3.0, 5, 1])))


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
