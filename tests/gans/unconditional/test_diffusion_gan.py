"""Diffusion-GAN: diffused images, the step channel, and the adaptive length of the chain."""

import numpy as np
import pytest
import torch
from torch import nn

import gans
from gans.unconditional.diffusion_gan import BETA_1, BETA_T, T_MAX, T_MIN

SHAPES = [(1, 8, 8), (3, 16, 16), (2,)]


class Recorder(nn.Module):
    """A discriminator that records its inputs and scores a share of them as real."""

    def __init__(self, share=1.0):
        super().__init__()
        self.share = nn.Parameter(torch.tensor(share))
        self.seen = []

    def forward(self, inputs):
        self.seen.append(inputs)
        real = torch.arange(len(inputs)) < self.share * len(inputs)
        return torch.where(real, 2.0, -2.0) + 0 * self.share


def build(shape=(2,), length=T_MIN, share=1.0, **keywords):
    torch.manual_seed(0)
    variant = gans.load("diffusion_gan")(shape, latent=4, width=4, **keywords)
    variant.discriminator = Recorder(share)
    variant.length.fill_(length)
    return variant


def alpha_bar(t, length):
    """Return alpha bar after t steps of a chain of this length."""
    return np.prod(1 - np.linspace(BETA_1, BETA_T, length)[:t])


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_zero_steps_leave_images_unchanged(shape):
    variant = build(shape, length=300)
    images = torch.rand(5, *shape)
    variant.discriminator_score(images)
    (seen,) = variant.discriminator.seen
    assert torch.equal(seen[:, : shape[0]], images)
    assert (seen[:, shape[0] :] == 0).all() and seen.shape[1] == shape[0] + 1


@pytest.mark.parametrize(("t", "length"), [(1, 10), (10, 10), (40, 100), (700, 1000)])
def test_the_diffused_image_has_the_mean_and_the_variance_of_the_chain(t, length):
    variant = build(length=length, sigma=0.4)
    variant.score(torch.full((20000, 2), 0.8), torch.full((20000,), t))
    noisy, step = variant.discriminator.seen[0].split([2, 1], dim=1)
    assert noisy.mean().item() == pytest.approx(0.8 * alpha_bar(t, length) ** 0.5, abs=0.01)
    assert noisy.var().item() == pytest.approx(0.4**2 * (1 - alpha_bar(t, length)), rel=0.03)
    assert step.unique().tolist() == pytest.approx([t / T_MAX])


@pytest.mark.parametrize("length", [10, 10.4, 60])
def test_half_take_zero_steps_and_the_others_favour_many_steps(length):
    variant, n = build(length=length), 200_000
    counts = torch.bincount(variant.draw_steps(n))
    steps = round(length)
    assert len(counts) == steps + 1
    assert counts[0].item() == pytest.approx(n / 2, rel=0.02)
    expected = n / 2 * torch.arange(steps + 1) / (steps * (steps + 1) / 2)
    assert torch.allclose(counts[1:].float(), expected[1:], rtol=0.1, atol=60)


def test_real_and_generated_images_are_diffused_by_the_same_chain():
    variant = build((2,), length=1000)
    turns = variant.step(iter([torch.rand(512, 2)]))
    next(turns)
    real, fake = variant.discriminator.seen
    next(turns)
    for seen in (real, fake, variant.discriminator.seen[2]):
        assert seen.shape == (512, 3)
        assert 0.3 < (seen[:, 2] == 0).float().mean() < 0.7 and seen[:, 2].max() > 0.5


@pytest.mark.parametrize(("share", "sign"), [(1.0, 1), (0.9, 1), (0.7, -1), (0.0, -1)])
def test_the_chain_grows_if_more_than_four_fifths_of_real_images_score_as_real(share, sign):
    variant = build(length=500, rampup_samples=64_000)
    variant.discriminator.share.data.fill_(share)
    for _ in variant.step(iter([torch.rand(64, 2)])):
        pass
    assert variant.length.item() == pytest.approx(500 + sign * (T_MAX - T_MIN) / 1000)


@pytest.mark.parametrize(("start", "share", "end"), [(12, 0.1, T_MIN), (995, 1.0, T_MAX)])
def test_the_chain_keeps_within_its_bounds(start, share, end):
    variant = build(length=start, share=share, rampup_samples=640)
    for _ in range(3):
        for _ in variant.step(iter([torch.rand(64, 2)])):
            pass
    assert variant.length.item() == end


def test_it_rises_from_minimum_to_maximum_in_rampup_samples():
    variant = build(share=1.0, rampup_samples=640)
    lengths = []
    for _ in range(10):
        for _ in variant.step(iter([torch.rand(64, 2)])):
            pass
        lengths.append(variant.length.item())
    assert lengths[-2] < T_MAX and lengths[-1] == pytest.approx(T_MAX)


def test_the_length_is_state_and_not_trained():
    variant = build(length=123)
    assert variant.state_dict()["length"] == 123
    assert "length" not in dict(variant.named_parameters())
    other = build()
    other.load_state_dict(variant.state_dict())
    assert other.length == 123


def test_the_gradient_passes_through_the_diffusion():
    """The derivative of a diffused image is the square root of alpha bar."""
    variant = build(length=100)
    images = torch.rand(3, 2, requires_grad=True)
    variant.score(images, torch.tensor([0, 50, 100]))
    (slope,) = torch.autograd.grad(variant.discriminator.seen[0][:, :2].sum(), images)
    assert slope[:, 0].tolist() == pytest.approx([alpha_bar(t, 100) ** 0.5 for t in (0, 50, 100)])
