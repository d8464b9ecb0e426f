"""SRGAN: the regression, and the terms of adversarial training."""

import io
import math

import pytest
import torch
from torch import nn

import gans
from benchmark.config import VariantConfig
from benchmark.data.batches import Batches
from benchmark.training.trainer import Trainer

ENTRY = VariantConfig(kind="controlled", lr=1e-3, betas=(0.9, 0.999))
SHAPES = [((3, 16, 16), (3, 8, 8)), ((1, 8, 8), (1, 2, 2)), ((1, 28, 28), (1, 7, 7))]


def layers(images):
    """A pinned network of two layers; the last returns minus half of the image."""
    return [images, -images / 2]


def build(shape=(1, 8, 8), source=(1, 2, 2), perceive=layers, name="srgan", **keywords):
    torch.manual_seed(0)
    variant = gans.load(name)(shape, source=source, width=4, blocks=1, **keywords)
    variant.perceptual_layers = perceive
    return variant


def pair(n=4, shape=(1, 8, 8), source=(1, 2, 2)):
    return torch.rand(n, *shape) * 2 - 1, torch.rand(n, *source) * 2 - 1


class Constant(nn.Module):
    """A player with a constant output."""

    def __init__(self, value, *shape):
        super().__init__()
        self.value = nn.Parameter(torch.tensor(float(value)))
        self.shape = shape

    def forward(self, images):
        return self.value.expand(len(images), *self.shape)


def game(made=0.5, real=-1.0, score=0.3, **keywords):
    """Return a variant with constant players, and the terms of both players' losses."""
    variant = build(**keywords)
    variant.generator, variant.discriminator = Constant(made, 1, 8, 8), Constant(score, 1)
    batch = torch.full((4, 1, 8, 8), real), torch.zeros(4, 1, 2, 2)
    (judge, judged), (maker, terms) = variant.step(iter([batch]))
    assert judge is variant.discriminator and maker is variant.generator
    return variant, judged, terms


def softplus(value):
    return math.log1p(math.exp(value))


def test_closed_form():
    _, judged, terms = game(content_weight=0.1, adversarial_weight=0.01)
    assert judged["real"].item() == pytest.approx(softplus(-0.3))
    assert judged["fake"].item() == pytest.approx(softplus(0.3))
    # -1/2 of 0.5 is below 0, and of -1 it is 0.5: after the ReLU they differ by 0.5, not by 0.75
    assert terms["content"].item() == pytest.approx(0.1 * 0.5**2)
    assert terms["adversarial"].item() == pytest.approx(0.01 * softplus(-0.3))
    assert terms.keys() == {"content", "adversarial"}, "pixels are no longer compared"


def test_weights_multiply_their_terms():
    _, _, one = game(content_weight=1.0, adversarial_weight=1.0)
    variant, _, own = game()
    assert own["content"].item() == pytest.approx(0.006 * one["content"].item())
    assert own["adversarial"].item() == pytest.approx(1e-3 * one["adversarial"].item())
    (slope,) = torch.autograd.grad(own["adversarial"], variant.discriminator.value)
    assert slope.item() == pytest.approx(-1e-3 / (1 + math.exp(0.3)))


def test_the_discriminator_learns_which_images_are_generated():
    variant = build()
    variant.generator, variant.discriminator = Constant(0.5, 1, 8, 8), nn.Flatten()
    batch = torch.full((4, 1, 8, 8), -1.0), torch.zeros(4, 1, 2, 2)
    _, judged = next(variant.step(iter([batch])))
    assert judged["real"].item() == pytest.approx(softplus(1))
    assert judged["fake"].item() == pytest.approx(softplus(0.5))
    assert not judged["fake"].requires_grad, "the generator has no part in it"


@pytest.mark.parametrize("name", ["srgan", "esrgan"])
def test_samples_are_clipped(name):
    variant = gans.load(name)((1, 8, 8), source=(1, 2, 2), width=4, blocks=1)
    for value in (-2.5, 2.5):
        variant.generator = Constant(value, 1, 8, 8)
        assert (variant.sample(3, torch.zeros(3, 1, 2, 2)) == value / 2.5).all()


def test_features_negative_in_both_have_no_loss_and_no_gradient():
    variant, _, terms = game(made=0.5, real=1.0)
    assert terms["content"].item() == 0
    (slope,) = torch.autograd.grad(terms["content"], variant.generator.value)
    assert slope.item() == 0


