"""The moving average of the weights."""

import pytest
import torch

from benchmark.config import VariantConfig
from benchmark.data.batches import Batches
from benchmark.training.trainer import Trainer
from gans.common.variant import Variant
from gans.unconditional.dcgan import DCGAN


class LinearDescent(Variant):
    """Has one weight, which decreases by the learning rate at each step."""

    def __init__(self):
        super().__init__((1,), 1)
        self.player = torch.nn.Linear(1, 1, bias=False)
        torch.nn.init.zeros_(self.player.weight)

    def step(self, batches):
        next(batches)
        yield self.player, {"down": self.player.weight.sum()}


def test_the_moving_average_has_the_configured_half_life():
    batches = Batches(torch.zeros(64, 1, dtype=torch.uint8), 10, seed=0)
    trainer = Trainer(
        LinearDescent(),
        VariantConfig(kind="controlled", optimizer="RMSprop", lr=1.0),
        batches,
        half_life=10,
        seed=0,
    )
    average, averages = None, []
    for _ in range(5):
        trainer.step(0)
        weight = trainer.variant.player.weight.item()
        # the first average is the weight; then each batch of 10 images halves the share of the past
        average = weight if average is None else (average + weight) / 2
        averages.append((trainer.averaged.player.weight.item(), average))
    for value, expected in averages:
        assert value == pytest.approx(expected)


def test_counters_are_copied_not_averaged():
    trainer = Trainer(
        DCGAN((1, 8, 8), latent=4, width=4),
        VariantConfig(kind="controlled", lr=1e-3),
        Batches(torch.zeros(64, 1, 8, 8, dtype=torch.uint8), 16, seed=0),
        half_life=1000,
        seed=0,
    )
    for _ in range(3):
        trainer.step(0)
    layers = [
        [part for part in network.modules() if isinstance(part, torch.nn.BatchNorm2d)]
        for network in (trainer.variant, trainer.averaged)
    ]
    assert layers[0]
    for layer, averaged in zip(*layers, strict=True):
        assert averaged.num_batches_tracked == layer.num_batches_tracked > 0
