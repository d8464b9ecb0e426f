"""The moving average of the weights."""

import pytest
import torch

from benchmark.config import VariantConfig
from benchmark.data.batches import Batches
from benchmark.training.trainer import Trainer
from gans.common.variant import Variant


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
