"""The page of variants over several data sets: its groups, and the profiles that it draws."""

import pandas as pd
import pytest

from benchmark.reporting.across import THRESHOLDS, COLUMNS
from benchmark.website import across


def row(variant, datasets, share):
    """A row whose runs reach a bar in the share that a function of the bar says."""
    told = dict.fromkeys(COLUMNS, 0.5) | {"variant": variant, "datasets": datasets, "family": "x"}
    return told | {f"at_{bar:.2f}": share(bar) for bar in THRESHOLDS}


def steps(path):
    """The heights, from below, of a profile between one bar and the next."""
    heights, at = [], 0.0
    _, start, *rest = path.replace("M", " ").replace("H", " H").replace("V", " V").split()
    height, found = 1 - float(start) / across.HEIGHT, []
    for part in rest:
        if part[0] == "V":
            height = 1 - float(part[1:]) / across.HEIGHT
        else:
            found += [height] * round((float(part[1:]) - at) / 5)
            at = float(part[1:])
    heights += found
    return heights


@pytest.mark.parametrize("share", [lambda bar: 1.0, lambda bar: 0.0, lambda bar: 1 - bar])
def test_a_profile_shows_the_share_that_reaches_each_bar(share):
    path = across.profile(row("a", "one+two", share))
    assert steps(path) == pytest.approx([share(bar) for bar in THRESHOLDS], abs=1e-3)


def test_variants_are_in_the_table_of_their_data_sets():
    rows = [row("a", "one+two", lambda bar: 1.0), row("b", "three+four", lambda bar: 0.5)]
    first, second = across.groups(pd.DataFrame(rows))
    assert first["datasets"] == ["one", "two"] and second["datasets"] == ["three", "four"]
    assert [own["variant"] for own in first["rows"]] == ["a"]
    assert first["scale"](0) == 0 and first["scale"](across.MOST) == 100


def test_there_may_be_none():
    assert across.groups(pd.DataFrame(columns=list(COLUMNS))) == []
