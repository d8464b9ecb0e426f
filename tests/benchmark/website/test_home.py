"""The findings of the home page: figures of small tables, and each of them in its sentence."""

import math
import re
from types import SimpleNamespace

import pytest

from benchmark.website import display
from benchmark.website.home import (
    build_home,
    compare_labels,
    count_verdicts,
    find_ties,
    list_complete,
    pick_samples,
)
from benchmark.website.templates import load_templates
from tests.benchmark.website.made_up import REPOSITORY

PICTURES = {"strip": "assets/strip.png", "whole": "assets/whole.png", "count": 64}


def make_row(variant, mean, *, low=None, high=None, rank=1, modes=(), pictures=PICTURES):
    """Make a row of a leaderboard with an FID, and the modes that each seed covers."""
    return {
        "variant": variant,
        "fid_mean": mean,
        "fid_low": mean - 0.1 if low is None else low,
        "fid_high": mean + 0.1 if high is None else high,
        "fid_rank_best": rank,
        "by_seed": [{"modes": count} for count in modes],
        "pictures": pictures,
    }


def make_group(condition, *rows):
    """Make the group of a condition, the best row first."""
    standing = {"best": {"variant": rows[0]["variant"]}, "held_out": 0.16, "noise": 21.4}
    return {"condition": condition, "trained": list(rows), "standing": standing}


def make_board(*groups, dataset="digits", form="images", modes=10.0):
    """Make a leaderboard with held-out data."""
    held_out = make_row("held_out", 0.16) | {"modes_mean": modes}
    return {
        "dataset": dataset,
        "headline": "fid",
        "higher": {"fid": False},
        "page": SimpleNamespace(form=form),
        "groups": list(groups),
        "trained": [row for group in groups for row in group["trained"]],
        "references": [make_row("noise", 21.4), held_out],
    }


NONE = make_group(
    "none", make_row("dcgan", 0.84), make_row("gan", 0.9), make_row("wgan", 5.0, rank=3)
)
LABELS = make_group("labels", make_row("cgan", 0.21))


def test_ties_are_the_rows_whose_ranks_begin_at_one():
    facts = find_ties(NONE, "fid")
    assert facts["ties"] == ["dcgan", "gan"] and facts["count"] == 3
    assert facts["best"]["variant"] == "dcgan"
    assert (facts["held_out"], facts["noise"]) == (0.16, 21.4)
    assert find_ties(NONE | {"standing": None}, "fid") is None


def test_labels_count_if_the_intervals_are_apart():
    facts = compare_labels([NONE, LABELS], "fid", higher=False)
    assert facts["factor"] == pytest.approx(4) and facts["is_certain"]
    wide = make_group("labels", make_row("cgan", 0.21, high=0.75))
    assert not compare_labels([NONE, wide], "fid", higher=False)["is_certain"]
    # the row with labels is certainly worse
    assert not compare_labels([NONE, LABELS], "fid", higher=True)["is_certain"]
    assert compare_labels([NONE], "fid", higher=False) is None
    assert (
        compare_labels([NONE, make_group("labels", make_row("cgan", 0.0))], "fid", higher=False)
        is None
    )


def test_the_best_finished_row_of_each_condition_is_compared():
    group = make_group(
        "labels", make_row("acgan", 0.3), make_row("cgan", 0.4), make_row("x", math.nan)
    )
    assert compare_labels([NONE, group], "fid", higher=False)["labels"]["variant"] == "acgan"


def test_a_row_is_complete_if_every_seed_covers_all_modes():
    rows = [
        make_row("a", 1, modes=(8, 8)),
        make_row("b", 1, modes=(8, 7)),
        make_row("c", 1, modes=(0, 0)),
    ]
    board = make_board(make_group("none", *rows), dataset="ring8", form="picture", modes=8.0)
    facts = {"dataset": "ring8", "complete": ["a"], "count": 3, "modes": 8}
    assert list_complete(board) == facts
    assert list_complete(make_board(make_group("none", *rows))) is None  # classes of images


