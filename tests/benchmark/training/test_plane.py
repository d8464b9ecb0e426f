"""Discriminator scores of the plane."""

import numpy as np
import pytest
import torch

from benchmark import config
from benchmark.data.parts import save_parts
from benchmark.data.sources import points
from benchmark.training import train
from benchmark.training.plane import score_plane
from tests.benchmark.training.runs import read_outputs, train_run


@pytest.fixture
def plane(settings):
    """Settings with a track of points in the plane, with its data."""
    tree = settings.model_dump(exclude_unset=True)
    tree["toy"] = {
        "seeds": [0],
        "datasets": {"ring8": {"samples_seen": 1280, "networks": {"latent": 2, "width": 8}}},
        "training": {**tree["images"]["training"], "logs": 10, "snapshots": 5},
        "variants": {
            name: {"kind": "controlled", "lr": 1e-3} for name in ("dcgan", "cgan", "vae", "wgan")
        },
    }
    save_parts("ring8", points.draw_parts("ring8"))
    return config.parse_params(tree)


def find_plane_run(settings, variant):
    return next(run for run in settings.runs if (run.track, run.variant) == ("toy", variant))


@pytest.mark.parametrize("variant", ["dcgan", "cgan", "vae", "wgan"])
def test_snapshots_of_points_are_not_quantised(plane, variant, monkeypatch):
    run = find_plane_run(plane, variant)
    train_run(run, plane)
    with np.load(run.trained / "snapshots.npz") as file:
        drawn, scores = file["images"], file["discriminator_scores"]
    assert drawn.shape == (5, 20, 2) and drawn.dtype == np.float32
    assert scores.shape == ((0,) if variant == "vae" else (5, 24, 24))
    whole = read_outputs(run)
    # scores of the plane do not change training
    monkeypatch.setattr("benchmark.training.trainer.score_plane", lambda *arguments: None)
    train_run(run, plane)
    assert read_outputs(run)["weights.safetensors"] == whole["weights.safetensors"]


def test_plane_scores_have_y_before_x_and_the_nearest_condition(plane):
    run = find_plane_run(plane, "cgan")
    trainer = train.build_trainer(run, plane, torch.device("cpu"))
    seen = {}

    def discriminator_score(positions, condition):
        seen.update(positions=positions, condition=condition)
        return positions[:, 0]

    trainer.variant.discriminator_score = discriminator_score
    scores = score_plane(trainer.variant, trainer.batches, trainer.device)
    assert torch.equal(scores[0], scores[-1])  # scores depend on x only: all rows are equal
    assert scores[0, 0] == -1.5 and scores[0, -1] == 1.5
    expected = points.SOURCES["ring8"].label(seen["positions"].numpy())
    # between two modes the nearest training point may be of either one
    assert (seen["condition"].numpy() == expected).mean() > 0.95
