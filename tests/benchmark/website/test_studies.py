"""Studies: variants by data sets, and the differences to a baseline."""

import math

import pandas as pd
import pytest

from benchmark.config import Study
from benchmark.website.studies import build_study, find_difference

PAIRS = pd.DataFrame(
    [
        ("images", "digits", "wgan", "dcgan", -1.0, -2.0, -0.5),
        ("images", "digits", "dcgan", "vae", -3.0, -4.0, 0.5),
        ("toy", "ring8", "dcgan", "wgan", 2.0, 1.0, 3.0),
        ("toy", "ring8", "vae", "dcgan", 2.0, math.nan, math.nan),
    ],
    columns=["track", "dataset", "first", "second", "difference", "low", "high"],
)


def leaderboard(name, dataset, headline, higher, *groups):
    shared = {
        "name": name,
        "dataset": dataset,
        "headline": headline,
        "higher": {headline: higher},
    }
    rows = [[{"variant": variant} for variant in variants] for variants in groups]
    return shared | {"groups": [shared | {"trained": group} for group in rows]}


LEADERBOARDS = [
    leaderboard("images", "digits", "fid", False, ["wgan", "dcgan", "vae", "sngan"], ["cgan"]),
    leaderboard("toy", "ring8", "modes", True, ["dcgan", "wgan", "vae"]),
]


def study(*rows):
    content = Study(title="A title", question="Why?", rows=list(rows))
    return build_study("name", content, LEADERBOARDS, PAIRS)


def test_a_difference_is_that_to_the_baseline_whichever_is_better():
    assert find_difference(PAIRS, "digits", "images", "wgan", "dcgan") == (-1.0, -2.0, -0.5)
    assert find_difference(PAIRS, "digits", "images", "vae", "dcgan") == (3.0, -0.5, 4.0)
    assert find_difference(PAIRS, "digits", "images", "sngan", "dcgan") is None


def test_variants_are_rows_the_baseline_first_and_data_sets_are_groups():
    table = study("digits-dcgan", "digits-wgan", "ring8-vae", "ring8-wgan", "ring8-dcgan")
    assert [variant["name"] for variant in table["variants"]] == ["dcgan", "wgan", "vae"]
    assert [group["leaderboard"]["dataset"] for group in table["groups"]] == ["digits", "ring8"]
    entries = {variant["name"]: variant["entries"] for variant in table["variants"]}
    assert entries["vae"][0] is None and entries["vae"][1]["row"] == {"variant": "vae"}
    assert entries["dcgan"][0]["difference"] is None and entries["dcgan"][0]["verdict"] is None
    assert table["missing"] == []


def test_better_and_worse_follow_the_metric_and_need_an_interval_without_0():
    table = study("digits-dcgan", "digits-wgan", "digits-vae")
    verdicts = {variant["name"]: variant["entries"][0]["verdict"] for variant in table["variants"]}
    assert verdicts == {"dcgan": None, "wgan": "better", "vae": "open"}  # FID: lower is better
    table = study("ring8-dcgan", "ring8-wgan", "ring8-vae")
    verdicts = {variant["name"]: variant["entries"][0]["verdict"] for variant in table["variants"]}
    assert verdicts == {"dcgan": None, "wgan": "worse", "vae": "open"}
    assert table["groups"][0]["counts"] == {"better": 0, "worse": 1, "open": 1}


def test_a_variant_with_another_condition_is_not_compared():
    entries = {
        variant["name"]: variant["entries"][0]
        for variant in study("digits-dcgan", "digits-cgan", "digits-sngan")["variants"]
    }
    assert not entries["cgan"]["is_comparable"] and entries["cgan"]["difference"] is None
    assert entries["cgan"]["leaderboard"]["trained"] == [{"variant": "cgan"}]
    assert entries["sngan"]["is_comparable"], "it has only no comparison"


def test_rows_without_results_are_left_out_and_named():
    table = study("digits-dcgan", "digits-absent", "digits-wgan", "no_data-dcgan")
    assert table["missing"] == ["digits-absent", "no_data-dcgan"]
    assert [variant["name"] for variant in table["variants"]] == ["dcgan", "wgan"]
    table = study("digits-absent")
    assert table["variants"] == [] and table["groups"] == []


@pytest.mark.parametrize("rows", [("grid25-dcgan", "digits-wgan"), ("ring8-sngan", "ring8-wgan")])
def test_a_data_set_may_lack_the_baseline(rows):
    table = study(*rows)
    assert not table["groups"][0]["has_baseline"]
    assert table["variants"][0]["entries"][0]["row"] == {"variant": "wgan"}
