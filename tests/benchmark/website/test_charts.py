"""Charts: places of points and ticks, and what lies outside."""

import math
from itertools import pairwise

import pytest

from benchmark.website.charts import (
    BOTTOM,
    COLOURS,
    LEFT,
    LETTER,
    RIGHT,
    ROW,
    SWATCH,
    TOP,
    Axis,
    Level,
    Line,
    Mark,
    format_short,
    plot,
)

TITLES = {"across": "images", "up": "loss"}


@pytest.mark.parametrize(
    "values",
    [[3.0], [1.0, 1.2], [5.6, 7.2], [2.0, 900.0], [1e4, 3e6], [1e-9, 1e9], [-1.0, 0.0, 4.0]],
)
def test_ticks_are_round_and_in_order(values):
    axis = Axis(values, 100, 500, logarithmic=min(values) > 0)
    ticks = axis.ticks()
    assert 2 <= len(ticks) <= 12
    assert all(100 <= place <= 500 for place, _ in ticks)
    assert all(one[0] < other[0] for one, other in pairwise(ticks))


@pytest.mark.parametrize("logarithmic", [False, True])
def test_a_tick_is_where_its_name_says(logarithmic):
    axis = Axis([0.2, 30.0], 0, 1000, logarithmic=logarithmic)
    assert all(place == axis(float(name)) for place, name in axis.ticks())


def test_equal_ratios_are_equally_far_apart():
    axis = Axis([1.0, 100.0], 0, 100, logarithmic=True, margin=0)
    assert [axis(value) for value in (1.0, 10.0, 100.0)] == [0, 50, 100]


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf, 101.0])
def test_what_is_beyond_an_axis_has_no_place_there(value):
    assert value not in Axis([1.0, 100.0], 0, 100, logarithmic=True, margin=0)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5"), (20.0, "20"), (3000.0, "3 k"), (1.2e6, "1.2 M"), (-0.5, "−0.5"), (0.0, "0")],
)
def test_large_numbers_are_short(value, text):
    assert format_short(value) == text


def test_a_line_goes_from_edge_to_edge_and_up_where_values_rise():
    picture = plot([Line("real", [(0, 1.0), (10, 3.0)])], **TITLES)
    start, end = (part.split() for part in picture["lines"][0]["path"][1:].split("L"))
    assert [float(start[0]), float(end[0])] == [LEFT, RIGHT]
    assert TOP < float(end[1]) < float(start[1]) < BOTTOM


def test_a_band_is_within_the_picture_and_closed():
    line = Line("real", [(0, 1.0), (10, 3.0)], [(0, -50.0, 2.0), (10, 3.0, 90.0)])
    outline = plot([line], **TITLES)["lines"][0]["band"]
    assert outline.startswith("M") and outline.endswith("Z")
    heights = [float(part.split()[1]) for part in outline[1:-1].split("L")]
    assert TOP < min(heights) < max(heights) < BOTTOM and len(heights) == 4


def test_a_level_is_in_sight_if_it_has_a_place():
    lines = [Line("fid", [(0, 10.0), (10, 30.0)])]
    chart = plot(lines, **TITLES, logarithmic="y", level=Level(0.1, "held-out data"))
    assert TOP < chart["level"]["y"] < BOTTOM and chart["level"]["name"] == "held-out data"
    for height in (0.0, math.nan):
        beyond = plot(lines, **TITLES, logarithmic="y", level=Level(height, "held-out data"))
        assert beyond["level"] is None


def test_a_mark_is_in_sight_if_it_has_a_place():
    lines = [Line("fid", [(0, 10.0), (10, 30.0)])]
    chart = plot(lines, **TITLES, mark=Mark(5, "budget"))
    assert chart["mark"] == {"x": (LEFT + RIGHT) / 2, "name": "budget"}
    assert plot(lines, **TITLES, mark=Mark(11, "budget"))["mark"] is None


def test_a_line_of_dots_has_no_path():
    (line,) = plot([Line("best", [], dots=[(1, 1.0)])], **TITLES)["lines"]
    assert line["path"] == "" and len(line["dots"]) == 1


def test_limits_are_kept_and_what_lies_beyond_is_cut_off_by_the_page():
    chart = plot([Line("real", [(1, 1.0), (10, 300.0)])], **TITLES, limits=(0, 2))
    assert {name for _, name in chart["ticks"]["up"]} == {"0", "0.5", "1", "1.5", "2"}


def test_labels_stand_right_of_the_lines_in_their_order_without_overlap():
    ends = {"top": 9.0, "middle": 5.0, "close": 5.01, "closer": 5.02, "low": 0.0}
    lines = [Line(name, [(0, 1.0), (10, end)]) for name, end in ends.items()]
    grey = Line("grey", [(0, 1.0), (10, 2.0)], look="muted")
    chart = plot([grey, *lines], **TITLES, has_labels=True)
    labels = chart["labels"]
    assert [label["name"] for label in labels] == ["top", "closer", "close", "middle", "low"]
    heights = [label["y"] for label in labels]
    assert min(other - one for one, other in pairwise(heights)) >= ROW - 0.11
    assert heights[0] > TOP and heights[-1] < BOTTOM
    for label in labels:
        assert label["x"] + SWATCH + LETTER * len(label["name"]) <= RIGHT + LETTER
    assert plot(lines, **TITLES)["labels"] == []


def test_many_labels_at_the_bottom_stay_in_the_picture():
    lines = [Line(str(count), [(0, 1.0), (10, 0.0)]) for count in range(10)]
    heights = [label["y"] for label in plot(lines, **TITLES, has_labels=True)["labels"]]
    assert heights[0] > TOP and heights[-1] < BOTTOM and len(set(heights)) == 10


def test_only_lines_of_the_look_series_use_up_colours():
    looks = ["muted", "series", "reference", *["series"] * COLOURS]
    lines = [Line(str(place), [(0, 1.0)], look=look) for place, look in enumerate(looks)]
    series = [line["series"] for line in plot(lines, **TITLES)["lines"]]
    assert series == ["muted", 0, "reference", 1, 2, 3, 0]


def test_ticks_can_be_at_given_places():
    chart = plot(
        [Line("a", [(100, 1.0), (811, 2.0)])], **TITLES, logarithmic="x", places=[100, 811]
    )
    assert chart["ticks"]["across"] == [(LEFT, "100"), (RIGHT, "811")]


@pytest.mark.parametrize("lines", [[], [Line("real", [])]])
def test_there_is_no_chart_of_nothing(lines):
    assert plot(lines, **TITLES) is None
