"""The curves of longer runs on the method page: figures by hand, sentences and charts."""

import math
from pathlib import Path

import pandas as pd
import pytest

from benchmark.studies import curves
from benchmark.website import display, long_runs
from tests.benchmark.config.params import load_repository_params

PARAMS = load_repository_params()
METRICS = display.metric_titles()
BUDGET = PARAMS.tracks["toy"].datasets["ring8"].budget.amount


def make_curve(variant, moments, *, metric="wasserstein"):
    """Make rows of the table; a share of the budget and a value for each moment."""
    keys = {"track": "toy", "dataset": "ring8", "variant": variant, "seed": 0, "metric": metric}
    keys["budget"] = f"{4 * BUDGET} updates"
    return [
        keys | {"updates": at * BUDGET, "samples_seen": 128 * at * BUDGET, "value": value}
        for at, value in moments
    ]


ROWS = [
    *make_curve("dcgan", [(0.5, 1.0), (1.5, 0.6), (4, 0.4)]),  # 0.8 at the budget: -50 %
    *make_curve("gan", [(1, 0.4), (4, 0.44)]),
    *make_curve("wgan", [(1, 0.5), (2, math.nan)]),
    *make_curve("vae", [(0.5, 0.7), (0.5, math.nan)]),
]


@pytest.fixture
def result():
    (result,) = long_runs.build_results(pd.DataFrame(ROWS), PARAMS, METRICS)
    return result


def test_scores_at_the_budget_and_after_it(result):
    assert (result["dataset"], result["unit"]) == ("ring8", "updates of the generator")
    assert (result["budget"], result["longest"]) == (BUDGET, 4 * BUDGET)
    texts = {row["variant"]: (row["at_budget"], row["at_end"]) for row in result["rows"]}
    assert texts == {
        "dcgan": ("0.800", "0.400"),
        "gan": ("0.400", "0.440"),
        "wgan": ("0.500", "diverged"),
        "vae": ("–", "diverged"),
    }
    changes = {row["variant"]: row["change"] for row in result["rows"]}
    assert changes["dcgan"] == pytest.approx(-0.5) and changes["gan"] == pytest.approx(0.1)
    assert math.isnan(changes["wgan"]) and math.isnan(changes["vae"])


def test_the_sentence_counts_rows_that_get_better(result):
    start = "After the budget, the score of {} of {} rows gets better by more than "
    start += "10\N{NO-BREAK SPACE}%"
    assert result["finding"] == (
        start.format(1, 4) + "; the largest improvement is 50\N{NO-BREAK SPACE}%."
    )
    higher = long_runs.describe_changes(result["rows"], higher=True)
    assert higher == start.format(0, 4) + "; the largest improvement is 10\N{NO-BREAK SPACE}%."
    worse = long_runs.describe_changes([{"change": 0.3}], higher=False)
    assert worse == start.format(0, 1) + "."
    assert long_runs.describe_changes([{"change": math.nan}], higher=False) == ""


def test_the_chart_marks_the_budget(result):
    drawing = result["drawing"]
    assert [line["name"] for line in drawing["lines"]] == ["dcgan", "gan", "wgan", "vae"]
    assert drawing["lines"][2]["path"].count("L") == 0  # the end of a diverged run has no place
    low, high = 0.5, 4
    left, right = 48, 370
    expected = left + (1 - low) / (high - low) * (right - left)
    assert drawing["mark"] == {"x": pytest.approx(expected, abs=0.05), "name": "budget"}


def test_other_metrics_and_deleted_rows_are_left_out():
    rows = [
        *make_curve("dcgan", [(1, 0.4)], metric="modes"),
        *make_curve("deleted", [(1, 0.4)]),
    ]
    assert long_runs.build_results(pd.DataFrame(rows), PARAMS, METRICS) == []


def test_empty_and_missing_tables_have_no_results(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert long_runs.read_results(PARAMS, METRICS) == []
    Path("results").mkdir()
    pd.DataFrame(columns=curves.COLUMNS).to_csv(curves.TABLE, index=False)
    assert long_runs.read_results(PARAMS, METRICS) == []


def test_damaged_tables_are_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("results").mkdir()
    pd.DataFrame([ROWS[0] | {"value": "low"}]).to_csv(curves.TABLE, index=False)
    with pytest.raises(SystemExit):
        long_runs.read_results(PARAMS, METRICS)
    assert "results/curves.csv: expected curves of runs" in capsys.readouterr().err
