"""The effect of the class on samples, for every conditional variant."""

import pytest
import torch

import gans

NAMES = sorted(name for name in gans.files() if gans.family(name) == "conditional")
SHAPES = [(1, 8, 8), (2,)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_the_class_changes_the_sample_of_the_same_noise(name, shape):
    torch.manual_seed(0)
    variant = gans.load(name)(shape, classes=4, width=8).eval()
    samples = []
    for label in range(4):
        torch.manual_seed(1)
        samples.append(variant.sample(5, torch.full((5,), label)))
    for one in range(4):
        for other in range(one):
            distance = (samples[one] - samples[other]).flatten(1).norm(dim=1)
            assert (distance > 1e-4).all()


@pytest.mark.parametrize("name", NAMES)
def test_classes_are_drawn_uniformly(name):
    torch.manual_seed(0)
    drawn = gans.load(name)((2,), classes=4, width=8).random_condition(4000)
    assert torch.bincount(drawn, minlength=4).sub(1000).abs().max() < 150
