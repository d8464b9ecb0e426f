"""Conditional rows have a leaderboard of their own."""

import json
import re

import pandas as pd
import pytest

from tests.benchmark.website import made_up
from tests.benchmark.website.html_pages import rows_of

STUDY = {"title": "Labels", "question": "Do they help?", "rows": ["digits-dcgan", "digits-cgan"]}


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    return made_up.build(
        tmp_path_factory.mktemp("site"),
        variants=["cgan", "dcgan", "acgan", "wgan"],
        seeds=[0, 1],
        diverged=[("wgan", 1)],
        names=["images", "toy"],
        studies={"labels": STUDY},
    )


def read(public, page):
    return " ".join((public / page).read_text(encoding="utf-8").split())


@pytest.mark.parametrize("dataset", ["digits", "ring8"])
def test_each_condition_has_its_tables_and_reference_rows(public, dataset):
    text = read(public, f"leaderboards/{dataset}.html")
    first, second = re.split('<h2 id="conditional">', text)
    assert '<h2 id="unconditional">' in first
    tables = 2  # headline and further metrics; ranks at equal cost have no reference rows
    expected = ["dcgan", "wgan", "held_out", "noise"] * tables + ["dcgan", "wgan"]
    assert sorted(rows_of(first)) == sorted(expected)
    labelled = rows_of(second)
    assert set(labelled) == {"cgan", "acgan", "held_out", "noise"}
    assert "2 unconditional variants" in first and "2 conditional variants" in second
    assert "The best unconditional row, " in first and "The best conditional row, " in second


def test_metrics_of_classes_are_headlines_of_conditional_rows(public):
    text = read(public, "leaderboards/digits.html")
    first, second = (
        re.search(f'<table class="leaderboard" id="{name}".*?</thead>', text)[0]
        for name in ("leaderboard-digits", "leaderboard-digits-labels")
    )
    assert "Clipped density" in first and "Class accuracy" not in first
    assert "Clipped density" in second and "Class accuracy" in second and "Intra-FID" in second


def test_ranks_and_best_values_are_those_of_the_leaderboard(public):
    rows = pd.read_csv(public / "downloads/leaderboard.csv").query("dataset == 'digits'")
    worst = rows.groupby("condition")["fid_rank_worst"].max()
    assert worst.to_dict() == {"none": 2, "labels": 2}
    page = read(public, "variants/cgan.html")
    assert "Rank 1–2 of 2 conditional rows by FID" in page
    assert 'leaderboards/digits.html#conditional">the leaderboard' in page


def test_other_pages_keep_the_conditions_apart(public):
    home = read(public, "index.html")
    assert "cgan" not in rows_of(home) and "leaderboards/digits.html#conditional" in home
    across = read(public, "across.html")
    assert "digits, ring8: unconditional variants" in across
    assert "digits, ring8: conditional variants" in across
    index = read(public, "leaderboards/index.html")
    assert 'digits.html#conditional">digits, conditional</a>' in index
    assert "another condition" in read(public, "studies/labels.html")


def test_comparisons_are_between_rows_of_one_condition(public):
    pairs = pd.read_csv(public / "downloads/comparisons.csv")
    labelled = {"cgan", "acgan"}
    assert set(pairs.query("condition == 'labels'")["first"]) <= labelled
    mixed = [len({*pair} & labelled) == 1 for pair in pairs[["first", "second"]].to_numpy()]
    assert len(pairs) and not any(mixed)
    called = (public / "assets/compare/data/digits.js").read_text()
    _, data = json.loads(f"[{called.removeprefix('compared(').removesuffix(chr(10))[:-1]}]")
    conditions = {name: row["condition"] for name, row in data["variants"].items()}
    assert conditions == {"dcgan": "none", "wgan": "none", "cgan": "labels", "acgan": "labels"}
