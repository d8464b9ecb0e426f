"""U-Net: a regression without noise."""

import pytest
import torch

import gans
from gans.common.networks.image_to_image import PersistentDropout


def build(**keywords):
    torch.manual_seed(0)
    return gans.load("unet")((3, 16, 16), source=(1, 16, 16), width=4, **keywords)


def test_the_loss_is_the_weighted_mean_absolute_error():
    variant = build(l1_weight=7.0)
    variant.generator = torch.nn.Identity()
    real, condition = torch.full((4, 3, 16, 16), 0.5), torch.full((4, 3, 16, 16), -0.25)
    ((player, losses),) = variant.step(iter([(real, condition)]))
    assert player is variant.generator and list(losses) == ["l1"]
    assert losses["l1"].item() == pytest.approx(7 * 0.75)


def test_it_is_deterministic_in_training():
    variant = build().train()
    condition = variant.random_condition(3)
    assert not any(isinstance(layer, PersistentDropout) for layer in variant.modules())
    assert torch.equal(variant.sample(3, condition), variant.sample(3, condition))
