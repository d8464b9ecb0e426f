"""The site shows the results: leaderboards, curves, verdicts and comparisons."""

import html
import json
import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from benchmark import tracks
from benchmark.config.schema import Budget
from benchmark.evaluation import diagnosis
from benchmark.reporting.trends import TRENDS
from benchmark.website import display
from benchmark.website.templates import load_templates
from tests.benchmark.website import made_up
from tests.benchmark.website.html_pages import has_all_tracks, rows_of
from tests.benchmark.website.made_up import CASES, REPOSITORY


def test_the_leaderboard_has_every_row(public):
    folder, case = public
    for page in ("leaderboards/digits.html", "index.html"):
        text = (folder / page).read_text()
        expected = [*case["variants"], "held_out", "noise"]
        if page.startswith("leaderboards"):  # which also has further metrics, and ranks at costs
            expected = 2 * expected + case["variants"] * ("caption-equal" in text)
        assert sorted(rows_of(text)) == sorted(expected), page
        assert f"1 of {len(case['seeds'])} diverged" in text
        assert "a budget of 800 updates of the generator." in " ".join(text.split())
        assert ("no interval" in text) and "nan" not in text.lower().split("<title>", 1)[1][:50]


def test_shows_the_diagnosis_of_each_run(public, pages):
    folder, case = public
    ill = [seed for variant, seed in case["diverged"] if variant == case["variants"][-1]]
    leaderboard = (folder / "leaderboards" / "digits.html").read_text()
    page = (folder / "variants" / f"{case['variants'][-1]}.html").read_text()
    icon = r'<span class="mark"[^>]*>⚠</span> '
    shown = r'{}/{} <a href="[^"]*"><span class="diverged">' + icon + "diverged</span>"
    assert re.search(shown.format(len(ill), len(case["seeds"])), leaderboard)
    assert "since 200 images: a loss is &lt;i&gt;no&lt;/i&gt; number." in page
    assert ("nothing is wrong" in page) == (len(case["seeds"]) > len(ill))
    scores = pd.read_csv(folder / "downloads" / "scores.csv")
    assert scores.loc[scores["kind"] == "reference", "verdict"].isna().all()
    trained = scores[scores["kind"] != "reference"]
    expected = np.where(trained["status"] == "diverged", "diverged", "healthy")
    assert (trained["verdict"] == expected).all()
    rows = pd.read_csv(folder / "downloads" / "leaderboard.csv")
    counts = rows[rows["track"] == "images"].set_index("variant")["verdict"]
    several = len(case["seeds"]) > 1
    assert counts[case["variants"][-1]] == (
        "healthy 1/2, diverged 1/2" if several else "diverged 1/1"
    )


def test_leaderboards_say_where_their_best_row_stands(public):
    folder, case = public
    if len(case["seeds"]) == 1:  # no run has finished
        return
    (english,) = re.findall(
        r'<p class="standing">(.*)</p>', (folder / "leaderboards/digits.html").read_text()
    )
    chinese = re.findall(
        r'<p class="standing" lang="zh-Hans">(.*)</p>', (folder / "zh/metrics.html").read_text()
    )[0]
    numbers = ["2.00", "51.50", "0.50"]  # dcgan, noise, held-out data
    for sentence, words in ((english, "of the way from noise"), (chinese, "若以噪声")):
        assert words in sentence and ">dcgan</a>" in sentence
        assert re.findall(r"\d+\.\d+", sentence) == numbers
        assert "89" in sentence


def test_the_limit_of_health_comes_from_the_reference_rows(public):
    text = (public[0] / "health.html").read_text()
    # noise 51.5 and held-out data 0.5: ((sqrt(51.5) + sqrt(0.5)) / 2) ** 2, and sqrt(51.5 * 0.5)
    assert "an FID of 51.5 for noise and 0.5 for held-out data is 15.5" in text
    assert "a logarithmic scale would put it at 5.1" in text


def test_pages_name_the_kind_of_a_row(public):
    folder, case = public
    tables = {
        "leaderboards/digits": 'data-kind="own architecture"',
        "index": "own architecture</td>",
    }
    tables |= {"variants/index": "own architecture", "variants/wgan": "<em>own architecture</em>"}
    for page, shown in tables.items():
        text = (folder / f"{page}.html").read_text()
        assert (shown in text) == ("wgan" in case["variants"]), page
    if "wgan" in case["variants"]:
        index = (folder / "index.html").read_text()
        assert index.count('<rect class="mark"') == index.count('<circle class="mark"') > 0


