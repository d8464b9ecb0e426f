"""Settings of the optimiser: of an entry, and of single players."""

import pytest
import torch
from torch import nn

from benchmark.config import VariantConfig
from benchmark.data.batches import Batches
from benchmark.training.optimizers import clip_gradients, decay_lr, make_optimizer
from benchmark.training.trainer import Trainer
from gans.common.variant import Variant
from tests.benchmark.training.runs import find_run, read_outputs, train_run


def make_entry(**settings):
    return VariantConfig.model_validate({"kind": "controlled", "lr": 0.1} | settings)


def take_steps(entry, gradient, steps=1):
    """Take steps from a weight of 1 with a constant gradient; return the weight."""
    player = nn.Linear(1, 1, bias=False)
    nn.init.ones_(player.weight)
    optimizer = make_optimizer(entry, player)
    for _ in range(steps):
        player.weight.grad = torch.tensor([[gradient]])
        optimizer.step()
    return player.weight.item()


def test_a_player_has_the_settings_of_the_entry_where_it_has_none_of_its_own():
    entry = make_entry(
        betas=(0.5, 0.9), max_gradient_norm=1.0, players={"critic": {"lr": 0.2}}, model={"k": 1}
    )
    assert entry.for_player("generator").lr == 0.1
    critic = entry.for_player("critic")
    assert critic == make_entry(lr=0.2, betas=(0.5, 0.9), max_gradient_norm=1.0, model={"k": 1})


def test_another_optimiser_has_no_options_of_the_first():
    entry = make_entry(betas=(0.5, 0.9), players={"critic": {"optimizer": "SGD", "momentum": 0.9}})
    critic = entry.for_player("critic")
    assert (critic.optimizer, critic.betas, critic.momentum) == ("SGD", None, 0.9)


def test_another_optimiser_keeps_the_options_that_it_has():
    players = {"critic": {"optimizer": "Adam"}, "judge": {"optimizer": "RMSprop"}}
    entry = make_entry(optimizer="AdamW", betas=(0.0, 0.9), weight_decay=0.1, players=players)
    assert entry.for_player("critic").betas == (0.0, 0.9)
    assert entry.for_player("critic").weight_decay is None
    assert entry.for_player("judge").betas is None


def test_null_removes_a_bound_of_one_player():
    players = {"critic": {"max_gradient_norm": None, "lr": None}}
    entry = make_entry(max_gradient_norm=1.0, players=players)
    critic = entry.for_player("critic")
    assert (critic.max_gradient_norm, critic.lr) == (None, 0.1)
    assert entry.for_player("generator").max_gradient_norm == 1.0


@pytest.mark.parametrize(
    ("settings", "gradient", "expected"),
    [
        ({"optimizer": "SGD"}, 3.0, 1 - 0.1 * 3),
        ({"optimizer": "Adam"}, 3.0, 1 - 0.1),  # its first step is the sign of the gradient
        ({"optimizer": "AdamW"}, 0.0, 1 - 0.1 * 0.01),
        ({"optimizer": "AdamW", "weight_decay": 0.5}, 0.0, 1 - 0.1 * 0.5),
        ({"optimizer": "RMSprop"}, 3.0, 1 - 0.1 / 0.01**0.5),
    ],
)
def test_the_first_step_is_that_of_the_definition(settings, gradient, expected):
    assert take_steps(make_entry(**settings), gradient) == pytest.approx(expected, abs=1e-5)


def test_momentum_adds_earlier_gradients():
    entry = make_entry(optimizer="SGD", momentum=0.5)
    assert take_steps(entry, 1.0, steps=2) == pytest.approx(1 - 0.1 * (1 + 1.5))


@pytest.mark.parametrize(
    ("schedule", "start", "progress", "factor"),
    [
        ("constant", 0.0, 0.9, 1.0),
        ("linear", 0.0, 0.25, 0.75),
        ("linear", 0.5, 0.5, 1.0),
        ("linear", 0.5, 0.75, 0.5),
        ("linear", 0.5, 1.0, 0.0),
        ("cosine", 0.0, 0.0, 1.0),
        ("cosine", 0.0, 1 / 3, 0.75),
        ("cosine", 0.5, 0.75, 0.5),
        ("cosine", 0.0, 1.0, 0.0),
    ],
)
def test_the_learning_rate_decays_from_a_share_of_the_budget_to_0(
    schedule, start, progress, factor
):
    entry = make_entry(schedule=schedule, decay_from=start)
    assert decay_lr(entry, progress) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [3.0, 4.0]),
        ({"max_gradient_norm": 10.0}, [3.0, 4.0]),
        ({"max_gradient_norm": 1.0}, [0.6, 0.8]),
        ({"max_gradient_value": 3.5}, [3.0, 3.5]),
    ],
)
def test_gradients_are_bounded_by_norm_or_by_value(settings, expected):
    parameter = nn.Parameter(torch.zeros(2))
    parameter.grad = torch.tensor([3.0, 4.0])
    clip_gradients(make_entry(**settings), [parameter])
    assert parameter.grad.tolist() == pytest.approx(expected)


class TwoPlayers(Variant):
    """Two weights, each with gradient 2."""

    def __init__(self):
        super().__init__((1,), 1)
        self.generator = nn.Linear(1, 1, bias=False)
        self.critic = nn.Linear(1, 1, bias=False)
        for player in (self.generator, self.critic):
            nn.init.zeros_(player.weight)

    def step(self, batches):
        next(batches)
        for player in (self.critic, self.generator):
            yield player, {"down": 2 * player.weight.sum()}


def test_each_player_is_trained_by_its_own_settings():
    players = {
        "critic": {"lr": 1.0, "max_gradient_value": 0.5},
        "generator": {"schedule": "linear"},
    }
    trainer = Trainer(
        TwoPlayers(),
        make_entry(optimizer="SGD", players=players),
        Batches(torch.zeros(64, 1, dtype=torch.uint8), 10, seed=0),
        half_life=10,
        seed=0,
    )
    trainer.step(0.75)
    assert trainer.variant.critic.weight.item() == pytest.approx(-1.0 * 0.5)
    assert trainer.variant.generator.weight.item() == pytest.approx(-0.1 * 0.25 * 2)


def test_settings_that_change_nothing_keep_the_bytes(settings):
    run = find_run(settings, "dcgan")
    train_run(run, settings)
    expected = read_outputs(run)
    entry = settings.images.variants["dcgan"].model_dump()
    entry |= {"max_gradient_value": 1e6, "players": {"generator": {"lr": 1e-3}}}
    variants = settings.images.variants | {"dcgan": VariantConfig.model_validate(entry)}
    images = settings.images.model_copy(update={"variants": variants})
    train_run(run, settings.model_copy(update={"images": images}))
    assert read_outputs(run) == expected
