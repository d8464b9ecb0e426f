"""The scorer of points: which metrics it gives, and that each knows a bad set from a good one."""

import math

import numpy as np
import pytest

from benchmark.data.sources.points import SOURCES
from benchmark.metrics.wasserstein import wasserstein_distance
from benchmark.tracks.toy import Toy
from benchmark.tracks.toy.pictures import draw
from benchmark.tracks.toy.schema import PlaneMetrics
from benchmark.tracks.toy.scoring import Scorer

DIRECTIONS = Toy.higher_is_better

N = 300
OF_MODES = ("modes", "high_quality", "mode_divergence")
OF_SOME = {"class_accuracy", "reconstruction_error"}  # variants


def draws(name, n=N, *, seed=7):
    return SOURCES[name].draw(n, np.random.default_rng(seed))


@pytest.mark.parametrize("name", SOURCES)
def test_gives_the_metrics_that_the_data_have(name):
    scores = Scorer(name, reference=500).scores(draws(name))
    known = (
        set(DIRECTIONS)
        if SOURCES[name].modes is not None
        else {metric for metric in DIRECTIONS if metric not in OF_MODES}
    ) - OF_SOME
    assert set(scores) == known
    assert all(isinstance(value, int | float) for value in scores.values())


@pytest.mark.parametrize("name", SOURCES)
def test_every_metric_prefers_real_points(name):
    scorer = Scorer(name, reference=3000)
    good = scorer.scores(draws(name))
    collapsed = scorer.scores(np.tile(draws(name, 1), (N, 1)))
    noise = scorer.scores(np.random.default_rng(0).uniform(-1, 1, size=(N, 2)))
    # a collapsed generator may draw well what it draws, and noise hits modes evenly if at all
    blind = {"high_quality": collapsed, "mode_divergence": noise}
    for metric, higher in DIRECTIONS.items():
        for bad in (collapsed, noise):
            if metric in good and blind.get(metric) is not bad:
                assert (good[metric] > bad[metric]) == higher, metric
                assert good[metric] != bad[metric], metric


def test_a_collapsed_ring():
    scores = Scorer("ring8", reference=800).scores(np.tile(SOURCES["ring8"].modes[3], (N, 1)))
    assert (scores["modes"], scores["high_quality"]) == (1, 1)
    assert scores["mode_divergence"] == pytest.approx(math.log(8))
    assert scores["wasserstein"] == pytest.approx(
        np.linalg.norm(SOURCES["ring8"].modes - SOURCES["ring8"].modes[3], axis=1).mean(), rel=0.1
    )


def test_the_real_points_are_fixed_and_differ_from_those_of_all_seeds():
    first, second = Scorer("spiral", reference=200), Scorer("spiral", reference=400)
    assert np.array_equal(first.real, Scorer("spiral", reference=200).real)
    assert first.scores(draws("spiral", 50)) == Scorer("spiral", reference=200).scores(
        draws("spiral", 50)
    )
    for seed in range(3):
        assert not np.array_equal(draws("spiral", 200, seed=seed), first.real)
    assert len(second.real) == 400
    assert not np.array_equal(Scorer("two_moons", reference=200).real, first.real)


def test_as_many_points_are_paired_off_as_both_sets_have():
    points = draws("two_moons", 40)
    scorer = Scorer("two_moons", reference=30)
    assert scorer.scores(points)["wasserstein"] == wasserstein_distance(scorer.real, points[:30])
    scorer = Scorer("two_moons", PlaneMetrics(wasserstein_points=10), reference=30)
    assert scorer.scores(points)["wasserstein"] == wasserstein_distance(
        scorer.real[:10], points[:10]
    )


def test_bad_input_is_an_error():
    with pytest.raises(
        ValueError, match="ring9: expected a data set, got no such name; did you mean ring8"
    ):
        Scorer("ring9")
    for name in ("ring8", "spiral"):
        with pytest.raises(ValueError, match=r"expected shape \(n, d\)"):
            Scorer(name, reference=10).scores(np.zeros(4))
        with pytest.raises(ValueError, match="expected at least 1 samples, got 0"):
            Scorer(name, reference=10).scores(np.zeros((0, 2)))


def test_class_accuracy_is_that_of_the_nearest_mode():
    points = draws("ring8")
    labels = SOURCES["ring8"].label(points)
    scorer = Scorer("ring8", reference=100)
    assert scorer.scores(points, labels)["class_accuracy"] == 1
    wrong = (labels + (np.arange(N) % 4 == 0)) % 8
    assert scorer.scores(points, wrong)["class_accuracy"] == pytest.approx(0.75)
    assert "class_accuracy" not in Scorer("spiral", reference=100).scores(points, labels)


def test_a_moment_tells_collapse_from_mere_blur():
    scorer, source = Scorer("ring8", reference=500), SOURCES["ring8"]
    blurred = draws("ring8", 400) + np.random.default_rng(1).normal(0, 0.2, (400, 2))
    lost = np.repeat(source.modes[:2], 200, axis=0)
    for points, even in ((blurred, True), (lost, False)):
        result = scorer.moment(points)
        assert (result["label_divergence"] < 0.1) == even and (result["diversity"] > 0.8) == even
    assert scorer.moment(lost)["label_divergence"] == pytest.approx(np.log(4), abs=0.2)


def test_the_picture_has_ink_where_points_are():
    pixels = np.asarray(draw(np.array([[1.4, 1.4], [9.0, 9.0]])))
    rows, columns = np.nonzero(pixels < 255)
    assert len(rows) == 1 and rows[0] < 10 and columns[0] > 110  # right, and above
