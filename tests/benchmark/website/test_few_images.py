"""The page on few images: sizes, findings and charts of made-up scores, in two languages."""

import html
import math
import re
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pandas as pd
import pytest

from benchmark import tracks
from benchmark.reporting import claims, ranks, statistics
from benchmark.website import display, few_images
from benchmark.website.few_images_charts import choose_highlights, draw_charts
from benchmark.website.few_images_findings import list_pairs
from benchmark.website.templates import load_templates
from tests.benchmark.config.params import load_repository_params

SITE = Path(__file__).parents[3] / "site"
PARAMS = load_repository_params()
CLAIMS = claims.load_claims(SITE / "claims.yaml")
NAN = math.nan
METRICS = ("fid", "authenticity", "nearest_ratio", "fld")
FAR, NEAR = (0.7, 1.4, 5.0), (0.2, 0.3, 9.0)  # the metrics of memorisation
# data set -> row -> its FID by seed, and the others
SCORES = {
    "digits_100": {
        "ada": ([2.0, 2.1, 2.2], FAR),
        "diffaugment": ([2.0, 2.2, 2.3], FAR),
        "dcgan": ([5.0, 5.1, 5.2], NEAR),
        "vae": ([NAN, NAN, NAN], FAR),
    },
    "digits": {"dcgan": ([1.0, 1.1, 1.2], FAR), "ada": ([1.0, 1.2, 1.1], FAR)},
}
HELD_OUT = {"held_out": ([0.2], (0.6, 1.0, 0.1))}


def make_scores(boards=SCORES):
    """Make results/scores.csv; the other metrics of a seed vary a little."""
    rows = []
    for dataset, variants in boards.items():
        for variant, (fid, others) in (HELD_OUT | variants).items():
            kind = "reference" if variant == "held_out" else "controlled"
            for seed, value in enumerate(fid):
                values = [value, *(other * (1 + seed / 100) + 0 * value for other in others)]
                rows += [
                    ("images", dataset, variant, kind, seed, metric, number)
                    for metric, number in zip(METRICS, values, strict=True)
                ]
    columns = ["track", "dataset", "variant", "kind", "seed", "metric", "value"]
    return pd.DataFrame(rows, columns=columns)


def make_row(variant, seeds, spans):
    """Make a row of a leaderboard from its scores by seed."""
    row = {"variant": variant, "kind": seeds["kind"].iloc[0], "by_seed": []}
    for metric, values in seeds.groupby("metric")["value"]:
        estimate = statistics.estimate_mean(values.dropna())
        row[f"{metric}_mean"] = estimate.value
        row[f"{metric}_low"], row[f"{metric}_high"] = statistics.compute_interval(estimate)
    row["fid_rank_best"], row["fid_rank_worst"] = spans.get(variant, (NAN, NAN))
    for _, values in seeds.groupby("seed"):
        row["by_seed"].append(dict(zip(values["metric"], values["value"], strict=True)))
    for seed in row["by_seed"]:
        seed["status"] = "diverged" if math.isnan(seed["fid"]) else "ok"
    diverged = sum(seed["status"] == "diverged" for seed in row["by_seed"])
    return row | {"seeds": len(row["by_seed"]), "diverged": diverged}


def make_board(dataset, scores):
    """Make a leaderboard, as few as the page needs of it."""
    part = scores[scores["dataset"] == dataset]
    fid = part[(part["metric"] == "fid") & (part["kind"] != "reference")]
    seeds = {name: list(values) for name, values in fid.groupby("variant")["value"]}
    finished = {name: values for name, values in seeds.items() if not all(map(math.isnan, values))}
    spans = ranks.compute_ranks(finished, higher_is_better=False)
    rows = [make_row(name, values, spans) for name, values in part.groupby("variant")]
    rows.sort(key=lambda row: math.inf if math.isnan(row["fid_mean"]) else row["fid_mean"])
    directions = tracks.load("images").metric_directions()
    shared = {"name": "images", "dataset": dataset, "headline": "fid"}
    shared |= {"page": tracks.load("images").page(), "key": dataset, "title": ""}
    shared |= {"higher": {metric: directions[metric] for metric in METRICS}, "best": {}}
    values = part.groupby("metric")["value"]
    shared["scales"] = {metric: display.Scale.over(numbers) for metric, numbers in values}
    shared["references"] = [row for row in rows if row["kind"] == "reference"]
    shared["trained"] = [row for row in rows if row["kind"] != "reference"]
    block = PARAMS.tracks["images"].datasets[dataset]
    facts = {"subset": block.subset, "facts": {"real_images": 811}}
    return shared | facts | {"groups": [shared | {"condition": "none"}]}


