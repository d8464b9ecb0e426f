"""Published scores beside ours, and leaderboards that are not recorded."""

import re
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from benchmark import config, tracks
from benchmark.reporting.report import COLUMNS
from benchmark.website import display
from benchmark.website.published import COLUMNS as PUBLISHED_COLUMNS
from benchmark.website.published import (
    FACTS,
    FILE,
    LEAST,
    compare_orders,
    list_published,
    list_unrecorded,
)
from benchmark.website.templates import load_templates
from tests.benchmark.website.made_up import REPOSITORY

SETTINGS = config.load_params()
NO_ROWS = pd.DataFrame(columns=[*COLUMNS[:5], "fid_mean", "fid_low", "fid_high"])


def make_ranking(*rows):
    """Make a table of our rows, of data set, variant, kind and mean FID."""
    keys = "dataset", "variant", "kind", "fid_mean"
    ours = pd.DataFrame([dict(zip(keys, row, strict=True)) for row in rows], columns=keys)
    return pd.concat([NO_ROWS, ours.assign(fid_low=ours.fid_mean - 1, fid_high=ours.fid_mean + 2)])


def test_each_published_score_has_a_source_and_a_row_of_ours():
    table = pd.read_csv(FILE)
    assert list(table.columns) == list(PUBLISHED_COLUMNS)
    assert table["url"].str.startswith("https://").all()
    assert table.drop(columns=["variant", "spread"]).notna().all(axis=None)
    assert set(table["comparison"]) == {"values", "order"}
    assert set(table["dataset"]) <= set(SETTINGS.datasets)
    assert not table.duplicated(["source", "dataset", "name", "metric"]).any()
    for (dataset, source), part in table.groupby(["dataset", "source"]):
        assert len(part[[*FACTS]].drop_duplicates()) == 1, (dataset, source)
        name = SETTINGS.datasets[dataset]
        assert part.groupby("variant")["name"].nunique().max() == 1, (dataset, source)
        variants = {*SETTINGS.tracks[name].variants_of(dataset)}
        references = {"noise", *tracks.load(name).reference_rows(dataset)}
        assert set(part["variant"].dropna()) <= variants | references
        assert set(part["metric"]) <= set(tracks.load(name).metric_directions())


def test_our_scores_stand_beside_the_published_ones():
    ranking = make_ranking(("cifar10", "sngan", "controlled", 12.5))
    tables = {
        (table["dataset"], table["source"].split(",")[0]): table
        for table in list_published(ranking, SETTINGS)
    }
    for (dataset, _), table in tables.items():
        for line in table["rows"]:
            is_ours = (dataset, line["variant"]) == ("cifar10", "sngan")
            expected = {metric: None for metric in table["metrics"]}
            assert line["ours"] == expected | ({"fid": (12.5, 11.5, 14.5)} if is_ours else {})
        assert table["block"] == SETTINGS.tracks[SETTINGS.datasets[dataset]].datasets[dataset]
        assert set(table["orders"].values()) == {None}
    mimicry = tables["cifar10", "Mimicry"]
    assert mimicry["metrics"] == ["is", "fid", "kid"]
    scores = {line["variant"]: line["scores"] for line in mimicry["rows"]}
    assert scores["sngan"]["fid"] == pytest.approx((16.77, 0.04))
    ledig = tables["set5_x4", "Ledig et al. 2017"]
    scores = {line["name"]: line["scores"] for line in ledig["rows"]}
    assert scores["SRGAN"]["psnr_y"] == pytest.approx((29.40, np.nan), nan_ok=True)


