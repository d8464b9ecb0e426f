"""The contract in training: seeds, checkpoints, precision, logs."""

import io

import pytest
import torch

from benchmark.pipeline.child import run_in_child
from tests.gans.bfloat16 import train_in_bfloat16
from tests.gans.builders import build
from tests.gans.variants import build_trainer


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


def test_bfloat16_is_enough_to_train(name):
    if not any(isinstance(layer, torch.nn.LSTM) for layer in build(name).modules()):
        train_in_bfloat16(name)
    elif torch.cpu._is_avx512_supported():
        run_in_child(train_in_bfloat16, name)  # oneDNN has chosen AVX2 in this process
    else:
        pytest.skip("oneDNN has no LSTM in bfloat16 for this processor")


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