def test_a_row_that_still_improves_is_marked():
    macros = load_templates(REPOSITORY / "site").get_template("_macros.md").module
    shown = {trend: str(macros.trend({"trend": trend})) for trend in TRENDS}
    assert "still improving" in shown["improving"] and "not judged" in shown["not judged"]
    assert not shown["level"].strip()


def test_a_leaderboard_names_all_budgets_of_its_rows():
    macros = load_templates(REPOSITORY / "site").get_template("_macros.md").module
    budgets = [Budget(800, "updates"), Budget(640, "samples_seen")]
    text = str(macros.budget({"budgets": budgets, "page": tracks.load("images").page()}))
    assert text.strip() == "800 updates of the generator or 640 real images seen"


def test_the_page_of_a_row_that_still_improves_warns(public):
    folder, case = public
    rows = pd.read_csv(folder / "downloads/leaderboard.csv")
    improving = rows.groupby("variant")["trend"].agg(lambda trends: "improving" in list(trends))
    for variant in rows.loc[rows["kind"] != "reference", "variant"]:
        text = (folder / f"variants/{variant}.html").read_text()
        assert ("<b>Still improving.</b>" in text) == improving[variant], variant
    assert improving["dcgan"] == (len(case["seeds"]) > 1), "one seed has no trend"


def test_the_page_on_health_has_every_verdict_and_its_thresholds(public, pages):
    path = public[0] / "health.html"
    names = ("diverged", "vanishing-generator-gradient", "discriminator-overfitting")
    assert pages[path].ids >= {*names, "mode-collapse", "oscillation", "not-trained", "healthy"}
    text = path.read_text()
    for threshold in (diagnosis.LIMIT, diagnosis.DIVERGENCE):
        assert display.number(threshold, 0 if threshold > 1 else 2) in text


def test_draws_curves_of_finite_values(public):
    folder, case = public
    text = (folder / "variants/dcgan.html").read_text()
    titles = re.findall(r'<svg [^>]*role="img" aria-label="([^"]*)"', text)
    expected = ["Losses of the discriminator over images seen", "FID over images seen"]
    of_digits = [title for title in titles if "images seen" in title]
    assert len(of_digits) == (len(expected) if ("dcgan", 0) not in case["diverged"] else 0)
    assert all(map(str.startswith, of_digits, expected))
    assert any("over points seen" in title for title in titles) == has_all_tracks(case)


def test_clips_respect_reduced_motion(public):
    folder, case = public
    if not has_all_tracks(case):
        return
    for page in ("leaderboards/moving_digits.html", "variants/dcgan.html"):
        text = (folder / page).read_text()
        clips = re.findall(
            r'<picture><source media="\(prefers-reduced-motion: reduce\)" srcset="([^"]*)">'
            r'<img class="samples" loading="lazy" src="([^"]*)"',
            text,
        )
        assert len(clips) == (4 if page.startswith("leaderboards") else 2), page
        for still, moving in clips:
            with Image.open((folder / page).parent / still) as picture:
                assert not getattr(picture, "is_animated", False)
            with Image.open((folder / page).parent / moving) as picture:
                assert picture.n_frames == 16 and picture.info["loop"] == 0
    with Image.open(folder / "assets/results/video/moving_digits/dcgan/moments.png") as picture:
        assert picture.size == (8 * 34 - 2, 2 * 34 - 2)


def test_the_theory_page_counts_missing_modes(public):
    folder, case = public
    text = (folder / "theory.html").read_text()
    assert ("Seeds that miss modes" in text) == has_all_tracks(case)
    if has_all_tracks(case):  # seed 1 of each covers 7 of the 8 by construction
        row = r'dcgan.html"><code>dcgan</code></a></th><td>1 of 2</td><td>8, 7</td>'
        assert re.search(row, text)
        assert "After 800 updates of the generator, with" in text


