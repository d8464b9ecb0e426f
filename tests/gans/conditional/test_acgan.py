"""ACGAN: losses of the source and of the class."""

import math

import pytest
import torch
from torch import nn

import gans

CLASSES = 4


class Constant(nn.Module):
    """A discriminator with constant outputs."""

    def __init__(self, outputs):
        super().__init__()
        self.outputs = torch.tensor(outputs)

    def forward(self, x):
        return self.outputs.expand(len(x), -1) + 0 * x.flatten(1).sum(1, keepdim=True)


class Linear(nn.Module):
    """A discriminator with source logit 0 and class logits W x."""

    def __init__(self, weight):
        super().__init__()
        self.weight = weight

    def forward(self, x):
        return torch.cat([0 * x[:, :1], x @ self.weight.T], dim=1)


class Points(nn.Module):
    """A generator that emits one point for each class."""

    def __init__(self, points):
        super().__init__()
        self.points = nn.Parameter(points)

    def forward(self, inputs):
        return inputs[:, -CLASSES:] @ self.points


def turns(variant, labels):
    batch = torch.zeros(len(labels), 2), labels
    return [losses for _, losses in variant.step(iter([batch]))]


def build():
    torch.manual_seed(0)
    return gans.load("acgan")((2,), classes=CLASSES, latent=3, width=8)


@pytest.mark.parametrize("favour", [0.0, 3.0])
def test_likelihoods_of_source_and_class(favour):
    """Class logits (favour, 0, 0, 0) for labels half of class 0, half of class 1."""
    variant = build()
    variant.discriminator = Constant([2.0, favour, 0.0, 0.0, 0.0])
    first, second = turns(variant, torch.tensor([0, 1, 0, 1]))
    normaliser = math.log(math.exp(favour) + CLASSES - 1)
    expected = 0.5 * (normaliser - favour) + 0.5 * normaliser  # log 4 for equal logits
    assert first["class_real"].item() == pytest.approx(expected)
    assert first["class_fake"].item() == pytest.approx(expected)
    assert second["class_fake"].item() == pytest.approx(expected)
    assert first["real"].item() == pytest.approx(math.log1p(math.exp(-2)))
    assert first["fake"].item() == pytest.approx(math.log1p(math.exp(2)))
    assert second["adversarial"].item() == pytest.approx(math.log1p(math.exp(-2)))


def test_the_class_term_moves_a_sample_to_its_class():
    """The gradient of -log P(c | x) with class logits W x is W^T (p - e_c)."""
    variant = build()
    weight = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    variant.discriminator = Linear(weight)
    variant.generator = Points(torch.full((CLASSES, 2), 0.1))
    labels = torch.arange(CLASSES)
    _, losses = turns(variant, labels)
    (gradient,) = torch.autograd.grad(sum(losses.values()), variant.generator.points)

    points = variant.generator.points.detach()
    probabilities = (points @ weight.T).softmax(dim=1)
    expected = (probabilities - torch.eye(CLASSES)) @ weight / CLASSES  # the mean over the batch
    torch.testing.assert_close(gradient, expected)

    moved = ((points - gradient) @ weight.T).softmax(dim=1)
    assert (moved.diagonal() > probabilities.diagonal() + 0.01).all()


def test_the_diagnosis_score_does_not_depend_on_the_class():
    variant = build()
    variant.discriminator = Constant([-1.5, 7.0, 8.0, 9.0, 10.0])
    assert torch.equal(
        variant.discriminator_score(torch.zeros(3, 2), torch.arange(3)), torch.full((3,), -1.5)
    )
