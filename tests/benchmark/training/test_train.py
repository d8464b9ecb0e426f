"""Train runs: identical bytes, snapshots, options of the engine, divergence."""

import itertools
import json

import numpy as np
import pytest
import torch
from torch.nn import BatchNorm2d

from benchmark import config
from benchmark.common.hashing import sha256
from benchmark.data import batches
from benchmark.training import train, weights
from benchmark.training.trainer import Trainer
from tests.benchmark.training.runs import (
    find_run,
    read_outputs,
    read_rows,
    train_run,
    with_training,
)
from tests.gans.variants import copy_parameters, has_changed


@pytest.mark.parametrize("variant", ["dcgan", "wgan", "vae"])
def test_repeats_a_run_with_identical_bytes(settings, variant):
    run = find_run(settings, variant)
    train_run(run, settings)
    first = read_outputs(run)
    train_run(run, settings)
    assert read_outputs(run) == first


def test_logs_losses_and_snapshots_at_the_configured_moments(settings):
    run = find_run(settings, "dcgan")
    train_run(run, settings)
    with np.load(run.trained / "snapshots.npz") as file:
        assert file["samples_seen"].tolist() == [256, 512, 768, 1024, 1280]
        assert file["images"].shape == (5, 20, 1, 8, 8) and file["images"].dtype == np.uint8
    rows = run.losses.read_text().splitlines()
    assert rows[0] == "samples_seen,player,term,value" and len(rows) == 1 + 10 * 3
    facts = json.loads((run.trained / "training.json").read_text())
    assert facts["weights"] == sha256(run.trained / "weights.safetensors")
    assert facts["status"] == "ok" and facts["hardware"]["threads"] == 1
    assert weights.read_card(run.trained / "weights.safetensors")["samples_seen"] == 1280


def with_updates(settings, updates):
    """Copy settings with a budget in updates of the generator."""
    tree = settings.model_dump(exclude_unset=True)
    tree["images"]["datasets"]["digits"] |= {"updates": updates, "samples_seen": None}
    return config.parse_params(tree)


@pytest.mark.parametrize("variant", ["dcgan", "wgan", "vae"])
def test_a_budget_in_updates_counts_rounds_of_the_algorithm(settings, variant):
    settings = with_updates(settings, 20)
    run = find_run(settings, variant)
    train_run(run, settings)
    batches_per_round = 5 if variant == "wgan" else 1
    times = read_rows(run.trained / "times.csv")
    assert [int(row["updates"]) for row in times] == list(range(2, 21, 2))
    assert all(
        int(row["samples_seen"]) == 32 * batches_per_round * int(row["updates"]) for row in times
    )
    seconds = [float(row["seconds"]) for row in times]
    assert seconds == sorted(seconds) and seconds[0] > 0
    facts = json.loads((run.trained / "training.json").read_text())
    assert (facts["updates"], facts["samples_seen"]) == (20, 20 * 32 * batches_per_round)
    assert facts["budget"] == {"amount": 20, "unit": "updates"}


def test_equal_budgets_in_either_unit_train_to_identical_bytes(settings):
    run = find_run(settings, "dcgan")
    train_run(run, settings)  # 1,280 samples in batches of 32
    first = read_outputs(run)
    train_run(run, with_updates(settings, 40))
    assert read_outputs(run) == first


def test_stores_the_weights_without_averaging_beside_their_average(settings):
    run = find_run(settings, "dcgan")
    train_run(run, with_training(settings, half_life=1.0))
    averaged, unaveraged = (
        weights.load(run.trained / f"{name}.safetensors") for name in ("weights", "unaveraged")
    )
    assert has_changed(unaveraged, copy_parameters(averaged))
    train_run(run, with_training(settings, half_life=1e-9))  # the average is the last weight
    averaged, unaveraged = (
        weights.load(run.trained / f"{name}.safetensors") for name in ("weights", "unaveraged")
    )
    assert not has_changed(unaveraged, copy_parameters(averaged))


