"""Where the best row of a leaderboard stands."""

import re

import pytest

from benchmark.website import display
from benchmark.website.standing import describe_standing, describe_trends
from benchmark.website.templates import load_templates
from tests.benchmark.website.made_up import REPOSITORY

ENDS = {"noise": 10.0, "held_out": 2.0}


def describe(trained, references, *, higher=False, metric="wasserstein"):
    rows = [
        [{"variant": name, f"{metric}_mean": value} for name, value in part.items()]
        for part in (trained, references)
    ]
    return describe_standing(*rows, metric, higher_is_better=higher)


@pytest.mark.parametrize(
    ("best", "place", "share"),
    [
        (4.0, "between", 75),
        (10.0, "below", 1),
        (12.0, "below", 1),
        (2.0, "beyond", 99),
        (1.0, "beyond", 99),
        (2.001, "between", 99),
        (9.999, "between", 1),
    ],
)
def test_the_share_of_the_way_from_noise_to_held_out_data(best, place, share):
    facts = describe({"a": best, "b": 5.0}, ENDS)
    assert (facts["place"], facts["share"]) == (place, share)
    assert facts["best"] == {"variant": "a", "score": best}
    turned = describe({"a": -best}, {name: -value for name, value in ENDS.items()}, higher=True)
    assert (turned["place"], turned["share"]) == (place, share)


def test_the_share_is_that_of_the_root_of_a_squared_distance():
    facts = describe({"a": 4.0}, {"noise": 16.0, "held_out": 1.0}, metric="fid")
    assert facts["share"] == 67 and facts["is_squared"]  # from 4 by 2 of 3
    assert "67 % of the way" in render(facts, "en") and "by the root of FID" in render(facts, "en")
    assert "按 FID 的平方根计" in render(facts, "zh")


def test_trivial_rows_are_better_or_worse():
    rows = ENDS | {"memoriser": 0.1, "still": 3.0, "shuffled": 9.0, "equal": 4.0}
    facts = describe({"a": 4.0}, rows)
    assert facts["worse_than"] == [{"variant": "still", "score": 3.0}]
    assert facts["better_than"] == [{"variant": "shuffled", "score": 9.0}]


@pytest.mark.parametrize(
    ("trained", "references"),
    [
        ({}, ENDS),
        ({"a": float("nan")}, ENDS),
        ({"a": 4.0}, {"noise": 10.0}),
        ({"a": 4.0}, ENDS | {"held_out": float("inf")}),
        ({"a": 4.0}, {"noise": 2.0, "held_out": 2.0}),
    ],
)
def test_without_a_scale_there_is_no_sentence(trained, references):
    assert describe(trained, references) is None


def render(facts, lang, title="", macro="standing"):
    macros = load_templates(REPOSITORY / "site").get_template("_standing.md")
    module = macros.make_module({"root": "", "metrics": display.metric_titles()})
    group = {"dataset": "digits", "title": title, macro: facts, "headline": "fid"}
    text = str(getattr(module, macro)(group, lang))
    return re.sub(r"<[^>]+>", "", text).replace("&nbsp;", " ").strip()


def test_the_sentence_is_in_two_languages():
    facts = describe({"a": 4.0, "b": 5.0}, ENDS | {"still": 3.0, "shuffled": 9.0})
    assert render(facts, "en") == (
        "The best row, a (Wasserstein 4.000), is 75 % of the way from noise (10.000) to held-out"
        " data (2.000); it is worse than the trivial reference row still (3.000); it beats the"
        " trivial reference row shuffled (9.000)."
    )
    chinese = render(facts, "zh")
    assert chinese.startswith("在 digits 上\uff0c最好的一行 a")
    assert "不如简单参照行 still" in chinese
    numbers = ["4.000", "10.000", "0%", "2.000", "100%", "75%", "3.000", "9.000"]
    assert re.findall(r"\d+\.\d+|\d+%", chinese) == numbers
    assert "no better than noise" in render(describe({"a": 11.0}, ENDS), "en")
    assert "并不优于噪声" in render(describe({"a": 11.0}, ENDS), "zh")
    assert "as good as held-out data" in render(describe({"a": 1.0}, ENDS), "en")
    assert "达到或超过留出数据" in render(describe({"a": 1.0}, ENDS), "zh")
    assert render(None, "en") == ""
    assert render(facts, "en", "conditional").startswith("The best conditional row, a (Wasserstein")
    assert "类别条件变体中最好的一行" in render(facts, "zh", "conditional")


def trends_of(*trends):
    rows = [
        {"variant": name, "trend": trend} for name, trend in zip("abcdefghij", trends, strict=False)
    ]
    return describe_trends(rows)


@pytest.mark.parametrize(
    ("improving", "is_short"), [(0, False), (1, False), (2, False), (3, True), (10, True)]
)
def test_a_budget_is_too_short_if_more_than_a_fifth_of_the_rows_improve(improving, is_short):
    facts = trends_of(*["improving"] * improving, *["level"] * (10 - improving))
    assert facts["is_short"] == is_short
    assert (len(facts["improving"]), facts["judged"]) == (improving, 10)
    for lang, warning in (("en", "the ranks may differ"), ("zh", "排名可能改变")):
        assert (warning in render(facts, lang, macro="trends")) == is_short


def test_rows_without_a_trend_are_named_apart():
    facts = trends_of("level", "not judged", "improving", float("nan"))
    assert facts == {"improving": ["c"], "judged": 2, "others": 2, "is_short": True}
    assert render(facts, "en", macro="trends") == (
        "1 of 2 rows still improves when the budget ends: with a longer one, the ranks may differ"
        " (c). The trend of 2 more rows is not judged."
    )
    assert "2 行中有 1 行在预算用完时仍在改进" in render(facts, "zh", macro="trends")
    assert "另有 2 行的趋势无法判断" in render(facts, "zh", macro="trends")


def test_without_trends_the_page_says_that_none_is_judged():
    facts = trends_of("not judged", "not judged")
    assert not facts["is_short"]
    assert "no trend is judged" in render(facts, "en", macro="trends")
    assert "无法判断训练趋势" in render(facts, "zh", macro="trends")


@pytest.mark.parametrize(
    ("is_optional", "optional", "english", "chinese"),
    [
        (False, [], "", ""),
        (False, ["a", "b"], "leaves out slow rows (a, b); {} makes them too.", "{} 训练全部行。"),
        (True, ["a", "b"], "leaves this leaderboard out; {} makes it.", "{} 训练它。"),
    ],
)
def test_rows_that_a_plain_reproduction_leaves_out(is_optional, optional, english, chinese):
    facts = {"dataset": "digits", "is_optional": is_optional, "optional": optional}
    for language, ending in (("en", english), ("zh", chinese)):
        module = load_templates(REPOSITORY / "site").get_template("_standing.md").module
        text = re.sub("<[^>]+>", "", str(module.left_out(facts, language))).strip()
        assert text.endswith(ending.format("make repro LEADERBOARDS=digits"))
        assert bool(text) == bool(ending)
