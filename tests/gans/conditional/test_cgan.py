"""CGAN: both players are conditioned on the class."""

import math

import pytest
import torch
from torch import nn

import gans

CLASSES = 3


class Recorder(nn.Module):
    """A discriminator that records its input."""

    def forward(self, x):
        self.seen = x
        return x.flatten(1).sum(1)


class Echo(nn.Module):
    """A generator whose samples are the number of their class."""

    def forward(self, inputs):
        return inputs[:, -CLASSES:].argmax(dim=1, keepdim=True).float()


class Matcher(nn.Module):
    """A discriminator of numbers: 2 if the number is that of the class, otherwise -5."""

    def __init__(self):
        super().__init__()
        self.scores = nn.Parameter(torch.tensor([-5.0, 2.0]))

    def forward(self, x):
        return self.scores[(x[:, 0] == x[:, 1:].argmax(dim=1)).long()]


def build(shape=(2,)):
    torch.manual_seed(0)
    return gans.load("cgan")(shape, classes=CLASSES, latent=4, width=8)


def test_one_hot_planes_of_the_class_are_concatenated_to_images():
    variant = build((2, 4, 5))
    variant.discriminator = Recorder()
    images = torch.randn(CLASSES, 2, 4, 5)
    variant.discriminator_score(images, torch.arange(CLASSES))
    seen = variant.discriminator.seen
    assert torch.equal(seen[:, :2], images)
    planes = torch.eye(CLASSES)[..., None, None].expand(-1, -1, 4, 5)
    assert torch.equal(seen[:, 2:], planes)


def test_the_one_hot_class_is_concatenated_to_vectors():
    variant = build()
    variant.discriminator = Recorder()
    points = torch.randn(CLASSES, 2)
    variant.discriminator_score(points, torch.arange(CLASSES))
    assert torch.equal(variant.discriminator.seen, torch.cat([points, torch.eye(CLASSES)], dim=1))


@pytest.mark.parametrize("shape", [(1, 8, 8), (2,)], ids=str)
def test_the_score_of_an_image_changes_with_the_class(shape):
    variant = build(shape)
    images = torch.randn(6, *shape)
    scores = [
        variant.discriminator_score(images, torch.full((6,), label)) for label in range(CLASSES)
    ]
    assert not torch.allclose(scores[0], scores[1]) and not torch.allclose(scores[1], scores[2])


def test_each_sample_is_scored_for_its_class():
    """Real points of the wrong class score -5, samples of the right class 2."""
    variant = build((1,))
    variant.generator, variant.discriminator = Echo(), Matcher()
    labels = torch.tensor([0, 1, 2, 1])
    wrong = (labels[:, None] + 1).float()
    (_, first), (_, second) = variant.step(iter([(wrong, labels)]))
    assert first["real"].item() == pytest.approx(math.log1p(math.exp(5)))
    assert first["fake"].item() == pytest.approx(math.log1p(math.exp(2)))
    assert second["adversarial"].item() == pytest.approx(math.log1p(math.exp(-2)))