def test_scores_may_lack_and_data_sets_may_be_deleted(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    facts = {"source": "A, table 1", "dataset": "gone", "variant": "wgan", "value": 3.0}
    lines = [
        facts | {"name": "first", "metric": "fid"},
        facts | {"name": "second", "metric": "kid"},
    ]
    FILE.parent.mkdir()
    pd.DataFrame(lines, columns=PUBLISHED_COLUMNS).to_csv(FILE, index=False)
    (table,) = list_published(NO_ROWS, SETTINGS)
    assert table["block"] is None and table["metrics"] == ["fid", "kid"]
    scores = [line["scores"] for line in table["rows"]]
    assert scores[0]["kid"] is scores[1]["fid"] is None
    assert scores[0]["fid"][0] == scores[1]["kid"][0] == 3.0


@pytest.mark.parametrize("higher", [False, True])
@pytest.mark.parametrize("ours", [*permutations(range(LEAST))])
def test_tau_counts_the_pairs_in_the_same_order(ours, higher):
    rows = [
        {
            "variant": f"v{place}",
            "is_trained": True,
            "scores": {"fid": (10.0 * place, 1.0)},
            "ours": {"fid": (score, 0.0, 9.0)},
        }
        for place, score in enumerate(ours)
    ]
    pairs = [(a, b) for b in range(LEAST) for a in range(b)]
    agreeing = sum(ours[a] < ours[b] for a, b in pairs)
    order = compare_orders(rows, "fid", higher_is_better=higher)
    assert order.tau == pytest.approx(2 * agreeing / len(pairs) - 1)
    # of the 24 orders, two have a tau as far from 0 as 1 and -1
    assert (order.p == pytest.approx(2 / 24)) == (abs(order.tau) == pytest.approx(1))
    best = LEAST - 1 if higher else 0
    assert order.ranks[f"v{best}"][0] == 1
    assert order.ranks[f"v{ours.index(best)}"][1] == 1


def test_only_recorded_trained_rows_have_an_order():
    names = ["gan_minimax", "dcgan", "lsgan", "wgan"]
    rows = [("mnist", name, "controlled", 1.0 + place) for place, name in enumerate(names)]

    def find_order(ranking):
        tables = list_published(ranking, SETTINGS)
        (table,) = [table for table in tables if table["dataset"] == "mnist"]
        return table["orders"]["fid"]

    order = find_order(make_ranking(*rows, ("mnist", "noise", "reference", 9.0)))
    published = {"gan_minimax": 4, "dcgan": 2, "lsgan": 3, "wgan": 1}
    assert order.ranks == {name: (published[name], names.index(name) + 1) for name in names}
    assert find_order(make_ranking(*rows[1:], ("mnist", "vae", "controlled", 9.0))) is None
    references = [(*row[:2], "reference", row[3]) for row in rows]
    assert find_order(make_ranking(*references)) is None
    ties = [(*row[:3], 5.0) for row in rows]
    assert find_order(make_ranking(*ties)) is None


def test_the_page_shows_both_orders_or_that_rows_are_not_recorded(monkeypatch, tmp_path):
    rows = [("mnist", "dcgan", 4.0), ("mnist", "lsgan", 3.0), ("mnist", "wgan", 2.0)]
    ranking = make_ranking(
        *((*row[:2], "controlled", row[2]) for row in [*rows, ("mnist", "wgan_gp", 5.25)])
    )
    tables = list_published(ranking, SETTINGS)
    monkeypatch.chdir(tmp_path)
    page = load_templates(REPOSITORY / "site").get_template("published.md")
    text = page.render(
        root="",
        papers=["dcgan", "wgan_gp"],
        metrics=display.metric_titles(),
        leaderboards=[{"dataset": "mnist"}],
        published=tables,
        least=LEAST,
    )
    headings = re.findall("(?m)^## (.*)$", text)
    parts = dict(zip(headings, re.split("(?m)^## .*$", text)[1:], strict=True))
    assert parts.keys() == {table["dataset"] for table in tables}
    for dataset, part in parts.items():
        assert ("leaderboards/mnist.md" in part) == ("Kendall" in part) == (dataset == "mnist")
    cells = re.findall("<td>(.*)</td>", parts["mnist"].split("wgan_gp</code>")[1])
    assert cells[:4] == ["WGAN GP", "20.30 ± 5.00", "5.25 (4.25 to 7.25)", "4, 4"]
    # one of 6 pairs disagrees; of 24 orders, 8 have at most one such pair, or at most one other
    assert "by FID is 0.67 (p = 0.333; 4 variants)" in parts["mnist"]
    cells = re.findall("<td>(.*)</td>", parts["oracle_5000"])
    assert cells[:3] == ["Random", "10.310", "not recorded yet"]
    assert cells[9:12] == ["PG-BLEU", "8.946", "no such variant"]


def test_all_leaderboards_without_results_are_listed(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # without results
    listed = list_unrecorded(SETTINGS.with_results())
    missing = {entry["dataset"]: entry for entry in listed}
    assert missing.keys() == SETTINGS.datasets.keys()
    assert {name for name in missing if missing[name]["is_optional"]} == SETTINGS.optional_datasets
    assert [entry["is_optional"] for entry in listed] == sorted(
        entry["is_optional"] for entry in listed
    )
    assert {"cifar10", "mnist", "grid25"} <= SETTINGS.optional_datasets and "digits" in missing
    assert listed[0]["dataset"] == "digits" and not listed[0]["is_optional"]
    assert (
        "biggan" in missing["cifar10"]["variants"] and "biggan" not in missing["stl10"]["variants"]
    )
    assert missing["cifar10"]["budget"] == "100000 updates"
