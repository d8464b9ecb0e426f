"""Whether rows still improve at the end of training."""

import csv
from pathlib import Path

import numpy as np
import pytest

from benchmark.config import Params, Run
from benchmark.records import outputs
from benchmark.reporting import trends
from tests.benchmark.website.made_up import make_params

SEEN = [0, 200, 400, 600, 800, 1000]
FALLING = [9.0, 8.0, 7.0, 6.0, 5.0, 4.0]  # by a fifth over the last fifth
LEVEL = [9.0, 5.0, 4.2, 4.1, 4.0, 3.9]


def runs_of(*curves: list[float]) -> list[list[list[float]]]:
    return [[SEEN, curve] for curve in curves]


@pytest.mark.parametrize(
    ("curves", "trend"),
    [
        ((FALLING, FALLING), "improving"),
        ((FALLING, [*FALLING[:4], 5.2, 4.1]), "improving"),
        ((LEVEL, LEVEL), "level"),
        ((FALLING[::-1], FALLING[::-1]), "level"),
        ((FALLING, [*FALLING[:4], 5.0, 5.5]), "level"),  # one seed gets worse
        ((FALLING,), "not judged"),
        ((FALLING, [*FALLING[:5], float("nan")]), "not judged"),
        ((FALLING, []), "not judged"),
    ],
)
def test_the_last_fifth_is_judged(curves: tuple[list[float], ...], trend: str) -> None:
    trajectories = [[SEEN if curve else [], curve] for curve in curves]
    assert trends.judge_trend(trajectories, higher_is_better=False) == trend
    turned = [[seen, [-value for value in values]] for seen, values in trajectories]
    assert trends.judge_trend(turned, higher_is_better=True) == trend


@pytest.mark.parametrize(("change", "trend"), [(0.099, "level"), (0.101, "improving")])
def test_an_improvement_has_to_exceed_a_tenth(change: float, trend: str) -> None:
    curve = [1.0, 1.0, 1.0, 1.0, 1.0, 1 - change]
    assert trends.judge_trend(runs_of(curve, curve), higher_is_better=False) == trend


def test_the_score_at_the_start_is_interpolated() -> None:
    curve = [4.0, 3.0]  # 3.2 at four fifths: not even a tenth
    coarse = [[[0, 1000], curve]] * 2
    assert trends.judge_trend(coarse, higher_is_better=False) == "level"
    late = [[[900, 1000], [4.0, 3.0]]] * 2
    assert trends.judge_trend(late, higher_is_better=False) == "not judged"


def test_equal_chance_changes_are_seldom_an_improvement() -> None:
    generator = np.random.default_rng(0)
    judged = [
        trends.judge_trend(
            runs_of(*generator.normal(loc=2, scale=0.5, size=(3, len(SEEN))).tolist()),
            higher_is_better=False,
        )
        for _ in range(500)
    ]
    assert judged.count("improving") / len(judged) <= 0.04


def write_trajectory(run: Run, metric: str, values: list[float]) -> None:
    run.trajectory.parent.mkdir(parents=True, exist_ok=True)
    with run.trajectory.open("w", newline="") as file:
        csv.writer(file).writerows([("samples_seen", metric), *zip(SEEN, values, strict=True)])


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Params:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        outputs, "read_training", lambda run: {"status": "diverged" if run.seed == 2 else "ok"}
    )
    return make_params(["dcgan", "wgan"], [0, 1, 2], ["images", "toy"])


def test_rows_are_judged_by_the_headline_or_the_curve(settings: Params) -> None:
    for run in settings.runs:
        metric = "fid" if run.track == "images" else "jensen_shannon"
        values = FALLING if run.variant == "dcgan" and run.seed < 2 else LEVEL
        write_trajectory(run, metric, values)
    assert trends.judge_rows(settings) == {
        ("images", "digits", "dcgan"): "improving",  # without the diverged seed
        ("images", "digits", "wgan"): "level",
        ("toy", "ring8", "dcgan"): "improving",
        ("toy", "ring8", "wgan"): "level",
    }


def test_a_row_without_scored_snapshots_is_not_judged(settings: Params) -> None:
    assert set(trends.judge_rows(settings).values()) == {"not judged"}


@pytest.mark.parametrize("change", [{"schedule": "linear"}, {"players": "critic"}])
def test_a_row_whose_learning_rate_decays_is_not_judged(
    settings: Params, change: dict[str, str]
) -> None:
    for run in settings.runs:
        write_trajectory(run, "fid" if run.track == "images" else "jensen_shannon", FALLING)
    entry = settings.tracks["images"].variants["wgan"].model_dump(exclude_unset=True)
    entry |= {"players": {"critic": {"schedule": "cosine"}}} if "players" in change else change
    variants = settings.tracks["images"].variants
    variants["wgan"] = type(variants["wgan"]).model_validate(entry)
    judged = trends.judge_rows(settings)
    assert judged["images", "digits", "wgan"] == "not judged"
    assert judged["images", "digits", "dcgan"] == "improving"


def test_a_variant_that_decays_its_learning_rate_is_not_judged(
    settings: Params, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_training(run: Run) -> dict[str, object]:
        return {"status": "ok"} | ({"lr_scale": 0.001} if run.variant == "wgan" else {})

    for run in settings.runs:
        write_trajectory(run, "fid" if run.track == "images" else "jensen_shannon", FALLING)
    monkeypatch.setattr(outputs, "read_training", read_training)
    judged = trends.judge_rows(settings)
    assert judged["images", "digits", "wgan"] == "not judged"
    assert judged["images", "digits", "dcgan"] == "improving"


@pytest.mark.parametrize(
    ("scores", "trend"),
    [
        ((3.0, 3.2, 3.1), "improving"),
        ((3.8, 3.9, 3.7), "level"),  # by less than a tenth
        ((2.0, 5.0, 4.1), "level"),  # not by more than the change varies
        ((3.0,), "not judged"),
        ((), "not judged"),
    ],
)
def test_decayed_rows_are_judged_by_longer_runs(
    monkeypatch: pytest.MonkeyPatch, scores: tuple[float, ...], trend: str
) -> None:
    runs = [Run("images", "digits", "wgan", seed) for seed in range(3)]
    published = dict(zip(runs, (4.0, 4.1, 4.2), strict=True))
    monkeypatch.setattr(outputs, "read_scores", lambda run: {"fid": published[run]})
    longer = {(run, 200): score for run, score in zip(runs, scores, strict=False)}
    assert trends.judge_longer(runs, longer, budget=200) == trend
    # scores with another budget are those of earlier settings
    assert trends.judge_longer(runs, longer, budget=100) == "not judged"


def test_longer_runs_are_found_by_rows_that_decay(
    settings: Params, monkeypatch: pytest.MonkeyPatch
) -> None:
    for run in settings.runs:
        write_trajectory(run, "fid" if run.track == "images" else "jensen_shannon", LEVEL)
    decayed = {"status": "ok", "lr_scale": 0.0}
    monkeypatch.setattr(outputs, "read_training", lambda run: decayed)
    monkeypatch.setattr(outputs, "read_scores", lambda run: {"fid": 4.0 + run.seed / 10})
    amount = 2 * settings.tracks["images"].datasets["digits"].budget.amount
    runs = [run for run in settings.runs if run.row == "digits-wgan"]
    monkeypatch.setattr(trends, "read_longer", lambda: {(run, amount): 1.0 for run in runs})
    judged = trends.judge_rows(settings)
    assert judged["images", "digits", "wgan"] == "improving"
    assert judged["images", "digits", "dcgan"] == "not judged"
