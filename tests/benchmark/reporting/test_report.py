"""Variants held against each other."""

import itertools

import numpy as np
import pandas as pd
import pytest

from benchmark import tracks
from benchmark.reporting import report
from benchmark.reporting.statistics import adjust_holm

SEEDS = {"a": [1.0, 2.0, 3.0], "b": [4.0, 6.0, 5.0], "c": [1.5, 2.5, 9.0], "d": [np.nan, 1.0, 1.0]}


def tables(metric, track, seeds=SEEDS):
    """The tables of a track with these scores, and a reference row."""
    rows = [
        (
            track,
            "some",
            name,
            "x",
            "reference" if name == "noise" else "controlled",
            seed,
            metric,
            own,
        )
        for name, scores in ({"noise": [99.0]} | seeds).items()
        for seed, own in enumerate(scores)
    ]
    table = pd.DataFrame(rows, columns=list(report.COLUMNS[:8]))
    means = table.groupby(list(report.COLUMNS[:5]), sort=False)["value"].mean()
    up = bool(tracks.metric_directions()[metric])
    return table, means.sort_values(ascending=not up).reset_index()


@pytest.mark.parametrize(("metric", "track"), [("fid", "images"), ("r_precision", "text_to_image")])
def test_each_two_variants_are_compared_the_better_first(metric, track):
    result = report.compare_variants(*tables(metric, track))
    order = ["a", "c", "b"] if metric == "fid" else ["b", "c", "a"]
    assert list(zip(result["first"], result["second"], strict=True)) == [
        *itertools.combinations(order, 2)
    ]
    assert (result["metric"] == metric).all() and tuple(result) == report.COMPARISON_COLUMNS
    row = result[(result["first"] == order[0]) & (result["second"] == order[2])].iloc[0]
    assert row["difference"] == pytest.approx(-3 if metric == "fid" else 3)
    assert row["low"] < row["difference"] < row["high"]
    assert row["improvement"] == 1 and row["p"] == pytest.approx(0.1)
    assert list(result["p_adjusted"]) == adjust_holm(list(result["p"]))


def test_a_data_set_with_one_variant_has_no_pair():
    result = report.compare_variants(*tables("fid", "images", {"a": [1.0, 2.0]}))
    assert result.empty and tuple(result) == report.COMPARISON_COLUMNS


def test_variants_with_one_seed_are_compared_without_evidence():
    compared = report.compare_variants(*tables("fid", "images", {"a": [1.0], "b": [2.0]}))
    row = compared.iloc[0]
    assert row["difference"] == -1 and row["p"] == row["p_adjusted"] == 1
    assert np.isnan(row["low"]) and np.isnan(row["high"])
