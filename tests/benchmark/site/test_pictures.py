"""Curves of training: what is drawn of several seeds, and of one."""

import numpy as np
import pandas as pd
import pytest

from benchmark.site import charts, pictures

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
def drawn(monkeypatch, tmp_path):
    """Draws curves; returns the layers, or None where there was nothing to draw."""
    found = []
    monkeypatch.setattr(charts, "save", lambda layers, path: found.append(layers))

    def draw(frame, **keywords):
        told = pictures.curves(frame, tmp_path / "chart", y="value", title="loss", **keywords)
        assert told == bool(found)
        return found[-1] if found else None

    return draw


def table(layer):
    return pd.DataFrame(layer["data"]["values"])


def test_seeds_are_a_band_from_the_least_to_the_greatest_about_their_mean(drawn):
    band, line = drawn(LOSSES, term="term")
    assert band["mark"]["type"] == "area" and line["mark"]["type"] == "line"
    columns = [band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]]
    found = table(band).set_index(["term", "images"])[columns]
    assert found.loc[("real", 100)].tolist() == [1.0, 3.0]
    assert found.loc[("fake", 200)].tolist() == [2.0, 22.0]
    means = table(line).set_index(["term", "images"])["value"]
    assert means[("real", 100)] == 2.0 and means[("fake", 200)] == 12.0


def test_one_seed_is_a_line_alone(drawn):
    (line,) = drawn(LOSSES[LOSSES["seed"] == 1], term="term")
    assert line["mark"]["type"] == "line"
    assert sorted(table(line)["value"]) == [2.0, 3.0, 11.0, 12.0]


def test_what_is_not_finite_is_in_no_band(drawn):
    frame = LOSSES.copy()
    frame.loc[(frame["seed"] == 2) & (frame["images"] == 200), "value"] = np.inf
    band, _ = drawn(frame, term="term")
    found = table(band).set_index(["term", "images"])
    assert found.loc[("real", 200), "max"] == 3.0


def test_nothing_is_drawn_of_nothing(drawn):
    assert drawn(LOSSES.assign(value=np.nan), term="term") is None
