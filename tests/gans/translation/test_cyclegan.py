"""CycleGAN: least squares, cycle consistency, history and learning-rate decay."""

import pytest
import torch
from torch import nn

import gans
from tests.gans.translation.players import AddNumber

SHAPE = (1, 8, 8)


class ConstantDiscriminator(nn.Module):
    """A discriminator that scores every patch equally and records its inputs."""

    def __init__(self, value):
        super().__init__()
        self.value, self.inputs, self.history = value, [], nn.Identity()

    def forward(self, images):
        self.inputs.append(images)
        return self.value + 0 * images


def build(**keywords):
    torch.manual_seed(0)
    keywords = {"width": 4, "blocks": 1} | keywords
    return gans.load("cyclegan")(SHAPE, source=SHAPE, **keywords)


def pair(n=4):
    torch.manual_seed(1)
    return torch.rand(n, *SHAPE), -torch.rand(n, *SHAPE)


@pytest.mark.parametrize("score", [0.0, 0.5, 1.0, 3.0])
def test_least_squares_losses_of_constant_discriminators(score):
    variant = build()
    variant.discriminator, variant.source_discriminator = (
        ConstantDiscriminator(score),
        ConstantDiscriminator(score),
    )
    (_, made), (_, there), (_, back) = variant.step(iter([pair()]))
    assert made["adversarial"].item() == pytest.approx((score - 1) ** 2)
    assert made["source_adversarial"].item() == pytest.approx((score - 1) ** 2)
    for losses in (there, back):
        assert losses["real"].item() == pytest.approx(0.5 * (score - 1) ** 2)
        assert losses["fake"].item() == pytest.approx(0.5 * score**2)
    y, x = pair()
    assert torch.equal(variant.discriminator.inputs[1], y)
    assert torch.equal(variant.source_discriminator.inputs[1], x)


@pytest.mark.parametrize(("there", "back"), [(0.0, 0.0), (0.5, -0.5), (0.5, 0.25)])
def test_the_cycle_loss_is_the_mean_error_of_the_round_trip(there, back):
    variant = build(cycle_weight=10.0, identity_weight=5.0)
    variant.generator = nn.ModuleDict({"there": AddNumber(there), "back": AddNumber(back)})
    _, losses = next(variant.step(iter([pair()])))
    assert losses["cycle"].item() == pytest.approx(2 * 10 * abs(there + back), abs=1e-5)
    assert losses["identity"].item() == pytest.approx(5 * (abs(there) + abs(back)), abs=1e-5)
    _, x = pair()
    torch.testing.assert_close(variant.reconstruct(x), x + there + back)


def test_discriminators_see_past_samples():
    variant = build(history=4)
    for n in range(40):
        for _ in variant.step(iter([pair()])):
            pass
        variant.generator["there"][-2].bias.data.fill_(n / 40)
    held = variant.state_dict()["discriminator.history.images"]
    assert held.shape == (4, *SHAPE) and variant.discriminator.history.count == 160
    assert len({image.mean().item() for image in held}) == 4


@pytest.mark.parametrize(
    ("progress", "lr_scale"), [(0.0, 1.0), (0.5, 1.0), (0.75, 0.5), (0.9, 0.2), (1.0, 0.0)]
)
@pytest.mark.parametrize("name", ["cyclegan", "attention_gan", "stargan"])
def test_learning_rates_decay_linearly_in_the_second_half(name, progress, lr_scale):
    variant = gans.load(name)(SHAPE, source=SHAPE, width=4, blocks=1)
    variant.progress = progress
    assert variant.lr_scale() == pytest.approx(lr_scale)
