"""Variants held against each other."""

import itertools
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from benchmark import report
from benchmark.statistics import holm

SEEDS = {"a": [1.0, 2.0, 3.0], "b": [4.0, 6.0, 5.0], "c": [1.5, 2.5, 9.0], "d": [np.nan, 1.0, 1.0]}


def tables(metric, board, seeds=SEEDS):
    """The tables of a board with these scores, and a reference row."""
    rows = [
        (
            board,
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
    up = bool(report.HIGHER_IS_BETTER[metric])
    return table, means.sort_values(ascending=not up).reset_index()


@pytest.mark.parametrize(("metric", "board"), [("fid", "images"), ("r_precision", "text_to_image")])
def test_each_two_variants_are_compared_the_better_first(metric, board):
    found = report.comparisons(*tables(metric, board))
    order = ["a", "c", "b"] if metric == "fid" else ["b", "c", "a"]
    assert list(zip(found["first"], found["second"], strict=True)) == [
        *itertools.combinations(order, 2)
    ]
    assert (found["metric"] == metric).all() and tuple(found) == report.COMPARED
    row = found[(found["first"] == order[0]) & (found["second"] == order[2])].iloc[0]
    assert row["difference"] == pytest.approx(-3 if metric == "fid" else 3)
    assert row["low"] < row["difference"] < row["high"]
    assert row["improvement"] == 1 and row["p"] == pytest.approx(0.1)
    assert list(found["p_adjusted"]) == holm(list(found["p"]))


def test_a_board_with_one_variant_has_no_pair():
    found = report.comparisons(*tables("fid", "images", {"a": [1.0, 2.0]}))
    assert found.empty and tuple(found) == report.COMPARED


def over(seeds, monkeypatch, *, same=True):
    """The table over two boards on which noise scores 10 and held-out data 0."""
    monkeypatch.setattr(report.gans, "family", lambda variant: "x")
    rows = [
        (board, dataset, variant, seed, metric, value)
        for board, dataset, metric in (("images", "digits", "fid"), ("toy", "ring8", "wasserstein"))
        for variant, own in {"noise": [10.0], "held_out": [0.0], **seeds[dataset]}.items()
        for seed, value in enumerate(own)
    ]
    columns = ["board", "dataset", "variant", "seed", "metric", "value"]
    names = dict.fromkeys(seeds["digits"])
    boards = {
        "images": SimpleNamespace(variants=names, datasets={"digits": None}),
        "toy": SimpleNamespace(variants=names if same else {"a": None}, datasets={"ring8": None}),
    }
    return report.across(pd.DataFrame(rows, columns=columns), SimpleNamespace(boards=boards))


def test_a_variant_that_is_good_everywhere_comes_first(monkeypatch):
    seeds = {
        "digits": {"good": [2.0, 2.0], "even": [4.0, 4.0], "lost": [np.nan, 11.0]},
        "ring8": {"good": [1.0, 1.0, 1.0], "even": [4.0, 4.0, 4.0], "lost": [3.0, 3.0, 3.0]},
    }
    found = over(seeds, monkeypatch).set_index("variant")
    assert list(found.index) == ["good", "even", "lost"]
    assert (found["datasets"] == "digits+ring8").all() and (found["runs"] == 5).all()
    assert found["iqm"].tolist() == pytest.approx([0.85, 0.6, 0.35])
    assert found["low"].le(found["iqm"]).all() and found["high"].ge(found["iqm"]).all()
    assert found["beats"].tolist() == pytest.approx([1, 0.25, 0.25])
    assert found["worst"].tolist() == pytest.approx([0.8, 0.6, 0])
    assert found.loc["good", ["at_0.80", "at_0.85", "at_0.95"]].tolist() == [1, 0.5, 0]
    assert found.loc["lost", ["at_0.05", "at_0.70", "at_0.75"]].tolist() == [0.5, 0.5, 0]


def test_only_data_sets_with_the_same_variants_are_taken_together(monkeypatch):
    seeds = {name: {"a": [1.0], "b": [2.0]} for name in ("digits", "ring8")}
    assert len(over(seeds, monkeypatch)) == 2
    found = over(seeds, monkeypatch, same=False)
    assert found.empty and tuple(found) == report.ACROSS
