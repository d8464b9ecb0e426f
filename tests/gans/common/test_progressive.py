"""The parts of the growing networks."""

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import interpolate

from gans.common.networks import equalised, progressive
from gans.common.networks.resampling import blur, downsample, upsample

SHAPES = [(1, 8, 8), (3, 32, 32), (1, 28, 28), (1, 6, 6), (3, 16, 24)]


def test_downsampling_inverts_upsampling():
    images = torch.randn(2, 3, 4, 6)
    assert torch.equal(upsample(images, 0), images) and torch.equal(downsample(images, 0), images)
    torch.testing.assert_close(downsample(upsample(images, 2), 2), images)
    assert torch.equal(upsample(images), interpolate(images, scale_factor=2, mode="nearest"))
    torch.testing.assert_close(downsample(images), nn.functional.avg_pool2d(images, 2))


def test_upsampling_and_blurring_is_bilinear_except_at_the_border():
    images = torch.randn(2, 3, 5, 6)
    ours, theirs = blur(upsample(images)), interpolate(images, scale_factor=2, mode="bilinear")
    torch.testing.assert_close(ours[..., 1:-1, 1:-1], theirs[..., 1:-1, 1:-1])


@pytest.mark.parametrize(
    ("make", "fan_in", "inputs"),
    [
        (lambda **own: equalised.Linear(400, 300, **own), 400, (64, 400)),
        (lambda **own: equalised.Conv2d(64, 80, 3, **own), 64 * 9, (8, 64, 10, 10)),
    ],
)
def test_an_equalised_layer_scales_standard_normal_weights(make, fan_in, inputs):
    torch.manual_seed(0)
    layer = make(gain=1.5)
    assert layer.weight.std().item() == pytest.approx(1, abs=0.02)
    assert layer.scale == pytest.approx(1.5 / math.sqrt(fan_in))
    images = torch.randn(inputs)
    plain = make(gain=1.5)
    plain.load_state_dict(layer.state_dict())
    plain.scale = 1.0
    torch.testing.assert_close(layer(images), layer.scale * plain(images), atol=1e-4, rtol=1e-4)
    inner = layer(images)[..., 1:-1, 1:-1] if len(inputs) == 4 else layer(images)
    assert inner.std().item() == pytest.approx(1.5, rel=0.05), (
        "the deviation that the gain asks for"
    )


def test_a_lower_rate_changes_learning_but_not_the_output():
    torch.manual_seed(0)
    slow = equalised.Linear(400, 300, gain=1.0, lr_scale=0.01)
    rows = torch.randn(64, 400)
    before = slow(rows)
    assert before.std().item() == pytest.approx(1, rel=0.05)
    with torch.no_grad():
        slow.weight += 1.0
        slow.bias += 1.0
    moved = 0.01 * (rows.sum(1, keepdim=True) / 20 + 1)
    torch.testing.assert_close(slow(rows) - before, moved.expand(-1, 300), atol=1e-4, rtol=1e-3)


def test_pixel_norm_gives_each_pixel_a_mean_square_of_one():
    features = 7 * torch.randn(3, 16, 4, 4)
    squares = progressive.PixelNorm()(features).square().mean(dim=1)
    torch.testing.assert_close(squares, torch.ones(3, 4, 4))


def test_the_minibatch_standard_deviation_is_an_additional_channel():
    layer = progressive.MinibatchStandardDeviation()
    features = torch.randn(5, 3, 2, 2)
    out = layer(features)
    assert out.shape == (5, 4, 2, 2)
    assert torch.equal(out[:, :3], features)
    expected = features.std(dim=0, correction=0).mean()
    torch.testing.assert_close(out[:, 3], expected.expand(5, 2, 2))
    assert layer(features[:1].expand(5, -1, -1, -1))[:, 3].max() < 1e-3, "copies do not differ"

    critic = progressive.Critic((1, 8, 8), 4)
    images = torch.randn(5, 1, 8, 8)
    others = torch.cat([images[:1], 2 * images[1:]])
    assert not torch.allclose(critic(images)[0], critic(others)[0])


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_images_have_full_size_at_every_stage_of_growth(shape):
    generator, critic = progressive.Generator(shape, 6, 4), progressive.Critic(shape, 4)
    doublings = progressive.count_doublings(shape)
    for grown in sorted({*range(doublings + 1), *(part + 0.3 for part in range(doublings))}):
        progressive.grow(generator, grown)
        progressive.grow(critic, grown)
        images = generator(torch.randn(3, 6))
        assert images.shape == (3, *shape)
        finest = doublings - math.ceil(grown)
        torch.testing.assert_close(images, upsample(downsample(images, finest), finest))
        assert critic(images).shape == (3,)


def outputs(network, inputs, *sizes):
    result = []
    for grown in sizes:
        progressive.grow(network, grown)
        result.append(network(inputs))
    return result


def test_a_new_level_of_the_generator_is_faded_in_linearly():
    """At 0 it is the upsampled smaller network, at 1 the new layers, linear in between."""
    generator = progressive.Generator((3, 32, 32), 6, 4)
    noise = torch.randn(3, 6)
    small, start, part, large = outputs(generator, noise, 1, 1 + 1e-7, 1.3, 2)
    torch.testing.assert_close(start, small)
    torch.testing.assert_close(part, 0.7 * small + 0.3 * large)
    assert not torch.allclose(small, large)
    with torch.no_grad():
        generator.images[1][0].weight += 1
    small, part, again = outputs(generator, noise, 1, 1.3, 2)
    torch.testing.assert_close(again, large)  # the old image is not used any more
    assert not torch.allclose(part, 0.7 * small + 0.3 * small)


def test_a_new_level_of_the_critic_is_faded_in():
    critic = progressive.Critic((3, 32, 32), 4)
    images = torch.randn(4, 3, 32, 32)
    small, start, part, end, large = outputs(critic, images, 1, 1 + 1e-7, 1.5, 2 - 1e-7, 2)
    torch.testing.assert_close(start, small)
    torch.testing.assert_close(end, large)
    assert not torch.allclose(small, large)
    assert not torch.allclose(part, small) and not torch.allclose(part, large)
    coarse = upsample(downsample(images, 2), 2)
    torch.testing.assert_close(*(outputs(critic, own, 1)[0] for own in (images, coarse)))


def test_coarsening_removes_detail():
    images = torch.randn(2, 1, 8, 8)
    assert torch.equal(progressive.coarsen(images, 0), images)
    half = progressive.coarsen(images, 1)
    torch.testing.assert_close(half, upsample(downsample(images)))
    torch.testing.assert_close(progressive.coarsen(images, 0.25), 0.75 * images + 0.25 * half)
    quarter = upsample(downsample(images, 2), 2)
    torch.testing.assert_close(progressive.coarsen(images, 1.5), 0.5 * half + 0.5 * quarter)
    assert progressive.coarsen(torch.zeros(3, 2), 0.0).shape == (3, 2), "vectors stay"
