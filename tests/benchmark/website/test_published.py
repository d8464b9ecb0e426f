"""Published scores beside ours, and leaderboards that are not recorded."""

import pandas as pd
import pytest

import gans
from benchmark import config
from benchmark.reporting.report import COLUMNS
from benchmark.website.published import COLUMNS as PUBLISHED_COLUMNS
from benchmark.website.published import FILE, list_published, list_unrecorded

SETTINGS = config.load_params()
NO_ROWS = pd.DataFrame(columns=[*COLUMNS[:5], "fid_mean", "is_mean"])


def test_each_published_score_has_a_source_and_a_variant_of_ours():
    table = pd.read_csv(FILE)
    assert list(table.columns) == list(PUBLISHED_COLUMNS)
    assert table["url"].str.startswith("https://").all() and table["conditions"].notna().all()
    assert set(table["variant"].dropna()) <= set(gans.files())
    assert set(table["dataset"]) <= set(SETTINGS.datasets)
    assert not table.duplicated(["source", "dataset", "name", "metric"]).any()


def test_our_scores_stand_beside_the_published_ones():
    row = {"dataset": "cifar10", "variant": "sngan", "fid_mean": 12.5, "is_mean": float("nan")}
    tables = list_published(pd.concat([NO_ROWS, pd.DataFrame([row])]))
    assert {(table["dataset"], table["source"].split(",")[0]) for table in tables} >= {
        ("cifar10", "StudioGAN"),
        ("cifar10", "Mimicry"),
    }
    for table in tables:
        for line in table["rows"]:
            is_ours = (table["dataset"], line["variant"]) == ("cifar10", "sngan")
            assert line["ours"] == {"fid": 12.5 if is_ours else None, "is": None}
    (mimicry,) = [
        table
        for table in tables
        if table["dataset"] == "cifar10" and table["source"].startswith("Mimicry")
    ]
    scores = {line["variant"]: line["scores"]["fid"] for line in mimicry["rows"]}
    assert scores["sngan"] == pytest.approx((16.77, 0.04))


def test_all_leaderboards_without_results_are_listed(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # without results
    listed = list_unrecorded(SETTINGS.with_results())
    missing = {entry["dataset"]: entry for entry in listed}
    assert missing.keys() == SETTINGS.datasets.keys()
    assert {name for name in missing if missing[name]["is_optional"]} == SETTINGS.optional_datasets
    assert [entry["is_optional"] for entry in listed] == sorted(
        entry["is_optional"] for entry in listed
    )
    assert {"cifar10", "stl10", "celeba", "mnist"} <= SETTINGS.optional_datasets
    assert (
        "biggan" in missing["cifar10"]["variants"] and "biggan" not in missing["stl10"]["variants"]
    )
    assert missing["cifar10"]["budget"] == "100000 updates"
