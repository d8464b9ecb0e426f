"""Curves of training: what is drawn of several seeds, and of one."""

import numpy as np
import pandas as pd
import pytest

from benchmark.site import charts, training
from benchmark.site.charts import Level

LOSSES = pd.DataFrame(
    [
        (seed, images, term, images / 100 + seed * height)
        for seed in (0, 1, 2)
        for images in (100, 200)
        for term, height in (("real", 1.0), ("fake", 10.0))
    ],
    columns=["seed", "images", "term", "value"],
)


@pytest.fixture
def drawn(monkeypatch):
    """Draws curves; returns the lines, or None where there was nothing to draw."""
    found = []

    def plot(lines, **told):
        found.append(lines)
        return charts.plot(lines, **told)

    monkeypatch.setattr(training, "plot", plot)

    def draw(frame, **keywords):
        picture = training.curves(frame, y="value", title="loss", **keywords)
        return {line.name: line for line in found[-1]} if picture else None

    return draw


def test_seeds_are_a_band_from_the_least_to_the_greatest_about_their_mean(drawn):
    found = drawn(LOSSES, term="term")
    assert list(found) == ["real", "fake"]
    assert found["real"].points == [(100, 2.0), (200, 3.0)]
    assert found["real"].band[0] == (100, 1.0, 3.0)
    assert found["fake"].band[1] == (200, 2.0, 22.0)


def test_one_seed_is_a_line_alone(drawn):
    found = drawn(LOSSES[LOSSES["seed"] == 1], term="term")
    assert found["real"].points == [(100, 2.0), (200, 3.0)] and not found["real"].band


def test_what_is_not_finite_is_in_no_band(drawn):
    frame = LOSSES.copy()
    frame.loc[(frame["seed"] == 2) & (frame["images"] == 200), "value"] = np.inf
    assert drawn(frame, term="term")["real"].band[1] == (200, 2.0, 3.0)


def test_nothing_is_drawn_of_nothing(drawn):
    assert drawn(LOSSES.assign(value=np.nan), term="term") is None


def test_a_logarithmic_axis_leaves_out_what_has_no_place_there(drawn):
    frame = LOSSES.assign(value=LOSSES["value"] - 1)  # 0 for the first real one
    found = drawn(frame, term="term", log=True, level=Level(0.0, "a perfect score"))
    assert found["real"].band[0] == (100, 1.0, 2.0)
