"""The contract in training: seeds, checkpoints, precision, logs."""

import io
import math

import pytest
import torch

from benchmark.training.trainer import Trainer
from tests.gans.builders import build, get_default_shape, make_batches
from tests.gans.variants import ENTRY, build_trainer, copy_parameters, has_changed


def test_the_same_seed_gives_the_same_weights(name):
    states = []
    for _ in range(2):
        trainer = build_trainer(name)
        torch.manual_seed(1)
        for _ in range(3):
            trainer.step(0.5)
        states.append(trainer.averaged.state_dict())
    for key, value in states[0].items():
        assert torch.equal(value, states[1][key]), key


def test_resumes_with_identical_results(name):
    torch.manual_seed(1)
    whole = build_trainer(name)
    for _ in range(2):
        whole.step(0.1)
    file = io.BytesIO()
    torch.save(whole.state_dict(), file)
    for _ in range(2):
        whole.step(0.2)
    whole.take_snapshot(3)

    file.seek(0)
    resumed = build_trainer(name)
    resumed.load_state_dict(torch.load(file, weights_only=True))
    for _ in range(2):
        resumed.step(0.2)
    resumed.take_snapshot(3)
    for key, value in whole.variant.state_dict().items():
        assert torch.equal(value, resumed.variant.state_dict()[key]), key
    for key, value in whole.averaged.state_dict().items():
        assert torch.equal(value, resumed.averaged.state_dict()[key]), key
    assert torch.equal(whole.snapshots[0][1], resumed.snapshots[0][1])
    assert whole.curves.state_dict()["sums"] == resumed.curves.state_dict()["sums"]


def has_bfloat16_lstm():
    """Whether an LSTM runs in bfloat16: oneDNN has none for processors without AVX-512."""
    try:
        with torch.autocast("cpu", torch.bfloat16):
            torch.nn.LSTM(1, 1)(torch.zeros(1, 1, 1))
    except RuntimeError:
        return False
    return True


def test_bfloat16_is_enough_to_train(name):
    torch.manual_seed(1)
    variant = build(name)
    has_lstm = any(isinstance(layer, torch.nn.LSTM) for layer in variant.modules())
    if has_lstm and not has_bfloat16_lstm():
        pytest.skip("oneDNN has no LSTM in bfloat16 for this processor")
    trainer = Trainer(
        variant,
        ENTRY,
        make_batches(name, get_default_shape(name)),
        half_life=1000,
        seed=0,
        precision=torch.bfloat16,
    )
    before = copy_parameters(trainer.variant)
    for _ in range(2):
        trainer.step(0.5)
    assert has_changed(trainer.variant, before)
    assert all(math.isfinite(mean) for mean in trainer.curves.read(0).values())
    assert all(parameter.dtype is torch.float32 for parameter in trainer.variant.parameters())


def test_logging_does_not_change_a_run(name):
    torch.manual_seed(1)
    trainer = build_trainer(name)
    trainer.step(0.5)
    before = torch.get_rng_state()
    state = {key: value.clone() for key, value in trainer.variant.state_dict().items()}
    trainer.take_snapshot(4)
    trainer.log_health()
    assert torch.equal(before, torch.get_rng_state())
    for key, value in trainer.variant.state_dict().items():
        assert torch.equal(value, state[key]), key
