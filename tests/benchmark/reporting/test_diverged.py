"""Runs that diverged: no score, the last rank among ties, and a word in every table."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmark.config import Params
from benchmark.reporting import readme, report, statistics
from benchmark.reporting.recording import record_tables
from tests.benchmark.website.made_up import REPOSITORY, make_params, write_results

VARIANTS, SEEDS = ["dcgan", "wgan", "gan"], [0, 1, 2]


def write(folder: Path, monkeypatch: pytest.MonkeyPatch, diverged: list[tuple[str, int]]) -> Params:
    """Write made-up results; the lower the seed, the lower FID."""
    monkeypatch.chdir(folder)
    (folder / "site").mkdir()
    for name in ("facets.yaml", "claims.yaml"):
        shutil.copy(REPOSITORY / "site" / name, folder / "site" / name)
    settings = make_params(VARIANTS, SEEDS, ["images", "toy"])
    write_results(settings, diverged=diverged)
    return settings


def rank(settings: Params) -> pd.DataFrame:
    table = statistics.mask_diverged(report.collect_scores(settings))
    return report.rank_variants(table, settings)


def test_a_row_without_a_finished_run_is_last_and_has_no_score(tmp_path, monkeypatch, capsys):
    settings = write(tmp_path, monkeypatch, [("dcgan", seed) for seed in SEEDS])
    readme.README.write_text(f"above\n{readme.MARKS[0]}\n{readme.MARKS[1]}\nbelow\n")
    report.write_tables(settings)
    record_tables(settings)
    ranking = pd.read_csv("tables/leaderboard.csv")
    rows = ranking[(ranking["dataset"] == "digits") & (ranking["kind"] != "reference")]
    assert list(rows["variant"])[-1] == "dcgan"
    last = rows.iloc[-1]
    assert last["diverged"] == last["seeds"] == 3
    assert last.filter(regex="_(mean|median|low|high|rank_best|rank_worst)$").isna().all()
    assert rows["fid_rank_best"].dropna().tolist() == [1, 1]
    assert rows["fid_rank_worst"].dropna().tolist() == [2, 2]
    scores = pd.read_csv("tables/scores.csv")
    assert scores["value"].notna().all(), "the scores of the last finite weights remain"
    for name in ("comparisons", "claims"):
        table = pd.read_csv(f"results/{name}.csv")
        assert "dcgan" not in set(table.filter(["first", "second"]).to_numpy().flat)
    lines = readme.README.read_text().splitlines()
    assert lines[0] == "above" and lines[-1] == "below"
    table_rows = [line for line in lines if line.startswith("| ")]
    assert [line.split("|")[2].strip() for line in table_rows[-2:]] == ["*held_out*", "*noise*"]
    assert table_rows[-3] == "|  | `dcgan` | diverged |  |  |  |  | diverged | 1 |"
    assert "nan" not in readme.README.read_text().lower().replace("variant", "")
    assert "diverged" in capsys.readouterr().out


def test_a_diverged_seed_enters_no_mean_and_ranks_last_of_its_ties(tmp_path, monkeypatch):
    whole = rank(write(tmp_path, monkeypatch, [])).set_index(["dataset", "variant"])
    (tmp_path / "other").mkdir()
    settings = write(tmp_path / "other", monkeypatch, [("wgan", 0)])
    part = rank(settings).set_index(["dataset", "variant"])
    key = ("digits", "wgan")
    assert whole.loc[key, "fid_mean"] == np.mean([1.5, 2.5, 3.5])
    assert part.loc[key, "fid_mean"] == part.loc[key, "fid_median"] == np.mean([2.5, 3.5])
    ends = stats.t.interval(0.95, 1, loc=3, scale=stats.sem([2.5, 3.5]))
    assert (part.loc[key, "fid_low"], part.loc[key, "fid_high"]) == pytest.approx(ends)
    assert part.loc[key, "diverged"] == 1 and part.loc[key, "seeds"] == 3
    assert (part.loc[key, "fid_rank_best"], part.loc[key, "fid_rank_worst"]) == (3, 3)
    for variant in ("dcgan", "gan"):
        row = part.loc[("digits", variant)]
        assert (row["fid_rank_best"], row["fid_rank_worst"]) == (1, 2)
    trained = part.loc["digits"].query("kind != 'reference'")
    assert list(trained.index) == ["dcgan", "gan", "wgan"]
    text = readme.render_markdown(rank(settings))
    assert "| `wgan` | 3.00 (1 of 3 diverged) | -3.35–9.35 |" in text
    assert text.count("diverged") == 2, "on the digits, and on the ring beside them"


def test_costs_are_those_of_finished_runs(tmp_path, monkeypatch):
    settings = write(tmp_path, monkeypatch, [("wgan", 0), *(("gan", seed) for seed in SEEDS)])
    for run in settings.runs:
        path = run.trained / "training.json"
        content = json.loads(path.read_text())
        seconds = 0.5 if content["status"] == "diverged" else 2.0
        path.write_text(json.dumps(content | {"seconds": seconds}))
    ranking = rank(settings).set_index(["dataset", "variant"])
    expected = {"dcgan": 2.0, "wgan": 2.0, "gan": 0.5}
    assert {name: ranking.loc["digits", "seconds"][name] for name in expected} == expected


def test_the_finished_seeds_are_compared_if_there_are_two(tmp_path, monkeypatch):
    settings = write(tmp_path, monkeypatch, [("wgan", 0), ("gan", 0), ("gan", 1)])
    report.write_tables(settings)
    pairs = pd.read_csv("tables/comparisons.csv").query("dataset == 'digits'")
    assert list(zip(pairs["first"], pairs["second"], strict=True)) == [("dcgan", "wgan")]
    assert pairs["difference"].iloc[0] == pytest.approx(2.5 - 3)
    assert pairs["p"].iloc[0] == pytest.approx(
        stats.ttest_ind([1.5, 2.5, 3.5], [2.5, 3.5], equal_var=False).pvalue, abs=1e-5
    )


def test_tables_can_be_written_if_all_runs_diverged(tmp_path, monkeypatch):
    diverged = [(variant, seed) for variant in VARIANTS for seed in SEEDS]
    report.write_tables(write(tmp_path, monkeypatch, diverged))
    ranking = pd.read_csv("tables/leaderboard.csv")
    assert ranking.loc[ranking["kind"] != "reference", "fid_mean"].isna().all()
    assert len(pd.read_csv("tables/comparisons.csv")) == 0