def test_comparisons_equal_the_tables(public):
    folder, _ = public
    scores = pd.read_csv(folder / "downloads" / "leaderboard.csv")
    pairs = pd.read_csv(folder / "downloads" / "comparisons.csv")
    scripts = sorted((folder / "assets/compare/data").iterdir())
    assert {path.stem for path in scripts} == set(scores["dataset"])
    for path in scripts:
        called = re.fullmatch(r"compared\((.*)\)\n", path.read_text(encoding="ascii"))[1]
        dataset, data = json.loads(f"[{called}]", parse_constant=pytest.fail)  # no NaN
        rows = scores[(scores["dataset"] == dataset) & (scores["kind"] != "reference")]
        assert list(data["variants"]) == list(rows["variant"])
        for row in rows.to_dict("records"):
            variant = data["variants"][row["variant"]]
            assert (
                variant["kind"] == display.label_kind(row["kind"])
                and len(variant["trajectory"]) == row["seeds"]
            )
            for name, *_ in data["metrics"]:
                mean = variant["scores"][name][0]
                assert (mean is None) == bool(pd.isna(row[f"{name}_mean"]))
                assert mean is None or mean == pytest.approx(row[f"{name}_mean"], rel=1e-5)
            for picture in (variant["picture"], variant["still"]):
                assert picture is None or (folder / picture).is_file()
        names = pairs.loc[pairs["dataset"] == dataset, ["first", "second"]]
        assert [pair[:2] for pair in data["pairs"]] == names.to_numpy().tolist()
    for path in (folder / "assets/compare/source").iterdir():
        called = re.fullmatch(r"source\((.*)\)\n", path.read_text(encoding="ascii"))[1]
        name, text = json.loads(f"[{called}]")
        assert name == path.stem and text == (folder / "downloads" / f"{name}.py").read_text()


def test_shows_leaderboards_of_reference_rows(tmp_path):
    case = CASES["two variants"] | {"names": ["images"], "diverged": []}
    folder = made_up.build(tmp_path, **case, ranked=False)
    leaderboard = (folder / "leaderboards/digits.html").read_text()
    assert "held_out" in leaderboard and "0 variants on digits" in leaderboard
    assert "no variant" in (folder / "leaderboards/index.html").read_text()
    assert "held_out" in (folder / "index.html").read_text()
    assert "Not recorded yet" in (folder / "variants/dcgan.html").read_text()
    for path in folder.rglob("*.html"):
        assert ">nan<" not in path.read_text().lower()


def test_method_says_what_each_score_compares_with(public):
    text = (public[0] / "method.html").read_text()
    rows = re.findall(r"<td>([^\n]*)</td><td>([^\n]*)</td></tr>", text)
    pairs = {(cell, title) for cell, titles in rows for title in titles.split("; ")}
    assert {("<code>train</code>", "FID"), ("no real samples", "IS")} <= pairs


def test_the_order_without_labels_is_compared_with_that_of_the_leaderboard(public):
    folder, case = public
    texts = {
        page: " ".join((folder / f"{page}.html").read_text(encoding="utf-8").split())
        for page in ("leaderboards/digits", "learn/metrics", "zh/metrics")
    }
    # wgan has one finished seed, and dcgan two that are no better by either metric
    several = len(case["variants"]) > 1
    english = "variants by FID and by random FID have Kendall's tau-b 1.00 (95&nbsp;% interval 1.00"
    plain = {page: html.unescape(text) for page, text in texts.items()}
    for page in ("leaderboards/digits", "learn/metrics"):
        assert (html.unescape(english) in plain[page]) == several
    chinese = ("tau-b 为 1.00", "95% 区间", "1.00 至 1.00")
    assert all(text in plain["zh/metrics"] for text in chinese) == several
    assert ("tau-b" in plain["zh/metrics"]) == several
    if several:
        others = ("leaderboards/ring8", "leaderboards/moving_digits", "leaderboards/grammar")
        assert not [page for page in others if "tau-b" in (folder / f"{page}.html").read_text()]
        assert 'method.html#random"' in texts["leaderboards/digits"]
        # updates and samples of both variants are equal, and so are the ranks
        assert "at 100 updates" in plain["leaderboards/digits"]
        assert "at 800 images seen" in plain["leaderboards/digits"]
        # the third classifier prefers the opposite order
        assert (
            "1.00 (95&nbsp;% interval" in texts["leaderboards/digits"].split("Other classifiers")[1]
        )
        assert "and -1.00" in plain["leaderboards/digits"].replace("−", "-")
