"""Differentiable and adaptive augmentation: what they have in common, and gradients."""

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from gans.common.augmentation import (
    AdaptiveAugmentation,
    AugmentedDiscriminator,
    DifferentiableAugmentation,
    NoAugmentation,
    adaptive,
)
from gans.common.penalties import outputs_and_gradient_norm
from tests.gans.augmentation import SHAPES, build, run_seeded

ALL = "colour,translation,cutout"


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
