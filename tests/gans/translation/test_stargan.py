"""StarGAN: one generator conditioned on the domain, and a discriminator that classifies it."""

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, l1_loss, one_hot

import gans
from gans.common.channels import match_channels
from gans.common.penalties import gradient_norm, interpolate

SHAPE, SOURCE = (3, 8, 8), (1, 8, 8)
DOMAINS = 4
CONDITION = (3 + 2 * DOMAINS, 8, 8)  # an image and the planes of two domains


def build(shape=SHAPE, source=SOURCE, **keywords):
    torch.manual_seed(0)
    return gans.load("stargan")(shape, source=source, width=4, blocks=1, **keywords)


def test_the_planes_encode_the_target_domain():
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


def test_both_directions_share_a_network_and_have_their_channels():
    variant = build()
    assert variant.sample(2, torch.rand(2, *SOURCE)).shape == (2, *SHAPE)
    assert variant.reconstruct(torch.rand(2, *SOURCE)).shape == (2, *SOURCE)
    assert set(variant.players()) == {"generator", "discriminator"}


class IdentityGenerator(nn.Module):
    """A generator that returns its input."""

    def forward(self, images, domains):
        return images


class Brightness(nn.Module):
    """A discriminator with the mean of the pixels times a slope as score, and equal logits."""

    def __init__(self, slope):
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(slope))

    def forward(self, images):
        return self.slope * images.flatten(1).mean(dim=1, keepdim=True)

    def score_and_classify(self, images):
        return self.forward(images), torch.zeros(len(images), 2)


@pytest.mark.parametrize("slope", [0.0, 8.0, 24.0])
def test_closed_form_of_every_loss(slope):
    """The gradient of the mean of 64 pixels has norm 1 / 8."""
    variant = build((1, 8, 8), n_critic=1)
    variant.generator, variant.discriminator = IdentityGenerator(), Brightness(slope)
    y = torch.rand(4, *SOURCE)
    (_, losses_of_players), (_, made) = variant.step(iter([(y, -y)]))
    assert losses_of_players["wasserstein"].item() == pytest.approx(0, abs=1e-5)
    assert losses_of_players["penalty"].item() == pytest.approx(10 * (slope / 8 - 1) ** 2, abs=1e-4)
    assert losses_of_players["class"].item() == pytest.approx(math.log(2))
    assert made["class"].item() == pytest.approx(math.log(2))
    assert made["adversarial"].item() == pytest.approx(0, abs=1e-5)
    assert made["cycle"].item() == 0


def test_real_images_have_their_domain_and_generated_ones_the_target():
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
def test_the_discriminator_takes_n_critic_steps(n_critic):
    variant = build(n_critic=n_critic)
    batch = torch.rand(4, *SHAPE), torch.rand(4, *SOURCE)
    players = [player for player, _ in variant.step(iter([batch] * n_critic))]
    assert players == [variant.discriminator] * n_critic + [variant.generator]


def test_the_error_names_channels_that_cannot_be_matched():
    with pytest.raises(ValueError, match=r"\(2, 8, 8\) cannot be mixed with images of \(3, 8, 8\)"):
        build(source=(2, 8, 8))


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 8, 8)], ids=str)
def test_without_planes_source_and_target_are_the_two_domains(shape):
    variant = build(shape, n_critic=1)
    y, x = torch.rand(4, *shape), torch.rand(4, *SOURCE)
    torch.manual_seed(1)
    losses_of_players = [losses for _, losses in variant.step(iter([(y, x)]))]

    torch.manual_seed(1)
    real = torch.cat([match_channels(x, shape[0]), y])
    own = torch.arange(2).repeat_interleave(4)
    asked = own[torch.randperm(8)]
    fake = variant.generator(real, asked)
    excess = gradient_norm(variant.discriminator, interpolate(real, fake.detach())) - 1
    scores, logits = variant.discriminator.score_and_classify(real)
    made, named = variant.discriminator.score_and_classify(fake)
    expected = {
        "class": cross_entropy(logits, own),
        "wasserstein": made.mean() - scores.mean(),
        "penalty": 10 * excess.square().mean(),
    }
    torch.testing.assert_close(losses_of_players[0], expected)
    expected = {
        "class": cross_entropy(named, asked),
        "adversarial": -made.mean(),
        "cycle": 10 * l1_loss(variant.generator(fake, own), real),
    }
    torch.testing.assert_close(losses_of_players[1], expected)
    there = match_channels(variant.generator(x, torch.ones(4, dtype=torch.int64)), shape[0])
    back = match_channels(variant.generator(there, torch.zeros(4, dtype=torch.int64)), 1)
    torch.testing.assert_close(variant.sample(4, x), there)
    torch.testing.assert_close(variant.reconstruct(x), back)


