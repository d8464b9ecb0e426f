"""Curves of training, of several seeds and of one."""

import math

import pandas as pd
import pytest

from benchmark.evaluation import diagnosis
from benchmark.website import charts, training
from benchmark.website.charts import Level
from benchmark.website.training import Reading
from tests.command import error_line

LOSSES = [
    [
        Reading(images, "discriminator", term, images / 100 + seed * height)
        for images in (100, 200)
        for term, height in (("real", 1.0), ("fake", 10.0))
    ]
    for seed in (0, 1, 2)
]


@pytest.fixture
def drawn(monkeypatch):
    """Draws curves; returns the lines, or None where there was nothing to draw."""
    plots = []

    def plot(lines, **keywords):
        plots.append(lines)
        return charts.plot(lines, **keywords)

    monkeypatch.setattr(training, "plot", plot)

    def draw(seeds, **keywords):
        picture = training.draw_curves(seeds, up="loss", unit="images", **keywords)
        return {line.name: line for line in plots[-1]} if picture else None

    return draw


def changed(change):
    """The losses with other values, by a function of seed and reading."""
    return [
        [reading._replace(value=change(seed, reading)) for reading in run]
        for seed, run in enumerate(LOSSES)
    ]


def test_seeds_are_a_band_from_the_least_to_the_greatest_about_their_mean(drawn):
    lines = drawn(LOSSES)
    assert list(lines) == ["real", "fake"]
    assert lines["real"].points == [(100, 2.0), (200, 3.0)]
    assert lines["real"].band[0] == (100, 1.0, 3.0)
    assert lines["fake"].band[1] == (200, 2.0, 22.0)


def test_one_seed_is_a_line_without_a_band(drawn):
    lines = drawn(LOSSES[1:2])
    assert lines["real"].points == [(100, 2.0), (200, 3.0)] and not lines["real"].band


def test_what_is_not_finite_is_in_no_band(drawn):
    lost = changed(lambda seed, at: math.inf if (seed, at.samples_seen) == (2, 200) else at.value)
    assert drawn(lost)["real"].band[1] == (200, 2.0, 3.0)


def test_nothing_is_drawn_of_nothing(drawn):
    assert drawn(changed(lambda seed, at: math.nan)) is None
    assert drawn([[], []]) is None


def test_a_logarithmic_axis_leaves_out_what_has_no_place_there(drawn):
    lower = changed(lambda seed, at: at.value - 1)  # 0 for the first real one
    lines = drawn(lower, log=True, level=Level(0.0, "a perfect score"))
    assert lines["real"].band[0] == (100, 1.0, 2.0)


def test_lines_are_in_the_order_of_what_was_seen(drawn):
    late, early = [[Reading(images, "", "fid", 1.0)] for images in (200, 100)]
    assert [seen for seen, _ in drawn([late, early])["fid"].points] == [100, 200]


def test_accuracies_are_smoothed_as_the_diagnosis_does():
    rows = [
        (100 * k, "discriminator_score", "accuracy_train", (k * 7 % 5) / 5) for k in range(1, 41)
    ]
    others = [(100, "discriminator_score", "real", 3.0), (100, "generator", "gradient", 0.1)]
    readings = training.smooth_accuracies([Reading(*row) for row in (*rows, *others)])
    expected = diagnosis.smooth_curves(pd.DataFrame([row[3] for row in rows]))[0]
    assert [reading.value for reading in readings] == pytest.approx(expected.tolist())
    assert {reading.name for reading in readings} == {"training images"}


def test_curves_are_read_from_their_file(tmp_path):
    file = tmp_path / "losses.csv"
    file.write_text(
        "samples_seen,player,term,value\n64,critic,wasserstein,-1.5\n128,critic,penalty,nan\n"
    )
    first, second = training.read_curves(file)
    assert first == Reading(64, "critic", "wasserstein", -1.5)
    assert second[:3] == (128, "critic", "penalty") and math.isnan(second.value)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "it is empty"),
        ("samples_seen,player,term,value\n64,critic", "its last line is cut off"),
        ("samples_seen,player,term,value\n64,critic,penalty,1,2\n", "line 2 has 5 values"),
        ("samples_seen,player,term,value\n64,critic,penalty,x\n", "could not convert"),
    ],
)
def test_damaged_curves_are_one_line(tmp_path, capsys, text, error):
    file = tmp_path / "losses.csv"
    file.write_text(text)
    line = error_line(capsys, lambda: training.read_curves(file))
    assert line.startswith(f"{file}: expected a table of ") and f"damaged file ({error}" in line
