"""StackGAN: conditioning augmentation, and two stages trained one after the other."""

import copy

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from benchmark.config import VariantConfig
from benchmark.data.batches import Batches
from benchmark.training.trainer import Trainer
from gans.common.networks.captions import ConditioningAugmentation
from tests.gans.text_to_image.players import LENGTH, SHAPE, VOCABULARY, build, pairs

ENTRY = VariantConfig(kind="faithful", lr=1e-2, betas=(0.5, 0.9))


def stackgan(**keywords):
    return build("stackgan", **{"doublings": 1, "blocks": 1} | keywords)


def run():
    torch.manual_seed(5)
    images = torch.randint(0, 256, (32, *SHAPE), dtype=torch.uint8)
    condition = torch.randint(1, len(VOCABULARY), (32, LENGTH))
    return Trainer(stackgan(), ENTRY, Batches(images, 8, 0, condition), half_life=100, seed=0)


def copy_state(module):
    return {name: value.clone() for name, value in module.state_dict().items()}


def same(one, other):
    return all(torch.equal(value, other[name]) for name, value in one.items())


def test_the_divergence_is_that_of_two_gaussians():
    torch.manual_seed(0)
    augment, embedded = ConditioningAugmentation(5), torch.randn(7, 64)
    mean, log_variance = augment.layer(embedded).chunk(2, dim=1)
    known = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(augment(embedded)[1], known.mean())


def test_codes_are_drawn_from_the_gaussians():
    torch.manual_seed(0)
    augment, embedded = ConditioningAugmentation(3), torch.randn(1, 64).expand(20_000, -1)
    mean, log_variance = augment.layer(embedded[:1]).chunk(2, dim=1)
    codes, _ = augment(embedded)
    assert (codes.mean(dim=0) - mean[0]).abs().max() < 0.05
    assert (codes.std(dim=0) - (log_variance[0] / 2).exp()).abs().max() < 0.05


def test_the_second_stage_depends_on_the_caption():
    variant = stackgan().eval()
    (_, condition), sketch = next(pairs()), torch.rand(8, 3, 4, 4)
    drawn = []
    for asked in (condition, condition.flip(0)):
        torch.manual_seed(2)
        drawn.append(variant.generator["refine"](sketch, variant.embed(asked))[0])
    assert drawn[0].shape == (8, *SHAPE)
    assert ((drawn[0] - drawn[1]).abs().amax(dim=(1, 2, 3)) > 1e-4).all()


def test_the_second_stage_depends_on_the_image_of_the_first():
    variant = stackgan().eval()
    embedded = variant.embed(next(pairs())[1])
    drawn = []
    for sketch in (torch.zeros(8, 3, 4, 4), torch.ones(8, 3, 4, 4)):
        torch.manual_seed(2)
        drawn.append(variant.generator["refine"](sketch, embedded)[0])
    assert not torch.allclose(*drawn)


@pytest.mark.parametrize(("progress", "moved"), [(0.2, "sketch"), (0.7, "refine")])
def test_one_stage_is_trained_and_the_other_stays_bit_identical(progress, moved):
    trained = run()
    trained.step(0.1)
    networks = {
        (player, stage): network
        for player in ("generator", "discriminator")
        for stage, network in getattr(trained.variant, player).items()
    }
    before = {key: copy_state(network) for key, network in networks.items()}
    for _ in range(2):
        trained.step(progress)
    for (player, stage), network in networks.items():
        assert same(before[player, stage], network.state_dict()) == (stage != moved), player


def test_a_run_is_resumed_between_its_stages():
    moments = (0.3, 0.45, 0.5, 0.8)
    whole, first = run(), run()
    for trained in (whole, first):
        torch.manual_seed(3)
        for progress in moments[: None if trained is whole else 2]:
            trained.step(progress)
    state = copy.deepcopy(first.state_dict())
    resumed = run()
    resumed.load_state_dict(state)
    for progress in moments[2:]:
        resumed.step(progress)
    ended = [copy_state(own.averaged) for own in (whole, resumed)]
    assert same(*ended)


def test_the_first_stage_scores_small_images_and_samples_are_upsampled():
    variant = stackgan().eval()
    images, condition = next(pairs())
    seen = []
    variant.discriminator["sketch"].forward = lambda x, h: seen.append(x) or x.sum(dim=(1, 2, 3))
    variant.progress = 0.1
    assert variant.discriminator_score(images, condition).shape == (8,)
    torch.testing.assert_close(seen[0], images.unfold(2, 2, 2).unfold(3, 2, 2).mean(dim=(4, 5)))
    drawn = variant.sample(8, condition)
    assert drawn.shape == (8, *SHAPE) and torch.equal(drawn[..., ::2, ::2], drawn[..., 1::2, 1::2])


def test_loaded_weights_sample_from_the_second_stage():
    assert stackgan().stage == "refine"


def test_the_divergence_is_weighted():
    terms = []
    for weight in (1.0, 3.0):
        variant = stackgan(divergence_weight=weight)
        torch.manual_seed(4)
        terms.append(dict(variant.step(pairs()))[variant.generator]["divergence"])
    torch.testing.assert_close(terms[1], 3 * terms[0])
