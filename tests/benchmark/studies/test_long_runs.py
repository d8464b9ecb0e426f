"""Runs with several times their budget, and the table of their curves."""

import math

import numpy as np
import pandas as pd
import pytest

from benchmark import config, tracks
from benchmark.data.parts import save_parts
from benchmark.data.sources import points
from benchmark.metrics.wasserstein import wasserstein_distance
from benchmark.studies import curves, long_runs, verify
from benchmark.studies.long_runs import Moment
from tests.benchmark.config.params import load_repository_params
from tests.command import mistake_of, run_command

WHOLE = load_repository_params()
TOY = WHOLE.tracks["toy"]
BLOCK = TOY.datasets["ring8"].model_copy(
    update={"updates": 8, "networks": {"latent": 2, "width": 4}}
)
SETTINGS = WHOLE.model_copy(
    update={
        "long_runs": config.LongRuns(factor=3, rows=["ring8-wgan", "ring8-dcgan", "digits-gan"]),
        "toy": TOY.model_copy(
            update={
                "datasets": {"ring8": BLOCK},
                "training": TOY.training.model_copy(
                    update={"logs": 4, "snapshots": 2, "snapshot_samples": 20}
                ),
                "variants": {name: TOY.variants[name] for name in ("dcgan", "wgan")},
            }
        ),
        **{name: None for name in WHOLE.tracks if name != "toy"},
    }
)
DCGAN, WGAN = (next(run for run in SETTINGS.runs if run.variant == v) for v in ("dcgan", "wgan"))


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A folder with the points of ring8, and an empty feature space."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "features/ring8").mkdir(parents=True)
    save_parts("ring8", points.draw_parts("ring8"))
    monkeypatch.setattr(config, "load_params", lambda: SETTINGS)
    return tmp_path


def test_budget_and_snapshots_grow_together():
    section = long_runs.lengthen(SETTINGS, "toy", "ring8").tracks["toy"]
    assert section.datasets["ring8"].budget == (3 * 8, "updates")
    assert (section.training.logs, section.training.snapshots) == (3 * 4, 3 * 2)
    assert section.training.half_life == TOY.training.half_life
    assert section.variants == SETTINGS.tracks["toy"].variants


def test_the_first_seed_of_each_listed_row_is_selected():
    assert long_runs.select_runs(SETTINGS, []) == [WGAN, DCGAN]  # digits-gan is taken out
    assert long_runs.select_runs(SETTINGS, ["ring8-dcgan"]) == [DCGAN]


def test_a_run_is_scored_at_each_snapshot_and_resumes(workplace, monkeypatch):
    long_runs.link_inputs()
    long_runs.link_inputs()  # of an interrupted study
    folder = workplace / long_runs.FOLDER
    curve = long_runs.train_long(folder, DCGAN)
    batch = TOY.training.batch
    assert [moment[:2] for moment in curve] == [(at, batch * at) for at in (4, 8, 12, 16, 20, 24)]
    with np.load(DCGAN.trained / "snapshots.npz") as file:
        last = file["images"][-1]
    # the score compares with as many real points as there are samples
    real = tracks.load("toy").scorer("ring8", SETTINGS.tracks["toy"]).real
    assert curve[-1].value == wasserstein_distance(real[:20], last)
    monkeypatch.chdir(workplace)
    monkeypatch.setattr("benchmark.training.trainer.Trainer.step", None)  # nothing is left to train
    assert long_runs.train_long(folder, DCGAN) == curve


def test_curves_are_stored_and_replaced(workplace, monkeypatch, capsys):
    for score in (0.5, 0.25):
        curve = [Moment(8, 1024, 1.0), Moment(24, 3072, score)]

        def rerun(runs, folder, jobs, work, curve=curve):
            assert work is long_runs.train_long and (folder / "data/ring8").is_dir()
            return [curve for _ in runs]

        monkeypatch.setattr(verify, "rerun", rerun)
        run_command("long-runs", *(["ring8-dcgan"] if score == 0.25 else []))
    table = pd.read_csv(curves.TABLE)
    assert list(table.columns) == curves.COLUMNS
    assert set(table["budget"]) == {"24 updates"} and set(table["metric"]) == {"wasserstein"}
    by_variant = {name: list(rows["value"]) for name, rows in table.groupby("variant")}
    assert by_variant == {"dcgan": [1.0, 0.25], "wgan": [1.0, 0.5]}
    assert "ring8 dcgan seed 0: wasserstein 0.250 after 24 updates" in capsys.readouterr().out


def test_a_diverged_run_ends_with_an_empty_value(workplace, monkeypatch):
    # at the first log entry
    monkeypatch.setattr("benchmark.training.train.is_finite", lambda losses: False)
    long_runs.link_inputs()
    (moment,) = long_runs.train_long(workplace / long_runs.FOLDER, DCGAN)
    assert moment.updates == 2 and math.isnan(moment.value)


def test_mistakes_are_one_line(workplace, monkeypatch, capsys):
    line = mistake_of(capsys, "long-runs", "ring8-dcgn", status=1)
    assert "expected a row or a run of params.yaml, got no such name" in line
    curves.TABLE.parent.mkdir()
    curves.TABLE.write_text("track\n")
    line = mistake_of(capsys, "long-runs", status=1)
    assert line.startswith("results/curves.csv: expected a table of CSV, got a damaged file")
    empty = SETTINGS.model_copy(update={"long_runs": config.LongRuns()})
    monkeypatch.setattr(config, "load_params", lambda: empty)
    line = mistake_of(capsys, "long-runs", status=1)
    assert line == ("params.yaml: expected rows in long_runs.rows, got none; add rows or name some")