def test_verdicts_are_counted_without_missing_ones():
    names = ["holds", "holds", "fails", "no evidence", "missing"]
    counts = count_verdicts({"verdict": name} for name in names)
    expected = {"holds": 2, "fails": 1, "no_evidence": 1, "too_few_seeds": 0, "tested": 4}
    assert counts == expected
    assert count_verdicts([{"verdict": "missing"}]) is None


def test_samples_are_those_of_the_best_and_the_worst_finished_row():
    group = make_group("none", make_row("a", 1), make_row("b", 2), make_row("c", math.nan))
    picked = pick_samples(group, [make_row("noise", 9), make_row("held_out", 0)], "fid")
    assert [(s["role"], s["row"]["variant"]) for s in picked] == [
        ("real", "held_out"), ("best", "a"), ("worst", "b"),
    ]  # fmt: skip
    alone = pick_samples(make_group("none", make_row("a", 1, pictures=None)), [], "fid")
    assert alone == []


def render(home, language):
    """Render the findings, without marks and links."""
    templates = load_templates(REPOSITORY / "site")
    macros = "{{ h.findings(home, lang) }}{{ h.samples(home, lang) }}"
    source = '{% import "_home.md" as h with context %}' + macros
    metrics = display.metric_titles()
    text = templates.from_string(source).render(home=home, lang=language, root="", metrics=metrics)
    return " ".join(re.sub("<[^>]+>", "", text.replace("&nbsp;", " ")).split())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_figure_of_the_sentences_is_in_a_table(language):
    rows = [make_row("a", 1, modes=(8,)), make_row("b", 1, modes=(7,))]
    ring = make_board(make_group("none", *rows), dataset="ring8", form="picture", modes=8.0)
    verdicts = ["holds"] * 5 + ["fails"] * 3 + ["no evidence"] * 2 + ["too few seeds"] * 4
    claims = {str(place): {"verdict": verdict} for place, verdict in enumerate(verdicts)}
    factors = {"pairs": 6, "open": 2, "best": 1.0, "middle": 1.2, "between": 1.23, "within": 5.67}
    searches = [{"dataset": "digits", "factors": factors}]
    home = build_home([make_board(NONE, LABELS), ring], claims, searches)
    assert home["variants"] == 6
    text = render(home, language)
    expected = {
        *("2", "3", "0.84", "0.74", "0.94", "95", "0.16", "21.40"),  # ties
        *("4.0", "0.21"),  # labels
        *("1", "2", "8"),  # modes of ring8
        *("14", "5", "3", "2", "4"),  # claims
        *("5.7", "1.2"),  # tuning
        "5.00",  # the worst row
    }
    figures = re.findall(r"(?<![a-z\d])\d+(?:\.\d+)?", text)
    assert set(figures) == expected


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_results_there_are_no_sentences(language):
    board = make_board(make_group("none", make_row("dcgan", math.nan)) | {"standing": None})
    home = build_home([board | {"references": []}], {}, [])
    assert render(home, language) == ""


def test_a_single_winner_and_uncertain_labels():
    alone = make_group("none", make_row("dcgan", 0.84), make_row("gan", 0.9, rank=2))
    wide = make_group("labels", make_row("cgan", 0.8))
    text = render(build_home([make_board(alone, wide)], {}, []), "en")
    assert text.startswith("dcgan alone has the first rank on digits, of 2 variants.")
    assert "Labels make no certain difference." in text


def test_factors_of_a_metric_below_zero_are_left_out():
    unknown = {"dataset": "digits", "factors": {"within": math.nan, "between": 2.0}}
    unfinished = {"dataset": "ring8", "factors": None}
    home = build_home([make_board(NONE)], {"a": {"verdict": "fails"}}, [unknown, unfinished])
    assert home["tuning"] is None
    assert "1 does not" in render(home, "en")
