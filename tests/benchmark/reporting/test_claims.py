"""Claims of papers, their results, and their pages in two languages."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import gans
from benchmark import tracks
from benchmark.reporting import claims
from benchmark.reporting.statistics import (
    adjust_holm,
    combine_p_values,
    compare_estimates,
    estimate_mean,
)
from benchmark.website.navigation import LEARN
from tests.benchmark.config.params import load_repository_params
from tests.command import error_line

REPOSITORY = Path(__file__).parents[3]
TEMPLATES = REPOSITORY / "site/templates"
CLAIMS = claims.load_claims(REPOSITORY / claims.FILE)
REFERENCES = {"identity", "bicubic", "held_out", "memoriser", "noise"}
CLAIM = {
    "source": "x",
    "track": "images",
    "datasets": {"digits": "fid"},
    "better": "a",
    "worse": "b",
}
LOW, HIGH = [1.0, 1.1, 1.2], [5.0, 5.1, 5.2]
COLUMNS = ["track", "dataset", "variant", "kind", "metric", "value"]
NAN = float("nan")


def scores(rows, dataset="digits", metric="fid", track="images"):
    """Scores of rows on a data set; the names of reference rows are those of `REFERENCES`."""
    return pd.DataFrame(
        [
            (track, dataset, name, "reference" if name in REFERENCES else "x", metric, value)
            for name, values in rows.items()
            for value in values
        ],
        columns=COLUMNS,
    )


def check(table, **changes):
    return claims.build_table(table, {"one": CLAIM | changes}).to_dict("records")


@pytest.mark.parametrize(
    ("better", "worse", "verdict"),
    [
        (LOW, HIGH, "holds"),
        (HIGH, LOW, "fails"),
        ([1.0, 1.1, 1.2], [1.0, 1.2, 1.1], "no evidence"),
        ([1.0, 5.0, 9.0], [2.0, 5.0, 8.5], "too few seeds"),
        (LOW, [5.0], "too few seeds"),
        (LOW, [5.0, NAN, NAN], "too few seeds"),
        ([1.0, NAN, 1.2], HIGH, "holds"),
        (LOW, [NAN, NAN], "missing"),
        ([], HIGH, "missing"),
    ],
)
def test_a_claim_has_one_verdict(better, worse, verdict):
    (claim,) = check(scores({"a": better, "b": worse, "held_out": [0.2]}))
    assert claim["verdict"] == verdict
    opposite = {"holds": "fails", "fails": "holds"}  # where higher is better
    turned = scores({"a": better, "b": worse, "held_out": [99.0]}, metric="recall")
    (other,) = check(turned, datasets={"digits": "recall"})
    assert (other["verdict"] in opposite) == (verdict in opposite)
    assert opposite.get(verdict, other["verdict"]) == other["verdict"]


def test_a_claim_on_one_data_set_is_the_test_of_welch():
    (claim,) = check(scores({"a": [1.0, NAN, 1.3, 2.0], "b": [2.0, 2.4, 5.0]}))
    first, second = [1.0, 1.3, 2.0], [2.0, 2.4, 5.0]
    expected = stats.ttest_ind(first, second, equal_var=False)
    ends = expected.confidence_interval(0.95)
    assert claim["p"] == claim["p_adjusted"] == pytest.approx(expected.pvalue)
    assert (claim["low"], claim["high"]) == pytest.approx((ends.low, ends.high))
    assert (claim["better_mean"], claim["worse_mean"]) == (np.mean(first), np.mean(second))
    assert (claim["better_seeds"], claim["worse_seeds"], claim["diverged"]) == (3, 3, 1)
    assert claim["detectable"] > claim["high"] - claim["difference"]


def test_data_sets_are_combined_whatever_their_direction():
    table = pd.concat(
        [
            scores({"a": [1.0, 1.3, 2.0], "b": [1.6, 2.4, 2.9]}),
            scores({"a": [9.0, 8.0, 9.5], "b": [7.0, 7.5, 8.1]}, "ring8", "recall"),
        ]
    )
    datasets = {"digits": "fid", "ring8": "recall", "absent": "fid"}
    first, second, absent = check(table, datasets=datasets)
    assert first["verdict"] == second["verdict"] == absent["verdict"]
    assert first["p"] < min(first["p_welch"], second["p_welch"]), "both support the claim"
    assert np.isnan(absent["difference"])
    datasets["ring8"] = "fid"
    table["metric"] = "fid"  # and now the second contradicts it
    first, second, _ = check(table, datasets=datasets)
    assert first["p"] > max(first["p_welch"], second["p_welch"])


def test_the_claims_of_a_track_share_one_level():
    table = scores({"a": [1.0, 1.1, 1.3], "b": [1.3, 1.5, 1.7], "c": [1.1, 1.4, 1.5]})
    names = [("a", "b"), ("a", "c"), ("b", "c"), ("a", "absent")]
    asked = {
        str(place): CLAIM | {"better": better, "worse": worse}
        for place, (better, worse) in enumerate(names)
    }
    asked["elsewhere"] = CLAIM | {"track": "toy"}
    rows = claims.build_table(table, asked).set_index("claim")
    p_values = rows.loc[["0", "1", "2"], "p"].tolist()
    assert rows.loc[["0", "1", "2"], "p_adjusted"].tolist() == adjust_holm(p_values)
    assert list(rows.loc[["3", "elsewhere"], "verdict"]) == ["missing"] * 2
    (alone,) = check(table)
    assert rows.loc["0", "detectable"] > alone["detectable"]


def test_a_reference_row_that_is_drawn_once_does_not_vary():
    (claim,) = check(scores({"a": LOW, "identity": [5.0]}), worse="identity")
    assert claim["verdict"] == "holds"
    assert claim["p"] == pytest.approx(stats.ttest_1samp(LOW, 5.0).pvalue)
    assert np.isnan(claim["p_permutation"])


@pytest.mark.parametrize("seeds", [3, 5])
@pytest.mark.parametrize("name", ["normal", "residuals"])
@pytest.mark.parametrize("datasets", [1, 2])
def test_equal_rows_seldom_differ(draw, name, seeds, datasets):
    """Without Holm's correction, as of a track with one claim."""
    first, second = (draw(name, 20_000 * datasets, seeds) for _ in "ab")
    compared = compare_estimates(estimate_mean(first), estimate_mean(second))
    support = claims.support_claim(compared, higher_is_better=False).reshape(-1, datasets)
    combined = combine_p_values(support)
    assert np.mean(2 * np.minimum(combined, 1 - combined) <= 0.05) <= 0.05


