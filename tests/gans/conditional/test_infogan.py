"""InfoGAN: the bound on the mutual information of code and sample."""

import itertools
import math

import pytest
import torch
from torch import nn

import gans

CLASSES = 4


class Constant(nn.Module):
    """A discriminator and a Q with constant outputs."""

    def __init__(self, outputs):
        super().__init__()
        self.outputs = nn.Parameter(torch.tensor(outputs))

    def forward(self, x):
        return self.outputs.expand(len(x), -1) + 0 * x.flatten(1).sum(1, keepdim=True)


def build(shape=(2,), **keywords):
    torch.manual_seed(0)
    return gans.load("infogan")(shape, classes=CLASSES, **{"latent": 2, "width": 32} | keywords)


def data(n=32):
    """Yield points of four blobs in the corners of a square, without labels."""
    corners = torch.tensor(list(itertools.product([-1.0, 1.0], repeat=2)))
    while True:
        yield corners[torch.randint(4, (n,))] + 0.1 * torch.randn(n, 2), None


def bound(variant, n=512):
    """Return L_I of the category and of the numbers on new samples, for lambda = 1."""
    variant.information_weight = 1.0
    with torch.no_grad():
        labels = variant.random_condition(n)
        samples, numbers = variant.sample_with_code(labels)
        terms = variant.information_losses(variant.discriminator(samples), labels, numbers)
    return -terms["category"].item(), -terms["numbers"].item()


def test_a_constant_q_bounds_the_information_by_zero():
    variant = build(continuous=0)
    variant.discriminator = Constant([0.0] * (1 + CLASSES))
    category, numbers = bound(variant)
    assert category == pytest.approx(0, abs=1e-6) and numbers == 0


def test_the_bound_in_closed_form():
    """The sample is the code, and Q is linear in it."""
    variant = build(continuous=1)
    labels = torch.arange(CLASSES)
    numbers = torch.tensor([[-1.0], [0.5], [0.0], [1.0]])
    outputs = torch.cat([torch.zeros(4, 1), 3 * torch.eye(CLASSES), numbers + 2], dim=1)
    terms = variant.information_losses(outputs, labels, numbers)
    log_q = 3 - math.log(math.exp(3) + CLASSES - 1)
    assert -terms["category"].item() == pytest.approx(log_q + math.log(CLASSES))
    log_density = -0.5 * 2**2 - 0.5 * math.log(2 * math.pi)  # each mean is off by 2
    assert -terms["numbers"].item() == pytest.approx(log_density + math.log(2))


def test_a_perfectly_predicted_category_has_maximal_information():
    variant = build()
    labels = torch.arange(CLASSES)
    outputs = torch.cat([torch.zeros(4, 1), 100 * torch.eye(CLASSES), torch.zeros(4, 2)], dim=1)
    terms = variant.information_losses(outputs, labels, torch.zeros(4, 2))
    assert -terms["category"].item() == pytest.approx(math.log(CLASSES))


@pytest.mark.parametrize("part", ["category", "numbers"])
def test_the_bound_trains_the_generator_and_q(part):
    variant = build()
    turns = {player: losses for player, losses in variant.step(data())}
    head = variant.discriminator.head.weight
    (at_q,) = torch.autograd.grad(turns[variant.discriminator][part], head)
    rows = {"category": slice(1, 1 + CLASSES), "numbers": slice(1 + CLASSES, None)}[part]
    assert at_q[rows].norm() > 1e-3
    assert at_q[0].norm() == 0, "the score of the discriminator is no part of Q"
    gradients = torch.autograd.grad(
        turns[variant.generator][part], list(variant.generator.parameters())
    )
    assert sum(gradient.norm() for gradient in gradients) > 1e-4


def test_only_the_bound_trains_q():
    """The adversarial loss of the same step has no gradient at the head of Q."""
    variant = build()
    _, losses = next(variant.step(data()))
    loss = losses["real"] + losses["fake"]
    (gradient,) = torch.autograd.grad(loss, variant.discriminator.head.weight)
    assert gradient[0].norm() > 0 and gradient[1:].norm() == 0


@pytest.mark.parametrize("part", ["category", "numbers"])
def test_each_part_of_the_code_changes_the_sample_of_the_same_noise(part):
    variant = build((1, 8, 8), width=8).eval()
    torch.manual_seed(1)
    noise, numbers = torch.randn(3, 2), torch.rand(3, 2)
    code = variant.encode_labels(torch.zeros(3, dtype=torch.long))
    other = variant.encode_labels(torch.ones(3, dtype=torch.long)) if part == "category" else code
    shift = 0.5 if part == "numbers" else 0.0
    one = variant.generator(torch.cat([noise, code, numbers], dim=1))
    two = variant.generator(torch.cat([noise, other, numbers - shift], dim=1))
    assert ((one - two).flatten(1).norm(dim=1) > 1e-4).all()


def train(variant, steps):
    optimizers = {
        player: torch.optim.Adam(player.parameters(), lr=4e-3, betas=(0.5, 0.999), fused=True)
        for player in variant.children()
    }
    batches = data()
    for _ in range(steps):
        for player, losses in variant.step(batches):
            optimizers[player].zero_grad()
            sum(losses.values()).backward(inputs=list(player.parameters()))
            optimizers[player].step()


def test_training_finds_categories_only_with_the_bound():
    """The information of the category is at most log 4 = 1.39."""
    result = {}
    for weight in (0.0, 1.0):
        variant = build(information_weight=weight)
        before = bound(variant)
        variant.information_weight = weight  # `bound` has set it to 1
        train(variant, steps=160)
        result[weight] = bound(variant)
    assert result[0.0][0] < 0.1
    assert result[1.0][0] > 0.5
    assert result[1.0][1] > max(before[1], result[0.0][1] + 0.05)
