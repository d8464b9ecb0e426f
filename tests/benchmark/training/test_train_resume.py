"""Runs that are interrupted and resumed, or that have finished."""

import json
import shutil
import signal

import pytest

from benchmark.training import checkpoints, train
from benchmark.training.trainer import Trainer
from tests.benchmark.training.interrupted import interrupted
from tests.benchmark.training.runs import find_run, read_outputs, train_run, with_training


def train_until_signal(run, settings, number):
    """Train a run that gets a signal after 640 samples, and return the exit status."""
    step = Trainer.step

    def step_with_signal(trainer, progress):
        step(trainer, progress)
        if trainer.samples_seen == 640:
            signal.raise_signal(number)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as stopped:
        patch.setattr(Trainer, "step", step_with_signal)
        train_run(run, settings)
    return stopped.value.code


def test_resumes_a_killed_run_with_identical_bytes(settings, monkeypatch):
    run = find_run(settings, "dcgan")
    train_run(run, settings)
    whole = read_outputs(run)
    with interrupted(at=640):
        train_run(run, settings)
    saved = list(checkpoints.FOLDER.glob("*.pt"))
    assert len(saved) == 1

    starts, step = [], Trainer.step

    def record_start(trainer, progress):
        starts.append(trainer.samples_seen)
        step(trainer, progress)

    monkeypatch.setattr(Trainer, "step", record_start)
    train_run(run, settings)
    assert starts[0] == 640
    assert read_outputs(run) == whole
    assert not saved[0].exists()


@pytest.mark.parametrize("diverges", [False, True])
def test_does_not_retrain_a_finished_run_of_an_unfinished_row(settings, monkeypatch, diverges):
    run = find_run(settings, "dcgan")
    with monkeypatch.context() as patch:
        if diverges:
            patch.setattr(train, "is_finite", lambda losses: False)
        train.train(run, settings)
    whole = read_outputs(run)
    shutil.rmtree(run.folder)  # as DVC does before it runs a stage

    def fail_step(trainer, progress):
        raise AssertionError("expected no step")

    monkeypatch.setattr(Trainer, "step", fail_step)
    train.train(run, settings)
    assert read_outputs(run) == whole
    facts = json.loads((run.trained / "training.json").read_text())
    assert facts["status"] == ("diverged" if diverges else "ok")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_saves_at_a_signal_and_reports_how_to_resume(settings, capsys, number):
    run = find_run(settings, "dcgan")
    train_run(run, settings)
    whole = read_outputs(run)
    assert train_until_signal(run, settings, number) == 128 + number
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        "digits dcgan seed 0: saved at sample 640 of 1280; resume with `make repro"
        " ROWS=digits-dcgan` or `dvc repro train@digits-dcgan`"
    )
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    train_run(run, settings)
    assert "resumed at sample 640 of 1280" in capsys.readouterr().out
    assert read_outputs(run) == whole


@pytest.mark.parametrize(
    "option",
    [
        {"precision": "bfloat16"},
        {"channels_last": True},
        pytest.param(
            {"compile": "default"}, marks=pytest.mark.slow
        ),  # takes a compiler and a minute
    ],
)
def test_resumes_with_engine_options_and_identical_bytes(settings, option):
    settings = with_training(settings, **option)
    run = find_run(settings, "dcgan")
    train_run(run, settings)
    whole = read_outputs(run)
    facts = json.loads((run.trained / "training.json").read_text())
    assert facts["status"] == "ok" and facts["training"].items() >= option.items()
    train_until_signal(run, settings, signal.SIGINT)
    train_run(run, settings)
    assert read_outputs(run) == whole
