"""Shapes of images to augment, and adaptive augmentations to test."""

import pytest
import torch

from gans.common.augmentation import AdaptiveAugmentation

SHAPES = pytest.mark.parametrize("shape", [(3, 8, 8), (1, 8, 8), (3, 12, 16), (1, 7, 9)], ids=str)


def build(shape, p, rampup_samples=1000.0):
    augment = AdaptiveAugmentation(shape, rampup_samples)
    augment.p.fill_(p)
    return augment


def run_seeded(augment, images, seed=0):
    torch.manual_seed(seed)
    return augment(images)