def build(boards=SCORES):
    scores = make_scores(boards)
    leaderboards = [make_board(dataset, scores) for dataset in boards]
    return few_images.build_families(PARAMS, leaderboards, scores, CLAIMS)


@pytest.fixture(scope="module")
def families():
    return build()


def render(families, language):
    template = "few_images.md" if language == "en" else "zh/few_images.md"
    text = (
        load_templates(SITE)
        .get_template(template)
        .render(
            root="", lang=language, families=families, papers={}, metrics=display.metric_titles()
        )
    )
    return text


def read(text):
    """Read a page without its tags, in one line."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", text)))


def test_a_family_has_the_sizes_with_results_and_names_the_others(families):
    digits, mnist = families
    assert [(size.dataset, size.images) for size in digits["sizes"]] == [
        ("digits_100", 100),
        ("digits", 811),
    ]
    assert digits["unrecorded"] == ["digits_300"]
    assert {"digits_100-wgan", "digits-diffaugment"} <= set(digits["missing"])
    assert not {"digits_100-vae", "digits_300-ada"} & set(digits["missing"])
    assert (mnist["dataset"], mnist["sizes"]) == ("mnist", [])
    assert mnist["unrecorded"] == ["mnist_1000", "mnist"] and mnist["groups"] == []


def test_a_row_is_told_apart_from_the_best_as_by_the_ranks(families):
    first, second = families[0]["groups"][0]["best"]
    assert (first["best"], first["ties"], first["count"]) == ("ada", ["diffaugment"], 3)
    assert first["score"] == pytest.approx(2.1)
    assert {second["best"], *second["ties"]} == {"ada", "dcgan"}


def test_claims_on_a_subset_are_checked_on_each_size(families):
    assert list_pairs(CLAIMS, "images", {"digits_100": None}) == [
        ("diffaugment", "dcgan"),
        ("ada", "dcgan"),
    ]
    assert list_pairs(CLAIMS, "toy", {"digits_100": None}) == []
    checks = {check["better"]: check["parts"] for check in families[0]["groups"][0]["checks"]}
    verdicts = {name: [part["verdict"] for part in parts] for name, parts in checks.items()}
    assert verdicts == {"diffaugment": ["holds", "missing"], "ada": ["holds", "no evidence"]}
    assert [part["images"] for part in checks["ada"]] == [100, 811]
    # Holm's correction over the three comparisons with scores
    tested = [part for parts in checks.values() for part in parts if part["p"] == part["p"]]
    assert families[0]["comparisons"] == len(tested) == 3
    adjusted = statistics.adjust_holm([part["p_welch"] for part in tested])
    assert [part["p_adjusted"] for part in tested] == pytest.approx(adjusted)


def test_rows_nearer_to_the_training_images_than_held_out_images_copy(families):
    first, second = families[0]["groups"][0]["copies"]
    assert (first["variants"], first["tested"]) == (["dcgan"], 3)
    assert (second["variants"], second["tested"]) == ([], 2)


@pytest.mark.parametrize(("others", "copies"), [(NEAR, ["ada"]), ((0.2, 1.4, 1), []), (FAR, [])])
def test_a_row_copies_by_both_metrics(others, copies):
    (group,) = build({"digits_100": {"ada": ([1.0, 1.1, 1.2], others)}})[0]["groups"]
    assert group["copies"][0]["variants"] == copies
    (alone,) = build({"digits_100": {"ada": ([1.0], others)}})[0]["groups"]
    assert (alone["copies"][0]["variants"], alone["copies"][0]["tested"]) == ([], 0)


def test_the_best_of_each_size_have_a_colour():
    rankings = [["a", "b", "c", "d", "e"], ["e", "a"], ["a"]]
    assert choose_highlights(rankings) == ["a", "e", "b", "c"]
    assert choose_highlights([]) == []


def test_charts_have_a_line_a_row_and_a_dot_a_seed(families):
    fid, authenticity, _ = families[0]["groups"][0]["charts"]
    assert [chart["metric"] for chart in families[0]["groups"][0]["charts"]] == list(METRICS[:3])
    lines = {line["name"]: line for line in fid["drawing"]["lines"]}
    assert set(lines) == {"ada", "diffaugment", "dcgan"}, "vae has no finished run"
    assert len(lines["ada"]["dots"]) == 6 and len(lines["diffaugment"]["dots"]) == 3
    assert [name for _, name in fid["drawing"]["ticks"]["across"]] == ["100", "811"]
    looks = {line["name"]: line["look"] for line in authenticity["drawing"]["lines"]}
    assert looks["held_out"] == "reference" and looks["ada"] == "series"


def test_other_rows_are_grey_and_a_row_of_one_size_is_a_dot():
    entry = {"fid_mean": 2.0, "by_seed": [{"fid": 1.0}, {"fid": 3.0}, {"fid": NAN}]}
    variants = [{"name": "a", "entries": [entry, entry]}, {"name": "b", "entries": [None, entry]}]
    (chart,) = draw_charts(["fid", "kid"], [10, 20], variants, [None, None], ["a"])
    first, second = chart["drawing"]["lines"]
    assert (first["look"], len(first["dots"])) == ("series", 4)
    assert (second["look"], len(second["dots"])) == ("muted", 1)
    assert [label["name"] for label in chart["drawing"]["labels"]] == ["a"]
    assert draw_charts(["fid"], [10], variants, [None], ["a"]) == [], "one size is no line"


SENTENCES = {
    "en": [
        "With 100 images, ada has the best mean FID, 2.10. 1 of the 2 other rows cannot be told"
        " apart from it: diffaugment.",
        "ada against dcgan: better with 100 images (FID 2.10 against 5.10, difference −3.00,",
        "; no evidence of a difference with 811 images (",
        "diffaugment against dcgan: better with 100 images (",
        "; without results of both with 811 images.",
        "With 100 images, samples of dcgan are nearer to the training images than held-out images"
        " are: this row copies.",
        "With 811 images, none of the 2 tested rows copies",
        "corrected for 3 comparisons",
    ],
    "zh": [
        "ada 的平均 FID 最好",
        "其余 2 行中有 1 行与它没有显著差别",
        "100 张图像时更好",
        "811 张图像时没有证据表明有差别",
        "811 张图像时两者并非都有结果",
        "dcgan 的样本比留出图像更接近训练图像",
        "受检验的 2 行均未复制",
        "按 3 次比较校正",
    ],
}


@pytest.mark.parametrize("language", SENTENCES)
def test_sentences_and_tables(language, families):
    page = render(families, language)
    text = read(page)
    for sentence in SENTENCES[language]:
        assert sentence in text
    assert 'make repro LEADERBOARDS="mnist_1000 mnist"' in text and "digits-diffaugment" in text
    assert "make repro LEADERBOARDS=digits_300" in text
    assert "Undefined" not in page and ">nan<" not in page
    heads, memorisation = re.findall(r"<table.*?</table>", page, re.DOTALL)
    rows = re.findall(r'<th scope="row">.*?</tr>', heads, re.DOTALL)
    cells = {read(row).split()[0]: row.count("<td") for row in rows}
    assert cells == dict.fromkeys(["ada", "diffaugment", "dcgan", "vae", "held_out"], 4)
    assert memorisation.count('<th scope="col">') == 6, "three metrics a size"
    charts = re.findall(r"<svg viewBox=\"0 0 380 250\".*?</svg>\n</svg>", page, re.DOTALL)
    assert len(charts) == 3
    for chart in charts:
        ElementTree.fromstring(chart)


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (([2.0, 2.1, 2.3], FAR), "The other row cannot be told apart from it: dcgan."),
        (([9.0, 9.1, 9.2], FAR), "The other row is significantly worse."),
        (([NAN, NAN, NAN], FAR), "No other row has results."),
    ],
)
def test_the_best_of_two_rows(other, sentence):
    page = render(build({"digits_100": {"ada": ([2.0, 2.1, 2.2], FAR), "dcgan": other}}), "en")
    assert f"ada has the best mean FID, 2.10. {sentence}" in read(page)


@pytest.mark.parametrize("language", SENTENCES)
def test_nothing_recorded_is_one_sentence(language):
    families = build({"digits": SCORES["digits"]})
    assert [family["sizes"] for family in families] == [[], []], "a whole data set is no subset"
    page = render(families, language)
    assert 'LEADERBOARDS="digits_100 digits_300' in read(page) and "<table" not in page
    assert page.count("make repro") == 1
    without = few_images.build_families(
        SimpleNamespace(whole=SimpleNamespace(tracks={})), [], make_scores(), {}
    )
    page = render(without, language)
    assert without == [] and "make repro" not in page and "own-images.md" in page
