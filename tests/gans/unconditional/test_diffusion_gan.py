"""Diffusion-GAN: what the discriminator sees, what it is told, and how the chain follows it."""

import numpy as np
import pytest
import torch
from torch import nn

import gans
from gans.unconditional.diffusion_gan import FIRST, LAST, LONGEST, SHORTEST

SHAPES = [(1, 8, 8), (3, 16, 16), (2,)]


class Recorder(nn.Module):
    """A discriminator that keeps what it sees, and takes a share of it for real."""

    def __init__(self, share=1.0):
        super().__init__()
        self.share = nn.Parameter(torch.tensor(share))
        self.seen = []

    def forward(self, inputs):
        self.seen.append(inputs)
        real = torch.arange(len(inputs)) < self.share * len(inputs)
        return torch.where(real, 2.0, -2.0) + 0 * self.share


def build(shape=(2,), length=SHORTEST, share=1.0, **keywords):
    torch.manual_seed(0)
    variant = gans.load("diffusion_gan")(shape, latent=4, width=4, **keywords)
    variant.discriminator = Recorder(share)
    variant.length.fill_(length)
    return variant


def kept(t, length):
    """alpha bar after t steps of a chain of that length."""
    return np.prod(1 - np.linspace(FIRST, LAST, length)[:t])


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_what_goes_no_steps_is_unchanged(shape):
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
    noisy, told = variant.discriminator.seen[0].split([2, 1], dim=1)
    assert noisy.mean().item() == pytest.approx(0.8 * kept(t, length) ** 0.5, abs=0.01)
    assert noisy.var().item() == pytest.approx(0.4**2 * (1 - kept(t, length)), rel=0.03)
    assert told.unique().tolist() == pytest.approx([t / LONGEST])


@pytest.mark.parametrize("length", [10, 10.4, 60])
def test_half_go_no_steps_and_the_others_the_longer_the_likelier(length):
    variant, n = build(length=length), 200_000
    counts = torch.bincount(variant.times(n))
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
def test_the_chain_grows_if_more_than_four_fifths_of_real_images_are_taken_for_real(share, sign):
    variant = build(length=500, climb=64_000)
    variant.discriminator.share.data.fill_(share)
    for _ in variant.step(iter([torch.rand(64, 2)])):
        pass
    assert variant.length.item() == pytest.approx(500 + sign * (LONGEST - SHORTEST) / 1000)


@pytest.mark.parametrize(("start", "share", "end"), [(12, 0.1, SHORTEST), (995, 1.0, LONGEST)])
def test_the_chain_keeps_within_its_bounds(start, share, end):
    variant = build(length=start, share=share, climb=640)
    for _ in range(3):
        for _ in variant.step(iter([torch.rand(64, 2)])):
            pass
    assert variant.length.item() == end


def test_it_climbs_from_end_to_end_in_as_many_images_as_it_says():
    variant = build(share=1.0, climb=640)
    lengths = []
    for _ in range(10):
        for _ in variant.step(iter([torch.rand(64, 2)])):
            pass
        lengths.append(variant.length.item())
    assert lengths[-2] < LONGEST and lengths[-1] == pytest.approx(LONGEST)


def test_the_length_is_state_and_not_trained():
    variant = build(length=123)
    assert variant.state_dict()["length"] == 123
    assert "length" not in dict(variant.named_parameters())
    other = build()
    other.load_state_dict(variant.state_dict())
    assert other.length == 123


def test_the_generator_learns_through_the_noise():
    """The slope of a diffused image in the image is the square root of alpha bar."""
    variant = build(length=100)
    images = torch.rand(3, 2, requires_grad=True)
    variant.score(images, torch.tensor([0, 50, 100]))
    (slope,) = torch.autograd.grad(variant.discriminator.seen[0][:, :2].sum(), images)
    assert slope[:, 0].tolist() == pytest.approx([kept(t, 100) ** 0.5 for t in (0, 50, 100)])
