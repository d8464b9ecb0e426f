"""Attention-guided translation: masks, their training, and the discriminators' input."""

from pathlib import Path

import pytest
import torch
from torch import nn

import gans
from tests.benchmark.config.params import load_repository_params

REPOSITORY = Path(__file__).parents[3]
SHAPE, SOURCE = (3, 8, 8), (1, 8, 8)


def build(shape=SHAPE, source=SOURCE, **keywords):
    torch.manual_seed(0)
    sizes = {"width": 4, "blocks": 1} | keywords
    return gans.load("attention_gan")(shape, source=source, **sizes)


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_the_mask_weighs_the_translation(share):
    there = build().generator["there"]
    images, mask = torch.rand(2, *SOURCE), torch.full((2, *SOURCE), share)
    made = there.apply_mask(images, mask)
    expected = share * there.translate(share * images) + (1 - share) * images.expand(-1, 3, -1, -1)
    torch.testing.assert_close(made, expected)
    if share == 0:
        assert torch.equal(made, images.expand(-1, 3, -1, -1)), "the input itself"


def test_the_mask_has_a_value_in_the_unit_interval_for_each_pixel():
    variant = build()
    mask = variant.generator["back"].mask(torch.rand(5, *SHAPE))
    assert mask.shape == (5, 1, 8, 8) and mask.min() >= 0 and mask.max() <= 1
    assert mask.std() > 0


@pytest.mark.parametrize(("progress", "moves"), [(0.0, True), (0.29, True), (0.3, False)])
def test_the_attention_is_trained_for_a_share_of_the_budget(progress, moves):
    variant = build(history=4)
    variant.progress = progress
    y, x = torch.rand(4, *SHAPE), torch.rand(4, *SOURCE)
    player, losses = next(variant.step(iter([(y, x)])))
    sum(losses.values()).backward(inputs=list(player.parameters()))
    for way in variant.generator.values():
        assert all((weight.grad is not None) == moves for weight in way.attend.parameters())
        assert all(weight.grad is not None for weight in way.translate.parameters())


def test_a_gradient_passes_through_frozen_attention():
    way = build().generator["there"]
    way.is_attention_frozen = True
    images = torch.rand(2, *SOURCE, requires_grad=True)
    (slope,) = torch.autograd.grad(way.mask(images).square().sum(), images)
    assert slope.abs().max() > 0


class LeftHalfAttention(nn.Module):
    """An attention network with a mask of 1 on the left half and 0.05 on the right."""

    def forward(self, images):
        mask = torch.full((len(images), 1, 8, 8), -0.9)  # 0.05 of the way from -1 to 1
        mask[..., :4] = 1.0
        return mask


def test_discriminators_see_only_the_foreground_once_attention_is_frozen():
    variant = build()
    variant.generator["back"].attend = LeftHalfAttention()
    images = torch.rand(2, *SHAPE)
    mask = variant.generator["back"].mask(images)
    assert torch.equal(variant.foreground(images, mask), images)
    whole = variant.discriminator_score(images)
    variant.progress = 0.5
    seen = variant.foreground(images, mask)
    assert torch.equal(seen[..., :4], images[..., :4]) and not seen[..., 4:].any()
    assert not torch.allclose(variant.discriminator_score(images), whole, atol=1e-3)


def test_the_error_names_channels_that_cannot_be_matched():
    with pytest.raises(ValueError, match=r"\(2, 8, 8\) cannot be mixed with images of \(3, 8, 8\)"):
        build(source=(2, 8, 8))


def test_masks_hide_the_background_from_discriminators_on_every_leaderboard():
    settings = load_repository_params()
    entries = [track.variants.get("attention_gan") for track in settings.tracks.values()]
    shares = [build(**entry.model).freeze_after for entry in entries if entry]
    assert shares and all(share <= 0.5 for share in shares), shares
