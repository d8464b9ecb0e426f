"""The plot of quality against cost: places of dots, and room for names."""

import math
from itertools import combinations

import numpy as np
import pytest

from benchmark.website import scatter

NAN = float("nan")


def row(variant, fid, seconds, *, interval=0.1, verdict="healthy"):
    return {
        "variant": variant,
        "family": "unconditional",
        "kind": "controlled",
        "fid_mean": fid,
        "fid_low": fid * (1 - interval),
        "fid_high": fid * (1 + interval),
        "seconds": seconds,
        "verdicts": {verdict: 3} if verdict else {},
    }


def leaderboard(*rows, references=()):
    return {"headline": "fid", "trained": list(rows), "references": list(references)}


def crowd():
    generator = np.random.default_rng(0)
    return [
        row(f"variant_{i}", float(fid), float(seconds))
        for i, (fid, seconds) in enumerate(np.exp(generator.normal(2, 0.5, size=(40, 2))))
    ]


def test_lower_scores_are_lower_and_dearer_ones_further_right():
    cheap, dear = scatter.plot(leaderboard(row("a", 1.0, 2.0), row("b", 10.0, 20.0)), "seconds")[
        "dots"
    ]
    assert cheap["x"] < dear["x"] and cheap["y"] > dear["y"]  # pixels count from above
    for dot in (cheap, dear):
        assert dot["low"] > dot["y"] > dot["high"]
        assert scatter.LEFT < dot["x"] < scatter.WIDTH
        assert scatter.TOP < dot["high"] < dot["low"] < scatter.HEIGHT - scatter.BOTTOM


def test_an_interval_below_0_ends_at_the_foot_of_a_logarithmic_axis():
    rows = [row("a", 1.0, 2.0, interval=1.5), row("b", 10.0, 20.0)]
    first, second = scatter.plot(leaderboard(*rows), "seconds")["dots"]
    assert first["low"] == scatter.HEIGHT - scatter.BOTTOM
    assert first["high"] < first["y"] < first["low"] and second["low"] < first["low"]
    zero = scatter.plot(leaderboard(row("a", 0.0, 2.0), *rows), "seconds")
    assert all(math.isfinite(dot["y"]) for dot in zero["dots"])


def test_equal_ratios_are_equally_far_apart():
    dots = scatter.plot(leaderboard(*(row(f"{x}", 3.0, x) for x in (1.0, 4.0, 16.0))), "seconds")[
        "dots"
    ]
    first, second, third = (dot["x"] for dot in dots)
    assert second - first == pytest.approx(third - second, abs=0.2)


def test_names_overlap_nothing():
    dots = scatter.plot(leaderboard(*crowd()), "seconds")["dots"]
    boxes = []
    for dot in dots:
        boxes.append(scatter.Box(dot["x"] - 5, dot["y"] - 5, dot["x"] + 5, dot["y"] + 5))
    names = []
    for dot in dots:
        if label := dot["label"]:
            width = scatter.LETTER * len(dot["variant"])
            left = label["x"] - {"start": 0, "middle": width / 2, "end": width}[label["anchor"]]
            names.append(scatter.Box(left, label["y"] - scatter.LINE + 2, left + width, label["y"]))
    assert 10 < len(names) < len(dots)
    assert not any(one.overlaps(other) for one, other in combinations(names, 2))
    assert not any(name.overlaps(box) for name in names for box in boxes)


def test_missing_values_are_left_out():
    rows = row("a", 1.0, 2.0), row("b", NAN, 3.0), row("c", 2.0, NAN), row("d", math.inf, 1.0)
    assert [dot["variant"] for dot in scatter.plot(leaderboard(*rows), "seconds")["dots"]] == ["a"]
    assert scatter.plot(leaderboard(*rows[1:]), "seconds") is None
    assert scatter.plot(leaderboard(), "seconds") is None


def test_one_seed_has_no_interval_and_a_sick_run_is_marked():
    (dot,) = scatter.plot(
        leaderboard(row("a", 1.0, 2.0, interval=NAN, verdict="mode collapse")), "seconds"
    )["dots"]
    assert dot["low"] is None and dot["high"] is None
    assert not dot["healthy"] and "mode collapse" in dot["description"]


def test_held_out_data_are_a_line_within_the_axis():
    near, far = ({"variant": "held_out", "fid_mean": fid} for fid in (1.5, 0.001))
    rows = row("a", 1.0, 2.0), row("b", 4.0, 2.0)
    (line,) = scatter.plot(leaderboard(*rows, references=[near]), "seconds")["lines"]
    assert scatter.TOP < line["y"] < scatter.HEIGHT
    assert scatter.plot(leaderboard(*rows, references=[far]), "seconds")["lines"] == []


def test_a_perfect_reference_has_no_place_on_a_logarithmic_axis():
    perfect = {"variant": "held_out", "fid_mean": 0.0}
    plot = scatter.plot(leaderboard(row("a", 1.0, 2.0), references=[perfect]), "seconds")
    assert plot["lines"] == [] and len(plot["dots"]) == 1
