"""Norms and discriminator scores over a run."""

import numpy as np
import pytest
import torch

from benchmark.training.health import draw_batch, summarise_scores
from benchmark.training.trainer import Trainer
from tests.benchmark.training.runs import find_run, read_outputs, read_rows, train_run


def test_norms_and_scores_are_logged_with_the_losses(settings):
    kinds = ("train", "held_out", "generated")
    score_quantities = {
        ("discriminator_score", f"{what}_{kind}")
        for what in ("score", "accuracy")
        for kind in kinds
    }
    norms = ("gradient_norm", "weight_norm")
    for variant, players, of_scores in (
        ("dcgan", ("discriminator", "generator"), score_quantities),
        ("wgan", ("critic", "generator"), score_quantities),
        ("vae", ("autoencoder",), set()),
    ):
        run = find_run(settings, variant)
        train_run(run, settings)
        moments = {row["samples_seen"] for row in read_rows(run.losses)}
        expected = {(player, norm) for player in players for norm in norms} | of_scores
        for moment in moments:
            rows = [
                row
                for row in read_rows(run.trained / "health.csv")
                if row["samples_seen"] == moment
            ]
            assert {(row["player"], row["quantity"]) for row in rows} == expected
            assert len(rows) == len(expected)
            for row in rows:
                assert np.isfinite(float(row["value"]))
                assert not row["quantity"].startswith("acc") or 0 <= float(row["value"]) <= 1


def test_logging_health_does_not_change_a_run(settings, monkeypatch):
    for variant in ("dcgan", "wgan", "vae"):
        run = find_run(settings, variant)
        train_run(run, settings)
        logged = read_outputs(run)
        with monkeypatch.context() as patch:
            patch.setattr(Trainer, "log_health", lambda trainer: None)
            train_run(run, settings)
        unlogged = read_outputs(run)
        assert logged.pop("health.csv") != unlogged.pop("health.csv")
        assert logged == unlogged


@pytest.mark.parametrize(
    ("boundary", "held_out"),
    [(0.0, 0.75), (None, 0.25)],  # without a boundary it is the median of the others, 2
)
def test_scores_are_summarised_as_means_and_accuracies(boundary, held_out):
    scores = {
        "train": torch.tensor([3.0, 4, 5, 6]),
        "held_out": torch.tensor([-1.0, 1, 2, 7]),
        "generated": torch.tensor([-3.0, -2, 1, 2]),
    }
    summary = {name: value.item() for name, value in summarise_scores(scores, boundary).items()}
    assert summary == {
        "score_train": 4.5,
        "score_held_out": 2.25,
        "score_generated": -0.5,
        "accuracy_train": 1,
        "accuracy_held_out": held_out,
        "accuracy_generated": 0.5 if boundary == 0.0 else 1,
    }


def test_draws_batches_from_different_numbers_of_images_and_conditions():
    images, conditions = torch.zeros(9, 1, 2, 2).byte(), torch.zeros(3, 1, 2, 2).byte()
    for arrays in ((images, conditions), (conditions, images)):
        drawn, condition = draw_batch(*arrays, size=64, device=torch.device("cpu"))
        assert len(drawn) == len(condition) == 64
