"""Claims of papers, their results, and their pages in two languages."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gans
from benchmark import config, tracks
from benchmark.reporting import claims
from benchmark.website.navigation import LEARN
from tests.command import error_line

REPOSITORY = Path(__file__).parents[3]
TEMPLATES = REPOSITORY / "site/templates"
CLAIMS = claims.load_claims(REPOSITORY / claims.FILE)
REFERENCES = {"identity", "bicubic", "held_out", "memoriser", "noise"}
CLAIM = {"track": "images", "dataset": "digits", "metric": "fid", "better": "a", "worse": "b"}


def scores(better, worse, metric="fid"):
    rows = [
        ("images", "digits", name, metric, value)
        for name, values in (("a", better), ("b", worse))
        for value in values
    ]
    return pd.DataFrame(rows, columns=["track", "dataset", "variant", "metric", "value"])


@pytest.mark.parametrize(
    ("better", "worse", "verdict"),
    [
        ([1.0, 1.1, 1.2], [5.0, 5.1, 5.2], "holds"),
        ([5.0, 5.1, 5.2], [1.0, 1.1, 1.2], "fails"),
        ([1.0, 5.0, 9.0], [2.0, 5.0, 8.5], "open"),
        ([1.0, 1.1, 1.2], [5.0], "holds"),  # a row of one seed has no interval
        ([1.0, 9.0, 1.2], [5.0], "open"),
        ([1.0, np.nan, 1.2], [5.0, 5.1, 5.2], "missing"),
        ([], [5.0, 5.1, 5.2], "missing"),
    ],
)
def test_a_claim_has_one_verdict(better, worse, verdict):
    claim = claims.check_claim(CLAIM, scores(better, worse))
    assert claim["verdict"] == verdict
    if verdict != "missing":
        assert claim["better_mean"] == pytest.approx(np.mean(better))
        assert claim["worse_mean"] == pytest.approx(np.mean(worse))
        turned = claims.check_claim(CLAIM | {"metric": "recall"}, scores(better, worse, "recall"))
        opposite = {"holds": "fails", "fails": "holds"}  # where higher is better
        assert turned["verdict"] == opposite.get(verdict, verdict)


def test_each_claim_is_a_row_of_the_table():
    asked = {"one": CLAIM | {"source": "x"}, "other": CLAIM | {"source": "y", "better": "c"}}
    claim = claims.build_table(scores([1.0, 1.1, 1.2], [5.0, 5.1, 5.2]), asked).set_index("claim")
    assert list(claim["verdict"]) == ["holds", "missing"]
    assert claim.loc["one", "low"] <= claim.loc["one", "difference"] <= claim.loc["one", "high"] < 0
    assert claim.loc["other", ["better_mean", "difference"]].isna().all()


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_is_about_two_rows_of_a_track(name, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    claim, track = CLAIMS[name], config.load_params().tracks[CLAIMS[name]["track"]]
    assert claim["dataset"] in track.datasets
    assert claim["metric"] in tracks.load(claim["track"]).higher_is_better
    assert claim["better"] in track.variants and claim["better"] in gans.files()
    assert claim["worse"] in track.variants or claim["worse"] in REFERENCES
    assert re.search(r"[\u4e00-\u9fff]", claim["zh"]) and claim["en"].endswith(".")


RIGHT = {key: "x" for key in claims.KEYS} | {"metric": "fid"}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", "expected a block of claims, got another value; .*"),
        ("one: {", r"line \d: expected YAML, got an error .*; correct it"),
        ("one: 1\none: 2\n", "line 2: expected each key once, got one twice; remove one"),
        ("one: 3", "one: expected a block of keys, got 3; write better, .*"),
        ({"one": {"source": "x"}}, "one.better: expected this key, got none; add it"),
        ({"one": RIGHT | {"wose": "x"}}, "one.wose: expected a key .*; did you mean worse?"),
        ({"one": RIGHT | {"en": None}}, "one.en: expected text, got null; write text"),
        (
            {"one": RIGHT | {"metric": "fidd"}},
            "one.metric: expected a metric .*; did you mean fid?",
        ),
    ],
)
def test_a_mistake_in_a_claim_is_one_line(tmp_path, capsys, content, line):
    file = tmp_path / "claims.yaml"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    result = error_line(capsys, lambda: claims.load_claims(file)).removeprefix(f"{file}: ")
    assert re.fullmatch(line.replace("?", r"\?"), result)
    file.write_text(json.dumps({"one": RIGHT}))
    assert claims.load_claims(file) == {"one": RIGHT}


@pytest.mark.parametrize("name", LEARN)
def test_both_languages_say_the_same(name):
    """As many headings, formulas and variants, and the same claims, in the same order."""
    texts = [(TEMPLATES / folder / f"{name}.md").read_text() for folder in ("learn", "zh")]
    for pattern in (
        r"^#+ ",
        r"l\.claim\(\"(\w+)\"\)",
        r"\$\$",
        r"l\.track\(\"(\w+)\"",
        r"arXiv:[\d.]+",
    ):
        english, chinese = (re.findall(pattern, text, re.MULTILINE) for text in texts)
        assert english == chinese
    assert not re.search(r"[\u4e00-\u9fff]", texts[0])


def test_every_claim_is_on_one_page():
    names = [
        claim
        for name in LEARN
        for claim in re.findall(
            r"l\.claim\(\"(\w+)\"\)", (TEMPLATES / f"learn/{name}.md").read_text()
        )
    ]
    assert sorted(names) == sorted(CLAIMS)