def test_a_faithful_variant_trains_with_its_batch(settings):
    tree = settings.model_dump(exclude_unset=True)
    tree["images"]["variants"]["dcgan"] |= {"kind": "faithful", "batch": 20, "model": {"width": 4}}
    run = find_run(settings, "dcgan")
    train_run(run, with_updates(config.parse_params(tree), 20))
    facts = json.loads((run.trained / "training.json").read_text())
    assert (facts["updates"], facts["samples_seen"]) == (20, 20 * 20)


def test_drawing_uses_statistics_of_the_averaged_weights(settings):
    """The statistics do not depend on those that training gathers."""
    trainer = train.build_trainer(find_run(settings, "dcgan"), settings, torch.device("cpu"))
    for progress in (0.0, 0.5):
        trainer.step(progress)
    layer = next(part for part in trainer.averaged.modules() if isinstance(part, BatchNorm2d))
    means = []
    for gathered in (-5.0, 5.0):
        layer.running_mean.fill_(gathered)
        trainer.take_snapshot(4)
        means.append(layer.running_mean.clone())
    assert torch.equal(*means)
    assert torch.equal(trainer.snapshots[0][1], trainer.snapshots[1][1])


def test_taking_fewer_snapshots_does_not_change_training(settings):
    run = find_run(settings, "dcgan")
    train_run(run, settings)
    first = (run.trained / "weights.safetensors").read_bytes()
    train_run(run, with_training(settings, snapshots=1, logs=3))
    assert (run.trained / "weights.safetensors").read_bytes() == first


def test_channels_last_changes_only_the_order_in_memory(settings):
    runs = []
    for channels_last in (False, True):
        options = with_training(settings, channels_last=channels_last)
        trainer = train.build_trainer(find_run(settings, "dcgan"), options, torch.device("cpu"))
        trainer.step(0)
        runs.append(trainer)
    for parameter, other in zip(*(trainer.variant.parameters() for trainer in runs), strict=True):
        torch.testing.assert_close(parameter, other, rtol=1e-3, atol=1e-5)
    assert any(
        not weight.is_contiguous() for weight in runs[1].variant.parameters() if weight.dim() == 4
    )


def test_streaming_from_the_disk_does_not_change_training(settings, monkeypatch):
    run = find_run(settings, "dcgan")
    train_run(run, settings)
    first = read_outputs(run)
    monkeypatch.setattr(batches, "measure_memory", lambda device: 0)
    train_run(run, settings)
    assert read_outputs(run) == first


def test_output_to_a_terminal_does_not_change_training(settings, monkeypatch):
    run = find_run(settings, "dcgan")
    train_run(run, settings)
    first = read_outputs(run)
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then treats the output as a terminal
    train_run(run, settings)
    assert read_outputs(run) == first


def test_a_batch_larger_than_the_data_is_one_line(settings, capsys):
    with pytest.raises(SystemExit):
        train.train(find_run(settings, "dcgan"), with_training(settings, batch=4000))
    line = "digits-dcgan: expected a batch of at most 811, got 4000; lower it\n"
    assert capsys.readouterr().err == line


def test_records_divergence_and_keeps_finite_weights(settings, monkeypatch):
    run = find_run(settings, "dcgan")
    train_run(run, settings)  # its weights without averaging do not stay
    step = Trainer.step

    def step_to_nan(trainer, progress):
        step(trainer, progress)
        if trainer.samples_seen >= 640:
            for parameter in trainer.variant.parameters():
                parameter.data.fill_(float("nan"))

    monkeypatch.setattr(Trainer, "step", step_to_nan)
    train_run(run, settings)
    assert json.loads((run.trained / "training.json").read_text())["status"] == "diverged"
    assert not (run.trained / "unaveraged.safetensors").exists()
    variant = weights.load(run.trained / "weights.safetensors")
    assert all(torch.isfinite(value).all() for value in variant.state_dict().values())


@pytest.mark.parametrize("times", [1, 3, 7])
@pytest.mark.parametrize("stride", [1, 4, 9])
def test_moments_are_evenly_spaced_and_include_the_end(times, stride):
    samples_seen = [min(images, 90) for images in range(0, 90 + stride, stride)]
    passed = [
        now
        for before, now in itertools.pairwise(samples_seen)
        if train.is_due(now, before, budget=90, moments=times)
    ]
    assert passed[-1] == 90
    assert len(passed) == times