def condition_of(images, wanted, own):
    """Concatenate images to the planes of their target domains and their domains."""
    message = torch.cat(
        [one_hot(torch.tensor(domains), DOMAINS) for domains in (wanted, own)], dim=1
    )
    planes = (2.0 * message - 1)[:, :, None, None].expand(-1, -1, *images.shape[2:])
    return torch.cat([images, planes], dim=1)


def test_planes_encode_the_target_domain_and_the_domain():
    variant = build(source=CONDITION, n_critic=1)
    assert variant.generator.domains == variant.discriminator.domain.out_channels == DOMAINS
    asked = []
    variant.generator.register_forward_hook(lambda _, inputs, __: asked.append(inputs))
    images = torch.rand(3, *SHAPE)
    condition = condition_of(images, wanted=[1, 2, 3], own=[0, 3, 2])
    assert variant.sample(3, condition).shape == variant.reconstruct(condition).shape == (3, *SHAPE)
    (seen, wanted), *_, (_, own) = asked
    assert torch.equal(seen, images)
    assert wanted.tolist() == [1, 2, 3] and own.tolist() == [0, 3, 2]


def test_with_planes_real_images_have_their_domain_and_generated_ones_the_target():
    variant = build(source=CONDITION, n_critic=1)
    asked, named = [], []
    variant.generator.register_forward_hook(lambda _, inputs, __: asked.append(inputs))
    variant.discriminator.domain.register_forward_hook(lambda _, __, logits: named.append(logits))
    own = torch.arange(DOMAINS).repeat(2)
    condition = condition_of(torch.rand(8, *SHAPE), wanted=[0] * 8, own=own.tolist())
    (_, seen), (_, made) = variant.step(iter([(torch.rand(8, *SHAPE), condition)]))
    torch.testing.assert_close(seen["class"], cross_entropy(named[0].flatten(1), own))
    torch.testing.assert_close(made["class"], cross_entropy(named[-1].flatten(1), asked[1][1]))
    assert torch.equal(asked[1][1].sort().values, own.sort().values), "each as often as it occurs"
    assert torch.equal(asked[2][1], own), "the way back asks for the own domain"


def test_samples_depend_on_the_target_domain_after_three_steps():
    variant = build(source=CONDITION, n_critic=1)
    optimizers = {
        player: torch.optim.Adam(player.parameters(), lr=1e-3) for player in variant.children()
    }
    images, own = torch.rand(8, *SHAPE), [0, 1, 2, 3] * 2
    batch = images, condition_of(images, wanted=own, own=own)
    for _ in range(3):
        for player, losses in variant.step(iter([batch])):
            optimizers[player].zero_grad()
            sum(losses.values()).backward(inputs=list(player.parameters()))
            optimizers[player].step()
    one, *others = (
        variant.sample(8, condition_of(images, wanted=[domain] * 8, own=own))
        for domain in range(DOMAINS)
    )
    assert all((one - other).abs().max() > 0.01 for other in others)


def test_the_error_names_an_odd_number_of_planes():
    with pytest.raises(ValueError, match=r"\(8, 8, 8\) cannot be mixed with images of \(3, 8, 8\)"):
        build(source=(8, 8, 8))
