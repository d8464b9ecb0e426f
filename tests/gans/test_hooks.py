"""Tricks on top of a variant by its methods, without a flag in the variant itself."""

import copy
import io

import pytest
import torch
from torch import nn

from benchmark.data.batches import Batches
from benchmark.training.trainer import Trainer
from gans.common.history import History
from gans.common.networks.noise import FadingNoise
from gans.unconditional.dcgan import DCGAN
from tests.gans.variants import ENTRY, copy_parameters, has_changed

SHAPE = (1, 8, 8)


class Plain(DCGAN):
    """Overrides nothing."""


class InstanceNoise(DCGAN):
    """Noise on the inputs and the hidden layers of the discriminator."""

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        layers = self.discriminator.features
        places = [i for i, layer in enumerate(layers) if isinstance(layer, nn.LeakyReLU)]
        for place in reversed(places):
            layers.insert(place + 1, FadingNoise(0.1))
        layers.insert(0, FadingNoise(0.1))

    def set_progress(self, progress):
        super().set_progress(progress)
        for layer in self.discriminator.modules():
            if isinstance(layer, FadingNoise):
                layer.fade(progress)


class WithHistory(DCGAN):
    """A discriminator that also sees earlier samples."""

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        self.history = History(self.shape, 48)

    def fake(self, n, condition=None):
        return self.history(super().fake(n, condition))


class UniformLatents(DCGAN):
    """Latents from the uniform distribution in [-1, 1]."""

    def noise(self, n):
        return 2 * torch.rand(n, self.latent, device=self.device) - 1


class NormalInitialisation(DCGAN):
    """Weights of the layers from N(0, 0.02)."""

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
                nn.init.normal_(layer.weight, std=0.02)


TRICKS = [InstanceNoise, WithHistory, UniformLatents, NormalInitialisation]


def make_trainer(kind):
    """Make the trainer of a variant; the seeds are the same for all."""
    torch.manual_seed(0)
    images = torch.randint(0, 256, (64, *SHAPE), dtype=torch.uint8)
    variant = kind(SHAPE, latent=4, width=8)
    trainer = Trainer(variant, ENTRY, Batches(images, 16, seed=0), half_life=100, seed=0)
    torch.manual_seed(1)
    return trainer


def train(trainer, progresses):
    for progress in progresses:
        trainer.step(progress)
    return copy.deepcopy(trainer.variant.state_dict())


def test_a_variant_that_overrides_nothing_trains_to_the_same_bits():
    base, same = (train(make_trainer(kind), (0.0, 0.5)) for kind in (DCGAN, Plain))
    assert all(torch.equal(value, same[name]) for name, value in base.items())


@pytest.mark.parametrize("kind", TRICKS)
def test_a_trick_changes_training_and_adds_no_player(kind):
    trainer = make_trainer(kind)
    assert set(trainer.optimizers) == {"generator", "discriminator"}
    before = copy_parameters(trainer.variant.discriminator)
    tricked = train(trainer, (0.0, 0.5, 0.7, 0.9))
    assert has_changed(trainer.variant.discriminator, before)
    base = train(make_trainer(DCGAN), (0.0, 0.5, 0.7, 0.9))
    weight = "head.weight"
    assert not torch.equal(tricked[f"discriminator.{weight}"], base[f"discriminator.{weight}"])


@pytest.mark.parametrize("kind", TRICKS)
def test_a_trick_resumes_with_identical_results(kind):
    whole = make_trainer(kind)
    train(whole, (0.0, 0.2, 0.4))
    file = io.BytesIO()
    torch.save(whole.state_dict(), file)
    end = train(whole, (0.6, 0.8))
    file.seek(0)
    resumed = make_trainer(kind)
    resumed.load_state_dict(torch.load(file, weights_only=True))
    for name, value in train(resumed, (0.6, 0.8)).items():
        assert torch.equal(value, end[name]), name


def test_noise_fades_with_the_run_and_is_absent_from_evaluation():
    layer, features = FadingNoise(0.5), torch.zeros(200, 100)
    for progress, deviation in ((0.0, 0.5), (0.5, 0.25), (1.0, 0.0)):
        layer.fade(progress)
        assert layer(features).std().item() == pytest.approx(deviation, rel=0.02)
    layer.fade(0.0)
    assert torch.equal(layer.eval()(features), features)


def test_the_noise_of_a_run_follows_its_progress():
    trainer = make_trainer(InstanceNoise)
    train(trainer, (0.0, 0.75))
    layers = [part for part in trainer.variant.modules() if isinstance(part, FadingNoise)]
    assert len(layers) == 3
    assert all(layer.deviation.item() == pytest.approx(0.025) for layer in layers)
