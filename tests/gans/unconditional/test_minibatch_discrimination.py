"""Minibatch discrimination: a score depends on the whole minibatch."""

import math

import pytest
import torch

import gans
from gans.unconditional.minibatch_discrimination import MinibatchCloseness

SHAPES = [(1, 8, 8), (2,)]


def build(shape):
    torch.manual_seed(0)
    return gans.load("minibatch_discrimination")(shape, latent=4, width=4, kernels=6, kernel_dim=3)


def test_closed_form():
    layer = MinibatchCloseness(features=1, kernels=2, kernel_dim=2)
    layer.tensor.data = torch.tensor([[[1.0, 2.0], [0.0, 0.5]]])
    result = layer(torch.tensor([[0.0], [1.0], [3.0]]))
    expected = [  # rows are 3 and 0.5 apart for each unit between the features
        [0.0, math.exp(-3) + math.exp(-9), math.exp(-0.5) + math.exp(-1.5)],
        [1.0, math.exp(-3) + math.exp(-6), math.exp(-0.5) + math.exp(-1.0)],
        [3.0, math.exp(-9) + math.exp(-6), math.exp(-1.5) + math.exp(-1.0)],
    ]
    for row, by_hand in zip(result.tolist(), expected, strict=True):
        assert row == pytest.approx(by_hand, abs=1e-6)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_score_depends_on_the_rest_of_the_minibatch(shape):
    """The score of a plain discriminator does not."""
    variant = build(shape)
    plain = gans.load("dcgan")(shape, latent=4, width=4)
    images, others = torch.rand(5, *shape), torch.rand(4, *shape)
    changed = torch.cat([images[:1], others])
    assert torch.isclose(
        plain.discriminator_score(images)[0], plain.discriminator_score(changed)[0]
    )
    assert not torch.isclose(
        variant.discriminator_score(images)[0], variant.discriminator_score(changed)[0], atol=1e-4
    )


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_copies_have_the_largest_closeness(shape):
    variant = build(shape)
    closeness, size = variant.discriminator.head[0], variant.discriminator.head[0].tensor.shape[0]
    varied = torch.rand(5, *shape)
    copies = varied[:1].expand_as(varied)
    result = [closeness(variant.discriminator.features(x))[:, size:] for x in (copies, varied)]
    assert result[0].shape == (5, 6)
    assert torch.allclose(result[0], torch.full((5, 6), 4.0))
    assert (result[1] < 4).all() and (result[1] >= 0).all()


def test_the_order_of_the_minibatch_does_not_matter():
    variant = build((2,))
    samples = torch.rand(5, 2)
    order = torch.tensor([3, 0, 4, 1, 2])
    assert torch.allclose(
        variant.discriminator_score(samples)[order],
        variant.discriminator_score(samples[order]),
        atol=1e-6,
    )


def test_a_minibatch_is_all_real_or_all_generated():
    variant, seen = build((2,)), []
    variant.discriminator.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    real = torch.rand(7, 2)
    turns = variant.step(iter([real]))
    next(turns)
    assert [len(batch) for batch in seen] == [7, 7]
    assert torch.equal(seen[0], real)
