"""Tables and leaderboards where only some rows of params.yaml are scored."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from benchmark import config
from benchmark.config import Params
from benchmark.reporting import report
from benchmark.website.leaderboards import build_leaderboard
from tests.benchmark.website.made_up import REPOSITORY, make_params, write_results


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Params:
    """Settings of four leaderboards, of which wgan is not scored on digits, nor any of clips."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site").mkdir()
    for name in ("facets.yaml", "claims.yaml"):
        shutil.copy(REPOSITORY / "site" / name, tmp_path / "site" / name)
    settings = make_params(["dcgan", "wgan"], [0, 1], ["images", "toy", "video", "text"])
    write_results(settings, diverged=[])
    for run in settings.runs:
        if run.track == "video" or (run.dataset, run.variant) == ("digits", "wgan"):
            (run.scored / "evaluation.json").unlink()
    shutil.rmtree(tmp_path / "references/grammar")
    monkeypatch.setattr(config, "load_params", lambda: settings)
    return settings


def test_what_is_not_scored_is_left_out(settings: Params) -> None:
    scored = settings.with_results()
    rows = {(run.track, run.row) for run in scored.runs}
    assert rows == {("images", "digits-dcgan"), ("toy", "ring8-dcgan"), ("toy", "ring8-wgan")}
    assert set(scored.tracks) == {"images", "toy"} and len(scored.runs) == 6
    assert set(scored.tracks["images"].variants) == {"dcgan"} and set(
        scored.tracks["toy"].variants
    ) == {
        "dcgan",
        "wgan",
    }
    assert len(settings.runs) == 16, "the settings themselves stay"


def test_tables_hold_what_is_scored(settings: Params, capsys: pytest.CaptureFixture[str]) -> None:
    report.write_tables(settings)
    assert capsys.readouterr().out.startswith(
        "10 of 16 runs of params.yaml are not scored: the tables omit them\n"
    )
    scores = pd.read_csv("tables/scores.csv")
    trained = scores[scores["kind"] != "reference"]
    assert set(zip(trained["dataset"], trained["variant"], strict=True)) == {
        ("digits", "dcgan"),
        ("ring8", "dcgan"),
        ("ring8", "wgan"),
    }
    ranked = pd.read_csv("tables/leaderboard.csv").to_dict("records")
    leaderboard = build_leaderboard(settings.with_results(), "images", "digits", scores, ranked)
    assert list(leaderboard["settings"].variants) == ["dcgan"]
    assert [row["variant"] for row in leaderboard["trained"]] == ["dcgan"]


@pytest.mark.parametrize(
    ("dataset", "first"),
    [
        ("digits", "2 of 4 runs of digits are not scored: the tables omit them"),
        ("ring8", "ring8, condition none"),
    ],
)
def test_other_leaderboards_are_written_but_not_printed(
    settings: Params, capsys: pytest.CaptureFixture[str], dataset: str, first: str
) -> None:
    report.write_tables(settings, [dataset])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == first and f"{dataset}, reference rows" in lines
    assert sum(", condition" in line or ", reference rows" in line for line in lines) == 2
    assert {"digits", "ring8"} <= set(pd.read_csv("tables/leaderboard.csv")["dataset"])


def test_tables_may_be_older_than_the_metrics_of_their_track(settings: Params) -> None:
    """Older tables have metrics that no track has any longer, and lack newer ones."""
    report.write_tables(settings)
    scores = pd.read_csv("tables/scores.csv")
    ranked = pd.read_csv("tables/leaderboard.csv").to_dict("records")
    retired = scores[scores["metric"] == "fid"].assign(metric="retired")
    older = pd.concat([scores[scores["metric"] != "kid"], retired])
    for row in ranked:
        for column in [name for name in row if name.startswith("kid_")]:
            row[column.replace("kid_", "retired_")] = row.pop(column)
    leaderboards = [
        build_leaderboard(settings.with_results(), "images", "digits", table, ranked)
        for table in (scores[scores["metric"] != "kid"], older)
    ]
    expected, shown = ([*board["metrics"], *board["further"]] for board in leaderboards)
    assert shown == expected and "fid" in shown and not {"retired", "kid"} & set(shown)


def test_no_scored_run_is_one_line(settings: Params, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree("runs")
    with pytest.raises(SystemExit):
        report.write_tables(settings)
    assert capsys.readouterr().err == (
        "expected scored runs in runs/ or records in results/, got none; run make repro first\n"
    )
