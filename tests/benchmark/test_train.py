"""The loop: same bits, the moving average, divergence."""

import itertools
import json

import numpy as np
import pytest
import torch

from benchmark import data, params, prepare, train, weights
from benchmark.params import Entry
from benchmark.run import Run
from gans.common.variant import Variant


@pytest.fixture
def settings():
    return params.Params.model_validate(
        {
            "features": {"seed": 0, "epochs": 1, "batch": 64, "lr": 1e-3},
            "images": {
                "seeds": [0],
                "datasets": {"digits": {"images": 1280, "networks": {"latent": 4, "width": 4}}},
                "training": {
                    "batch": 32,
                    "average": 500,
                    "logs": 10,
                    "snapshots": 5,
                    "snapshot_samples": 20,
                    "threads": 1,
                },
                "metrics": {"neighbours": 3, "splits": 1},
                "variants": {
                    name: {"kind": "controlled", "lr": 1e-3} for name in ("dcgan", "wgan", "vae")
                },
            },
        }
    )


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    """An empty folder with the prepared digits."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".checkpoints").mkdir()
    folder = tmp_path / "data" / "digits"
    folder.mkdir(parents=True)
    (images, labels), _ = prepare.digits()
    np.savez(folder / "train.npz", images=images, labels=labels)
    return tmp_path


def cell_of(settings, variant):
    return next(cell for cell in settings.cells if cell.variant == variant)


def outputs(cell):
    names = ("weights.safetensors", "losses.csv", "snapshots.npz")
    return {name: (cell.folder / name).read_bytes() for name in names}


@pytest.mark.parametrize("variant", ["dcgan", "wgan", "vae"])
def test_the_same_cell_twice_gives_the_same_bytes(settings, variant):
    cell = cell_of(settings, variant)
    train.train(cell, settings)
    first = outputs(cell)
    train.train(cell, settings)
    assert outputs(cell) == first


def test_a_run_that_is_killed_goes_on_to_the_same_bytes(settings, monkeypatch):
    cell = cell_of(settings, "dcgan")
    train.train(cell, settings)
    whole = outputs(cell)

    step = Run.step

    def dies(run, progress):
        if run.images_seen == 640:
            raise KeyboardInterrupt
        step(run, progress)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(train, "CHECKPOINT_SECONDS", 0)
        patch.setattr(Run, "step", dies)
        train.train(cell, settings)
    saved = list(cell.folder.parents[3].parent.glob(".checkpoints/*.pt"))
    assert len(saved) == 1

    seen = []

    def counted(run, progress):
        seen.append(run.images_seen)
        step(run, progress)

    monkeypatch.setattr(Run, "step", counted)
    train.train(cell, settings)
    assert seen[0] == 640
    assert outputs(cell) == whole
    assert not saved[0].exists()


def test_snapshots_and_losses_are_at_the_moments_asked_for(settings):
    cell = cell_of(settings, "dcgan")
    train.train(cell, settings)
    with np.load(cell.folder / "snapshots.npz") as file:
        assert file["images_seen"].tolist() == [256, 512, 768, 1024, 1280]
        assert file["images"].shape == (5, 20, 1, 8, 8) and file["images"].dtype == np.uint8
    rows = (cell.folder / "losses.csv").read_text().splitlines()
    assert rows[0] == "images,player,term,value" and len(rows) == 1 + 10 * 3
    facts = json.loads((cell.folder / "training.json").read_text())
    assert facts["status"] == "ok" and facts["hardware"]["threads"] == 1
    assert weights.card(cell.folder / "weights.safetensors")["images_seen"] == 1280


def test_taking_fewer_snapshots_does_not_change_training(settings):
    cell = cell_of(settings, "dcgan")
    train.train(cell, settings)
    first = (cell.folder / "weights.safetensors").read_bytes()
    tree = settings.model_dump()
    tree["images"]["training"] |= {"snapshots": 1, "logs": 3}
    train.train(cell, params.Params.model_validate(tree))
    assert (cell.folder / "weights.safetensors").read_bytes() == first


def test_divergence_is_a_result(settings, monkeypatch):
    cell = cell_of(settings, "dcgan")
    step = Run.step

    def poisoned(run, progress):
        step(run, progress)
        if run.images_seen >= 640:
            for parameter in run.variant.parameters():
                parameter.data.fill_(float("nan"))

    monkeypatch.setattr(Run, "step", poisoned)
    train.train(cell, settings)
    assert json.loads((cell.folder / "training.json").read_text())["status"] == "diverged"
    variant = weights.load(cell.folder / "weights.safetensors")
    assert all(torch.isfinite(value).all() for value in variant.state_dict().values())


class Walk(Variant):
    """One weight that goes down by the learning rate a step."""

    def __init__(self):
        super().__init__((1,), 1)
        self.player = torch.nn.Linear(1, 1, bias=False)
        torch.nn.init.zeros_(self.player.weight)

    def step(self, batches):
        next(batches)
        yield self.player, {"down": self.player.weight.sum()}


def test_the_moving_average_has_the_half_life_asked_for():
    batches = data.Batches(torch.zeros(64, 1, dtype=torch.uint8), 10, seed=0)
    run = Run(
        Walk(), Entry(kind="controlled", optimizer="RMSprop", lr=1.0), batches, half_life=10, seed=0
    )
    average, seen = None, []
    for _ in range(5):
        run.step(0)
        weight = run.variant.player.weight.item()
        # the first is taken as it is; then each batch of 10 images halves what was before
        average = weight if average is None else (average + weight) / 2
        seen.append((run.average.module.player.weight.item(), average))
    for got, expected in seen:
        assert got == pytest.approx(expected)


@pytest.mark.parametrize("times", [1, 3, 7])
@pytest.mark.parametrize("stride", [1, 4, 9])
def test_moments_are_spread_evenly_and_the_last_is_the_end(times, stride):
    seen = [min(images, 90) for images in range(0, 90 + stride, stride)]
    passed = [
        now
        for before, now in itertools.pairwise(seen)
        if train.due(now, before, budget=90, times=times)
    ]
    assert passed[-1] == 90
    assert len(passed) == times