def test_equal_rows_seldom_get_a_definite_verdict(draw):
    count, seeds = 150, 3
    values = draw("residuals", 2 * count, seeds)
    table = pd.concat(
        [
            scores({"a": values[2 * place], "b": values[2 * place + 1]}, track=str(place))
            for place in range(count)
        ]
    )
    asked = {str(place): CLAIM | {"track": str(place)} for place in range(count)}
    result = claims.build_table(table, asked)
    definite = result["verdict"].isin(["holds", "fails"])
    assert definite.tolist() == (result["p"] <= 0.05).tolist()
    assert definite.mean() <= 0.08, "at most 5 %, and the error of 150 cases"


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_is_about_two_rows_of_a_track(name, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    claim, track = CLAIMS[name], load_repository_params().tracks[CLAIMS[name]["track"]]
    assert set(claim["datasets"]) <= set(track.datasets)
    assert set(claim["datasets"].values()) <= set(tracks.load(claim["track"]).higher_is_better)
    assert claim["better"] in track.variants and claim["better"] in gans.files()
    assert claim["worse"] in track.variants or claim["worse"] in REFERENCES
    assert claim["better"] != claim["worse"]
    assert re.search(r"[\u4e00-\u9fff]", claim["zh"]) and claim["en"].endswith(".")


def test_unrolling_is_compared_with_the_loss_that_it_unrolls():
    # with no steps, unrolled is the minimax GAN; its discriminator has no other difference
    pairs = {name: (claim["better"], claim["worse"]) for name, claim in CLAIMS.items()}
    assert pairs["unrolled"] == ("unrolled", "gan_minimax")
    assert pairs["non_saturating"] == ("dcgan", "gan_minimax")


RIGHT = {key: "x" for key in claims.KEYS} | {"datasets": {"digits": "fid"}}


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
            {"one": RIGHT | {"datasets": {"digits": "fidd"}}},
            "one.datasets.digits: expected a metric .*; did you mean fid?",
        ),
        (
            {"one": RIGHT | {"datasets": {"digits": None}}},
            "one.datasets.digits: expected a metric .*, got null; .*",
        ),
        (
            {"one": RIGHT | {"datasets": "digits"}},
            'one.datasets: expected a metric for each data set, got "digits"; .*',
        ),
        ({"one": RIGHT | {"datasets": {}}}, "one.datasets: expected a metric for each .*"),
        (
            "one: {better: a, datasets: {1: fid}, en: a, source: a, track: a, worse: a, zh: a}",
            "one.datasets: expected names of data sets, got 1; write text",
        ),
        (
            {"one": {"dataset": "digits", "metric": "fid"} | RIGHT},
            "one.dataset: expected a key .*; did you mean datasets?",
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
