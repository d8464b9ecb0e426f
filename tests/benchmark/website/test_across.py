"""The page of variants over several data sets: its groups, and the profiles that it draws."""

import pandas as pd
import pytest

from benchmark.reporting.across import COLUMNS, THRESHOLDS
from benchmark.website import across


def row(variant, datasets, share, condition="none"):
    """Make a row whose runs reach a bar in the share that a function of the bar gives."""
    values = dict.fromkeys(COLUMNS, 0.5) | {"variant": variant, "datasets": datasets, "family": "x"}
    values["condition"] = condition
    return values | {f"at_{bar:.2f}": share(bar) for bar in THRESHOLDS}


def steps(path):
    """Read the heights of a profile, from below, between one bar and the next."""
    at = 0.0
    _, start, *rest = path.replace("M", " ").replace("H", " H").replace("V", " V").split()
    height, heights = 1 - float(start) / across.HEIGHT, []
    for part in rest:
        if part[0] == "V":
            height = 1 - float(part[1:]) / across.HEIGHT
        else:
            heights += [height] * round((float(part[1:]) - at) / 5)
            at = float(part[1:])
    return heights


@pytest.mark.parametrize("share", [lambda bar: 1.0, lambda bar: 0.0, lambda bar: 1 - bar])
def test_a_profile_shows_the_share_that_reaches_each_bar(share):
    path = across.draw_profile(row("a", "one+two", share))
    assert steps(path) == pytest.approx([share(bar) for bar in THRESHOLDS], abs=1e-3)


def test_variants_are_in_the_table_of_their_data_sets():
    rows = [row("a", "one+two", lambda bar: 1.0), row("b", "three+four", lambda bar: 0.5)]
    first, second = across.build_groups(pd.DataFrame(rows))
    assert first["datasets"] == ["one", "two"] and second["datasets"] == ["three", "four"]
    assert [row["variant"] for row in first["rows"]] == ["a"]
    assert first["scale"](0) == 0 and first["scale"](across.RIGHT_END) == 100


def test_variants_are_in_the_table_of_their_condition():
    rows = [row("a", "one+two", lambda bar: 1.0), row("b", "one+two", lambda bar: 1.0, "labels")]
    groups = across.build_groups(pd.DataFrame(rows))
    assert [group["title"] for group in groups] == ["unconditional", "conditional"]
    assert [[row["variant"] for row in group["rows"]] for group in groups] == [["a"], ["b"]]
    (alone,) = across.build_groups(pd.DataFrame(rows[1:]))
    assert alone["title"] == "", "there is no other table to tell it from"


def test_there_may_be_none():
    assert across.build_groups(pd.DataFrame(columns=list(COLUMNS))) == []
