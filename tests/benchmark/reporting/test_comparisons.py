"""Variants held against each other."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmark import tracks
from benchmark.reporting import comparisons, report
from benchmark.reporting.statistics import adjust_holm

SEEDS = {
    "a": [1.0, 2.0, 3.0],
    "b": [4.0, 6.0, 5.0],
    "c": [1.5, 2.5, 9.0],
    "d": [np.nan, 1.0, np.nan],
}
LABELLED = {"e": "labels", "f": "labels"}


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
    ranking = means.sort_values(ascending=not up).reset_index()
    conditions = ranking["variant"].map(LABELLED).fillna("none")
    ranking["condition"] = conditions.where(ranking["kind"] != "reference")
    return table, ranking


@pytest.mark.parametrize(("metric", "track"), [("fid", "images"), ("r_precision", "text_to_image")])
def test_each_two_variants_are_compared_the_better_first(metric, track):
    result = comparisons.compare_variants(*tables(metric, track))
    order = ["a", "c", "b"] if metric == "fid" else ["b", "c", "a"]
    assert list(zip(result["first"], result["second"], strict=True)) == [
        *itertools.combinations(order, 2)
    ]
    assert (result["metric"] == metric).all() and tuple(result) == comparisons.COLUMNS
    row = result[(result["first"] == order[0]) & (result["second"] == order[2])].iloc[0]
    assert row["difference"] == pytest.approx(-3 if metric == "fid" else 3)
    assert row["low"] < row["difference"] < row["high"]
    assert row["improvement"] == 1 and row["p_permutation"] == pytest.approx(0.1)
    expected = stats.ttest_ind(SEEDS["a"], SEEDS["b"], equal_var=False).pvalue
    assert row["p"] == pytest.approx(expected)
    assert list(result["p_adjusted"]) == adjust_holm(list(result["p"]))


def test_variants_with_different_conditions_are_no_pair():
    seeds = SEEDS | {"e": [0.1, 0.2, 0.3], "f": [0.2, 0.3, 0.5]}
    result = comparisons.compare_variants(*tables("fid", "images", seeds))
    pairs = list(zip(result["condition"], result["first"], result["second"], strict=True))
    none = [("none", *pair) for pair in itertools.combinations(["a", "c", "b"], 2)]
    assert sorted(pairs) == sorted([*none, ("labels", "e", "f")])
    labelled = result[result["condition"] == "labels"].iloc[0]
    assert labelled["p_adjusted"] == labelled["p"] < 1, "one pair alone needs no correction"
    alone = comparisons.compare_variants(*tables("fid", "images"))
    rest = result[result["condition"] == "none"].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, alone)


def test_a_data_set_with_one_variant_has_no_pair():
    result = comparisons.compare_variants(*tables("fid", "images", {"a": [1.0, 2.0]}))
    assert result.empty and tuple(result) == comparisons.COLUMNS


def test_variants_with_one_seed_are_compared_without_evidence():
    compared = comparisons.compare_variants(*tables("fid", "images", {"a": [1.0], "b": [2.0]}))
    row = compared.iloc[0]
    assert row["difference"] == -1 and row["p"] == row["p_adjusted"] == 1
    assert np.isnan(row["low"]) and np.isnan(row["high"])


def test_finished_seeds_are_compared_the_better_mean_first():
    """Also where the row of the better mean stands below the other, because a seed diverged."""
    seeds = {"a": [2.0, 2.2, 2.4], "d": [np.nan, 1.8, 2.0]}
    table, ranking = tables("fid", "images", seeds)
    ranking = ranking.sort_values("variant", ignore_index=True)
    (row,) = comparisons.compare_variants(table, ranking).to_dict("records")
    assert (row["first"], row["second"]) == ("d", "a")
    assert row["difference"] == pytest.approx(1.9 - 2.2)
    expected = stats.ttest_ind([1.8, 2.0], seeds["a"], equal_var=False)
    assert row["p"] == pytest.approx(expected.pvalue)
    assert row["p_permutation"] == pytest.approx(2 * 2 / 10)
