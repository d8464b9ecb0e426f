"""Runs made once more and held against what was published."""

import math
from contextlib import nullcontext

import numpy as np
import pandas as pd
import pytest

from benchmark import config
from benchmark.studies import verify
from tests.benchmark.tracks.test_text import SETTINGS
from tests.command import mistake_of, run_command

RUN = SETTINGS.runs[0]


def tables(folder, published, low, high):
    """A published table with one run and one metric."""
    where = {"track": RUN.track, "dataset": RUN.dataset, "variant": RUN.variant}
    (folder / "results").mkdir()
    pd.DataFrame([where | {"seed": RUN.seed, "metric": "fed", "value": published}]).to_csv(
        folder / verify.PUBLISHED[0], index=False
    )
    pd.DataFrame([where | {"fed_low": low, "fed_high": high}]).to_csv(
        folder / verify.PUBLISHED[1], index=False
    )
    for path in verify.list_inputs(RUN):
        (folder / path).mkdir(parents=True)


@pytest.mark.parametrize(
    ("result", "low", "high", "message"),
    [
        (0.1 + 0.2, math.nan, math.nan, "identical"),
        (0.3, math.nan, math.nan, "different"),
        (0.31, 0.2, 0.4, "within the interval"),
        (0.2, 0.2, 0.4, "within the interval"),
        (0.41, 0.2, 0.4, "different"),
        (math.nan, 0.2, 0.4, "different"),
    ],
)
def test_each_metric_has_one_verdict(result, low, high, message):
    assert verify.compare_value(0.1 + 0.2, result, low, high) == message
    assert verify.compare_value(math.nan, math.nan, low, high) == "identical"


def test_a_published_metric_that_its_track_has_no_longer_is_left_out():
    where = {"track": RUN.track, "dataset": RUN.dataset, "variant": RUN.variant}
    lines = [where | {"seed": RUN.seed, "metric": name, "value": 1.0} for name in ("fed", "gone")]
    leaderboard = pd.DataFrame([where | dict.fromkeys(("fed_low", "fed_high"), 1.0)])
    compared = verify.compare_metrics(RUN, {"fed": 1.0}, pd.DataFrame(lines), leaderboard)
    assert [line["metric"] for line in compared] == ["fed"]


def test_names_select_rows_or_runs(capsys):
    settings = config.parse_params(
        SETTINGS.model_dump(exclude_unset=True)
        | {"text": SETTINGS.tracks["text"].model_dump() | {"seeds": [0, 3]}}
    )
    row = verify.find_runs(["oracle-mle"], settings)
    assert [(run.dataset, run.variant, run.seed) for run in row] == [
        ("oracle", "mle", 0),
        ("oracle", "mle", 3),
    ]
    assert verify.find_runs(["oracle-mle-3", "oracle-mle"], settings) == row[::-1]
    with pytest.raises(SystemExit):
        verify.find_runs(["oracle-mel", "oracle-mle-1"], settings)
    lines = capsys.readouterr().err.splitlines()
    expected = "expected a row or a run of params.yaml, got no such name"
    assert lines[0] == f"oracle-mel: {expected}; did you mean oracle-mle?"
    assert lines[1].startswith(f"oracle-mle-1: {expected}; ")


@pytest.mark.parametrize(("result", "status"), [(0.5, 0), (0.6, 0), (0.9, 1)])
def test_what_came_out_is_said_and_kept(result, status, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    tables(tmp_path, 0.5, 0.4, 0.7)
    monkeypatch.setattr(config, "load_params", lambda: SETTINGS)
    monkeypatch.setattr(verify, "rerun", lambda runs, folder, jobs: [{"fed": result} for _ in runs])
    for _ in range(2):  # of the last time alone
        assert verify.verify_rows([RUN.row], jobs=2) == (status == 0)
    with nullcontext() if status == 0 else pytest.raises(SystemExit, match="1"):
        run_command("verify", RUN.row)
    verdict = verify.VERDICTS[[0.5, 0.6, 0.9].index(result)]
    assert f"{RUN}: of 1 metrics 1 {verdict}" in capsys.readouterr().out
    (kept,) = pd.read_csv(verify.OUT).to_dict("records")
    assert kept["variant"] == RUN.variant and kept["torch"] and kept["date"]
    assert [kept[name] for name in ("identical", "within", "different")] == list(
        np.eye(3, dtype=int)[verify.VERDICTS.index(verdict)]
    )


def test_what_is_not_there_or_not_published_is_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(config, "load_params", lambda: SETTINGS)
    line = mistake_of(capsys, "verify", RUN.row)
    assert line == f"data/{RUN.dataset}: expected a folder, got none; run make repro first"
    tables(tmp_path, 0.5, 0.4, 0.7)
    other = SETTINGS.runs[1]
    line = mistake_of(capsys, "verify", other.row)
    assert line == f"{other}: expected scores in results/scores.csv, got none; run make repro first"