@pytest.mark.parametrize(("name", "term"), [("srgan", "mse"), ("esrgan", "l1")])
def test_the_regression_does_not_update_the_discriminator(name, term):
    def forbidden(images):
        raise AssertionError("features are not needed before the game")

    variant = build(name=name, pretraining=0.4, perceive=forbidden)
    for progress in (0.0, 0.2, 0.399):
        variant.progress = progress
        ((player, losses),) = variant.step(iter([pair()]))
        assert player is variant.generator and losses.keys() == {term}
    variant.perceptual_layers = layers
    for progress in (0.4, 0.7, 1.0):
        variant.progress = progress
        players = [player for player, _ in variant.step(iter([pair()]))]
        assert players == [variant.discriminator, variant.generator]


def test_during_the_regression_it_is_srresnet():
    variant = build()
    regression = gans.load("srresnet")((1, 8, 8), source=(1, 2, 2), width=4, blocks=1)
    regression.generator.load_state_dict(variant.generator.state_dict())
    variant.progress, batch = 0.0, pair()
    result = [next(iter(own.step(iter([batch])))) for own in (variant, regression)]
    torch.testing.assert_close(result[0][1]["mse"], result[1][1]["mse"])


@pytest.mark.parametrize(
    ("progress", "lr_scale"), [(0.0, 1.0), (0.5, 1.0), (0.7, 1.0), (0.75, 0.1), (0.99, 0.1)]
)
def test_learning_rates_are_a_tenth_in_the_second_half_of_adversarial_training(progress, lr_scale):
    variant = build(pretraining=0.5)
    variant.progress = progress
    assert variant.lr_scale() == lr_scale


@pytest.mark.parametrize("share", [-0.1, 1.0, 1.5])
def test_a_regression_for_the_whole_budget_is_an_error(share):
    with pytest.raises(ValueError, match="pretraining"):
        build(pretraining=share)


@pytest.mark.parametrize(("shape", "source"), SHAPES, ids=str)
def test_the_discriminator_scores_each_image(shape, source):
    variant = build(shape, source)
    assert variant.discriminator_score(torch.zeros(5, *shape), torch.zeros(5, *source)).shape == (
        5,
    )


def test_the_discriminator_has_two_convolutions_for_each_level():
    variant = build((1, 32, 32), (1, 8, 8))
    layers = [m for m in variant.discriminator if isinstance(m, nn.Conv2d)]
    assert [layer.stride[0] for layer in layers] == [1, 2] * 3
    assert [layer.out_channels for layer in layers] == [4, 4, 8, 8, 16, 16]
    assert sum(isinstance(m, nn.BatchNorm2d) for m in variant.discriminator) == 5, "not the first"


@pytest.mark.parametrize("progress", [0.1, 0.9])
def test_the_regression_updates_one_player_and_then_both_are_updated(progress):
    trainer = start()
    before = {name: value.clone() for name, value in trainer.variant.named_parameters()}
    trainer.step(progress)
    moved = {
        name.split(".")[0]
        for name, value in trainer.variant.named_parameters()
        if not torch.equal(value, before[name])
    }
    assert moved == ({"generator"} if progress < 0.5 else {"generator", "discriminator"})


def start():
    images = torch.randint(0, 256, (32, 1, 8, 8), dtype=torch.uint8)
    condition = torch.randint(0, 256, (32, 1, 2, 2), dtype=torch.uint8)
    batches = Batches(images, 8, seed=0, condition=condition)
    return Trainer(build(pretraining=0.5), ENTRY, batches, half_life=100, seed=0)


@pytest.mark.parametrize("stop", [0.2, 0.6])
def test_a_run_resumed_in_either_phase_ends_with_the_same_bits(stop):
    torch.manual_seed(1)
    whole = start()
    whole.step(0.0)
    whole.step(stop)
    file = io.BytesIO()
    torch.save(whole.state_dict(), file)
    file.seek(0)
    torch.manual_seed(1)
    resumed = start()
    resumed.load_state_dict(torch.load(file, weights_only=True))
    for trainer in (whole, resumed):
        for progress in (stop, 0.6, 0.9):
            trainer.step(progress)
        trainer.log_health()
    for part in ("variant", "averaged"):
        for key, value in getattr(whole, part).state_dict().items():
            assert torch.equal(value, getattr(resumed, part).state_dict()[key]), key
