"""ArtGAN: K + 1 classes, and the decoder that the generator shares."""

import math

import pytest
import torch
from torch import nn

import gans

CLASSES = 3


class Constant(nn.Module):
    """A discriminator with constant outputs."""

    def __init__(self, outputs):
        super().__init__()
        self.outputs = torch.tensor(outputs)

    def forward(self, x):
        return self.outputs.expand(len(x), -1) + 0 * x.flatten(1).sum(1, keepdim=True)


class Points(nn.Module):
    """A generator that emits one point for each class."""

    def __init__(self, points):
        super().__init__()
        self.points = nn.Parameter(points)

    def forward(self, inputs):
        return inputs[:, -CLASSES:] @ self.points


def build(shape=(2,), width=8):
    torch.manual_seed(0)
    return gans.load("artgan")(shape, classes=CLASSES, latent=4, width=width)


def images(n=16):
    """Return gratings of random phase and frequency."""
    torch.manual_seed(1)
    phase, frequency = torch.rand(2, n, 1, 1, 1)
    return (6 * phase + (1 + frequency) * torch.arange(8.0)).sin().expand(n, 1, 8, 8)


def softplus(value):
    return math.log1p(math.exp(value))


def test_each_of_the_sigmoids_has_its_target():
    """Logits (2, 0, -1) for the classes and 1 for generated; all labels are the first class."""
    variant = build()
    points, labels = torch.zeros(4, 2), torch.zeros(4, dtype=torch.long)
    logits = [2.0, 0.0, -1.0, 1.0]
    variant.discriminator = Constant(logits)
    as_first = softplus(-2) + softplus(0) + softplus(-1) + softplus(1)
    as_generated = softplus(2) + softplus(0) + softplus(-1) + softplus(-1)
    assert variant.class_loss(labels, points).item() == pytest.approx(as_first)
    assert variant.class_loss(labels + CLASSES, points).item() == pytest.approx(as_generated)


@pytest.mark.parametrize("logit", [-3.0, 3.0])
def test_the_diagnosis_score_is_minus_the_logit_of_the_last_class(logit):
    variant = build()
    variant.discriminator = Constant([0.0, 5.0, -5.0, logit])
    assert torch.equal(variant.discriminator_score(torch.zeros(2, 2)), torch.full((2,), -logit))


def test_the_label_reaches_the_generator():
    """The gradient at logits W x is W^T (sigmoid(W x) - target), so a sample of each class moves
    towards a higher score of its class and a lower score of the generated class."""
    variant = build()
    weight = torch.tensor([[2.0, 0.0], [-1.0, 1.5], [-1.0, -1.5], [0.5, 0.0]])
    points = torch.zeros(CLASSES, 2)
    variant.generator = Points(points)
    variant.discriminator = nn.Linear(2, CLASSES + 1, bias=False)
    variant.discriminator.weight = nn.Parameter(weight)
    labels = torch.arange(CLASSES)
    loss = variant.class_loss(labels, variant.sample(CLASSES, labels))
    (gradient,) = torch.autograd.grad(loss, variant.generator.points)
    target = torch.eye(CLASSES + 1)[:CLASSES]
    torch.testing.assert_close(gradient, (0.5 - target) @ weight / CLASSES)

    moved = -gradient @ weight.T
    assert moved[:, :CLASSES].argmax(dim=1).equal(labels)


def test_a_round_trains_both_players_on_the_label():
    """Real images against their class, samples against K + 1, then samples against their class."""
    variant = build((1, 8, 8))
    labels = []
    variant.class_loss = lambda target, images: labels.append(target.tolist()) or images.mean()
    list(variant.step(iter([(images(3), torch.tensor([2, 0, 1]))])))
    assert labels == [[2, 0, 1], [CLASSES] * 3, [2, 0, 1]]


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 16, 16), (2,)], ids=str)
def test_the_generator_ends_in_the_decoder(shape):
    variant = build(shape)
    real = torch.rand(6, *shape)
    features = variant.discriminator[0](real).detach()
    assert variant.decode(features.clone()).shape == real.shape
    loss = variant.decode(features.clone()).square().mean()
    *_, last = variant.generator.parameters()
    assert torch.autograd.grad(loss, last)[0].norm() > 0


def test_reconstructions_leave_the_running_means_to_the_samples():
    variant = build((1, 8, 8))
    before = {name: buffer.clone() for name, buffer in variant.named_buffers()}
    assert any(name.endswith("running_mean") for name in before)
    variant.decode(variant.discriminator[0](images()))
    for name, buffer in variant.named_buffers():
        assert torch.equal(buffer, before[name]), name
    variant.sample(4)
    assert any(not torch.equal(buffer, before[name]) for name, buffer in variant.named_buffers())


def test_reconstructions_of_real_images_improve():
    variant = build((1, 8, 8))
    real = images()
    labels = torch.arange(len(real)) % CLASSES
    optimizers = {
        player: torch.optim.Adam(player.parameters(), lr=2e-3) for player in variant.children()
    }
    errors = []
    for _ in range(30):
        for player, losses in variant.step(iter([(real, labels)])):
            optimizers[player].zero_grad()
            sum(losses.values()).backward(inputs=list(player.parameters()))
            optimizers[player].step()
        errors.append(losses["reconstruction"].item())
    assert errors[-1] < 0.5 * errors[0]
    assert errors[-1] < real.var()  # better than one grey value for all
