"""StarGAN: one generator that is told the domain, and one discriminator that names it."""

import math

import pytest
import torch
from torch import nn

import gans

SHAPE, SOURCE = (3, 8, 8), (1, 8, 8)


def build(shape=SHAPE, source=SOURCE, **keywords):
    torch.manual_seed(0)
    return gans.load("stargan")(shape, source=source, width=4, blocks=1, **keywords)


def test_the_planes_say_which_domain_is_wanted():
    variant = build()
    images = torch.rand(2, *SHAPE)
    zero, one = (variant.generator(images, torch.full((2,), domain)) for domain in (0, 1))
    assert zero.shape == one.shape == (2, *SHAPE)
    assert (zero - one).abs().max() > 0.01, "more than an error of rounding: nothing takes it away"
    seen = []
    variant.generator.network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    variant.generator(images, torch.tensor([0, 1]))
    planes = seen[0][:, 3:].mean(dim=(2, 3))
    assert torch.equal(seen[0][:, :3], images) and torch.equal(planes, torch.eye(2))


def test_both_ways_are_the_same_network_with_channels_as_they_should_be():
    variant = build()
    assert variant.sample(2, torch.rand(2, *SOURCE)).shape == (2, *SHAPE)
    assert variant.back(torch.rand(2, *SHAPE)).shape == (2, *SOURCE)
    assert {name for name, _ in variant.named_children()} == {"generator", "discriminator"}


class Keeps(nn.Module):
    """A generator that gives back what it is given."""

    def forward(self, images, domains):
        return images


class Brightness(nn.Module):
    """A score that is the mean of the pixels, times a slope, and logits of an even choice."""

    def __init__(self, slope):
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(slope))

    def forward(self, images):
        return self.slope * images.flatten(1).mean(dim=1, keepdim=True)

    def both(self, images):
        return self.forward(images), torch.zeros(len(images), 2)


@pytest.mark.parametrize("slope", [0.0, 8.0, 24.0])
def test_closed_form_of_every_loss(slope):
    """The gradient of the mean of 64 pixels has the norm 1 / 8."""
    variant = build((1, 8, 8), n_critic=1)
    variant.generator, variant.discriminator = Keeps(), Brightness(slope)
    y = torch.rand(4, *SOURCE)
    (_, told), (_, made) = variant.step(iter([(y, -y)]))
    assert told["wasserstein"].item() == pytest.approx(0, abs=1e-5)
    assert told["penalty"].item() == pytest.approx(10 * (slope / 8 - 1) ** 2, abs=1e-4)
    assert told["class"].item() == pytest.approx(math.log(2))
    assert made["class"].item() == pytest.approx(math.log(2))
    assert made["adversarial"].item() == pytest.approx(0, abs=1e-5)
    assert made["cycle"].item() == 0


def test_images_are_classed_by_where_they_come_from_and_made_ones_by_what_was_asked():
    variant = build((1, 8, 8), n_critic=1)
    asked = []
    variant.generator.register_forward_hook(lambda _, inputs, __: asked.append(inputs))
    turns = variant.step(iter([(torch.ones(4, *SOURCE), -torch.ones(4, *SOURCE))]))
    for _ in turns:
        pass
    (first, wanted), _, (_, own) = asked
    assert torch.equal(first[:, 0, 0, 0] > 0, own == 1), "the way back asks for the own domain"
    assert torch.equal(wanted.sort().values, own), "each domain is asked for as often as it occurs"


@pytest.mark.parametrize("n_critic", [1, 3])
def test_the_discriminator_takes_so_many_steps(n_critic):
    variant = build(n_critic=n_critic)
    batch = torch.rand(4, *SHAPE), torch.rand(4, *SOURCE)
    players = [player for player, _ in variant.step(iter([batch] * n_critic))]
    assert players == [variant.discriminator] * n_critic + [variant.generator]


def test_channels_that_cannot_be_matched_are_named():
    with pytest.raises(ValueError, match=r"\(2, 8, 8\) cannot be mixed with images of \(3, 8, 8\)"):
        build(source=(2, 8, 8))
