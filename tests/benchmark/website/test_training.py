"""Curves of training: what is drawn of several seeds, and of one."""

import math

import pandas as pd
import pytest

from benchmark.evaluation import diagnosis
from benchmark.website import charts, training
from benchmark.website.charts import Level
from benchmark.website.training import Reading

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
    found = []

    def plot(lines, **told):
        found.append(lines)
        return charts.plot(lines, **told)

    monkeypatch.setattr(training, "plot", plot)

    def draw(seeds, **keywords):
        picture = training.curves(seeds, up="loss", **keywords)
        return {line.name: line for line in found[-1]} if picture else None

    return draw


def changed(change):
    """The losses with other values, by a function of seed and reading."""
    return [
        [own._replace(value=change(seed, own)) for own in run] for seed, run in enumerate(LOSSES)
    ]


def test_seeds_are_a_band_from_the_least_to_the_greatest_about_their_mean(drawn):
    found = drawn(LOSSES)
    assert list(found) == ["real", "fake"]
    assert found["real"].points == [(100, 2.0), (200, 3.0)]
    assert found["real"].band[0] == (100, 1.0, 3.0)
    assert found["fake"].band[1] == (200, 2.0, 22.0)


def test_one_seed_is_a_line_alone(drawn):
    found = drawn(LOSSES[1:2])
    assert found["real"].points == [(100, 2.0), (200, 3.0)] and not found["real"].band


def test_what_is_not_finite_is_in_no_band(drawn):
    lost = changed(lambda seed, own: math.inf if (seed, own.images) == (2, 200) else own.value)
    assert drawn(lost)["real"].band[1] == (200, 2.0, 3.0)


def test_nothing_is_drawn_of_nothing(drawn):
    assert drawn(changed(lambda seed, own: math.nan)) is None
    assert drawn([[], []]) is None


def test_a_logarithmic_axis_leaves_out_what_has_no_place_there(drawn):
    lower = changed(lambda seed, own: own.value - 1)  # 0 for the first real one
    found = drawn(lower, log=True, level=Level(0.0, "a perfect score"))
    assert found["real"].band[0] == (100, 1.0, 2.0)


def test_lines_are_in_the_order_of_what_was_seen(drawn):
    late, early = [[Reading(images, "", "fid", 1.0)] for images in (200, 100)]
    assert [seen for seen, _ in drawn([late, early])["fid"].points] == [100, 200]


def test_the_judge_is_smoothed_as_the_diagnosis_does():
    rows = [(100 * k, "discriminator_score", "accuracy_train", (k * 7 % 5) / 5) for k in range(1, 41)]
    others = [(100, "discriminator_score", "real", 3.0), (100, "generator", "gradient", 0.1)]
    found = training.judged([Reading(*row) for row in (*rows, *others)])
    expected = diagnosis.smooth_curves(pd.DataFrame([row[3] for row in rows]))[0]
    assert [own.value for own in found] == pytest.approx(expected.tolist())
    assert {own.name for own in found} == {"training images"}


def test_what_was_written_is_read(tmp_path):
    file = tmp_path / "losses.csv"
    file.write_text(
        "images,player,term,value\n64,critic,wasserstein,-1.5\n128,critic,penalty,nan\n"
    )
    first, second = training.readings(file)
    assert first == Reading(64, "critic", "wasserstein", -1.5)
    assert second[:3] == (128, "critic", "penalty") and math.isnan(second.value)
