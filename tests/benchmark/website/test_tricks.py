"""The page on tricks: its entries, and made-up results in two languages."""

import html
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

import gans
from benchmark.reporting import tricks as reporting
from benchmark.reporting.tricks import BASES, Board, compare_board
from benchmark.website import display, tricks
from benchmark.website.navigation import build_navigation
from benchmark.website.templates import load_templates
from benchmark.website.tricks_charts import LEFT, RIGHT, draw_forest
from tests.benchmark.config.params import load_repository_params
from tests.benchmark.reporting.test_tricks import make_scores
from tests.command import error_line

REPOSITORY = Path(__file__).parents[3]
SITE = REPOSITORY / "site"
ENTRIES = tricks.load_tricks(SITE / "tricks.yaml")
PARAMS = load_repository_params()
FILES = {name for name, path in gans.files().items() if path.parent.name == "tricks"}
NAN = math.nan
BASE = [2.0, 2.1, 2.2, 1.9, 1.8]
SEEDS = {
    "dcgan": BASE,
    "top_k": [1.0, 1.1, 0.9, 1.05, 0.95],
    "lazy_r1": [1.2, 1.3, 1.1, 1.25, 1.15],
    "latent_128": BASE,
    "high_momentum": [9.0, 9.1, 9.2, 8.9, 8.8],
    "rmsprop": [NAN] * 5,
}
BOARDS = [
    Board("images", "digits", "dcgan", (*list(SEEDS)[1:], "no_average"), is_changed=False),
    Board("images", "digits_tricks_strong", "dcgan", ("top_k", "lazy_r1"), is_changed=True),
    Board("toy", "ring8", "dcgan", ("top_k",), is_changed=False),
]


def test_each_row_of_a_track_of_tricks_has_an_entry():
    sections = [PARAMS.tracks[name] for name in reporting.TRACKS if name in PARAMS.tracks]
    rows = {name for section in sections for name in section.variants} - {*BASES}
    assert FILES and rows <= FILES and FILES | rows <= ENTRIES.keys()
    if rows:  # the rows of entries without a file are planned
        assert ENTRIES.keys() == FILES
        datasets = {board.dataset for board in reporting.list_boards(PARAMS) if board.is_changed}
        assert {name for entry in ENTRIES.values() for name in entry.cures} <= datasets


def test_entries_are_plain_text_in_two_languages():
    for name, entry in ENTRIES.items():
        for text in (entry.title, entry.claim):
            assert text.en.isascii() and not re.search(r"[<>$`]", text.en + text.zh), name
            assert re.search(r"[\u4e00-\u9fff]", text.zh), name
        assert entry.claim.en.endswith(".") and entry.claim.zh.endswith("。"), name
    for texts in zip(
        *((entry.title.en, entry.title.zh) for entry in ENTRIES.values()), strict=True
    ):
        assert len(set(texts)) == len(texts), "a title names one trick"
    groups = [entry.group for entry in ENTRIES.values()]
    assert groups == sorted(groups, key=tricks.GROUPS.index)


GOOD = "{group: labels, title: {en: a, zh: b}, claim: {en: a, zh: b}}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: {group: labels}", "a.title: expected this key, got none; add it"),
        (f"a: {GOOD[:-1]}, cure: []}}", "a.cure: expected a key of this block, got cure; did you"),
        (f"a: {GOOD.replace('labels', 'label')}", "a.group: expected labels, noise,"),
        ("[]", "expected a block of keys, got []"),
        ("a: 1", "a: expected a block of keys, got 1"),
    ],
)
def test_a_bad_entry_is_one_line(text, message, tmp_path, capsys):
    file = tmp_path / "tricks.yaml"
    file.write_text(f"a: {GOOD}")
    assert tricks.load_tricks(file)["a"].expected == "better"
    file.write_text(text)
    line = error_line(capsys, lambda: tricks.load_tricks(file))
    assert line.startswith(f"{file}: {message}")


def make_leaderboard(dataset, variants):
    """Make a leaderboard, as little as the page needs of it."""
    pictures = {"strip": "strip.png", "whole": "whole.png", "count": 8}
    rows = [
        {"variant": name, "pictures": pictures, "verdicts": {"mode collapse": 5}}
        for name in variants
    ]
    return {"dataset": dataset, "trained": rows}


def build(monkeypatch, seeds=SEEDS, ill=None):
    """Build the data sets of `BOARDS`, of which the last has no results."""
    monkeypatch.setattr(tricks, "list_boards", lambda _: BOARDS)
    lines, leaderboards = [], []
    for board in BOARDS[:2] if seeds else []:
        names = [board.base, *board.tricks]
        part = {name: values for name, values in seeds.items() if name in names}
        scores = make_scores(part, ill=ill or {}, dataset=board.dataset)
        lines += compare_board(board, scores, {"dcgan": 10.0, "lazy_r1": 13.0})
        leaderboards.append(make_leaderboard(board.dataset, part))
    table = pd.DataFrame(lines, columns=reporting.COLUMNS)
    return tricks.build_boards(None, leaderboards, table, ENTRIES)


def render(boards, language):
    template = "tricks.md" if language == "en" else "zh/tricks.md"
    return (
        load_templates(SITE)
        .get_template(template)
        .render(
            root="", lang=language, boards=boards, entries=ENTRIES, papers={"lazy_r1": None},
            metrics=display.metric_titles(),
        )
    )  # fmt: skip


def read(text):
    """Read a page without its tags, in one line."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", text)))


SENTENCES = {
    "en": [
        "Top-k training has the largest improvement on digits: its FID is better by 50 % of the"
        " mean of dcgan (95 % interval ",
        "High momentum has the largest harm on digits: its FID is worse by 350 %",
        "Of 4 tested tricks, 1 show no evidence of a difference; better: 2, worse: 1, too few"
        " seeds: 0. Runs diverged with RMSprop.",
        "Not shown, because they have no results yet: `ring8`; make repro LEADERBOARDS=ring8 makes",
        "mode collapse 5/5 Lazy R1 0 of 5 runs ill, better Top-k training 5 of 5 runs ill, better",
        "worse p < 0.001, as claimed",
    ],
    "zh": [
        "digits 上改进最大的是Top-k 训练",
        "幅度为 dcgan 均值的 50%",
        "digits 上变差最多的是高动量",
        "在检验的 4 种技巧中",
        "1 种没有证据表明有差别",
        "更好 2 种",
        "RMSprop 优化器",
        "运行 make repro LEADERBOARDS=ring8 可以",
        "mode collapse 5/5 惰性 R1 正则化 5 次训练中 0 次不健康",
        "与说法一致",
    ],
}


@pytest.mark.parametrize("language", SENTENCES)
def test_sentences_and_tables_of_results(language, monkeypatch):
    ill = {"dcgan": "mode collapse", "top_k": "mode collapse"}
    page = render(build(monkeypatch, ill=ill), language)
    text = read(page)
    for sentence in SENTENCES[language]:
        assert sentence in text
    assert "Undefined" not in page and "nan" not in text.replace("dominant", "")
    tables = re.findall(r"<table.*?</table>", page, re.DOTALL)
    assert len(tables) == 4, "cures, two data sets and the claims"
    for table in tables:
        ElementTree.fromstring(table.replace(" download>", ">"))
    rows = re.findall(r'<th scope="row">.*?</tr>', tables[1], re.DOTALL)
    assert len(rows) == 6 and {row.count("<td") for row in rows} == {5}
    assert "+30" in tables[1] and "downloads/lazy_r1.py" in tables[1]
    charts = re.findall(r"<svg viewBox.*?</svg>", page, re.DOTALL)
    assert len(charts) == 2 and page.count('src="strip.png"') == 3 + 3
    for chart in charts:
        ElementTree.fromstring(chart)


@pytest.mark.parametrize("language", SENTENCES)
def test_nothing_is_cured_where_the_base_is_healthy(language, monkeypatch):
    boards = build(monkeypatch)
    assert not any(row["is_cure"] for board in boards for row in board["rows"])
    text = read(render(boards, language))
    words = {"en": "not ill in most runs, so nothing is to cure", "zh": "无需治愈"}
    assert words[language] in text


@pytest.mark.parametrize("language", SENTENCES)
def test_without_results_the_page_lists_the_claims(language, monkeypatch):
    page = render(build(monkeypatch, seeds={}), language)
    text = read(page)
    assert 'make repro LEADERBOARDS="digits digits_tricks_strong ring8"' in text
    assert page.count("make repro") == page.count("<table") == 1 and "tricks.csv" not in page
    for entry in ENTRIES.values():
        assert getattr(entry.claim, language) in text
    assert "make repro" not in render([], language)


def test_groups_of_the_template_are_those_of_the_entries():
    template = load_templates(SITE).get_template("_tricks.md")
    module = template.make_module({"root": "", "lang": "en", "papers": {}, "metrics": {}})
    assert tuple(module.GROUPS) == tricks.GROUPS
    assert {*module.VERDICTS} == {"holds", "fails", "no evidence", "too few seeds", "missing"}
    named = {name for entry in ENTRIES.values() for name in entry.cures}
    assert named <= module.ILLS.keys()


def test_forest_places_the_base_in_the_middle_and_cuts_off_what_is_beyond(monkeypatch):
    first, second, _ = build(monkeypatch)
    marks = {mark["row"]["trick"]: mark for mark in first["forest"]["marks"]}
    middle = (LEFT + RIGHT) / 2
    assert first["forest"]["zero"] == middle and "rmsprop" not in marks
    assert marks["latent_128"]["x"] == pytest.approx(middle)
    assert marks["top_k"]["x"] == pytest.approx(middle + (RIGHT - LEFT) / 4), "50 % of 100 %"
    low, high = marks["top_k"]["low"], marks["top_k"]["high"]
    assert high - marks["top_k"]["x"] == pytest.approx(marks["top_k"]["x"] - low, abs=0.2)
    assert (marks["high_momentum"]["x"], marks["high_momentum"]["off"]) == (LEFT, "left")
    looks = {name: mark["look"] for name, mark in marks.items()}
    assert looks["top_k"] == "better" and looks["high_momentum"] == "worse"
    assert looks["latent_128"] == "open" and marks["top_k"]["off"] is None
    assert [head["group"] for head in first["forest"]["heads"]] == [
        "noise", "optimiser", "regularisation", "data",
    ]  # fmt: skip
    heights = [mark["y"] for mark in first["forest"]["marks"]]
    assert heights == sorted(set(heights)) and heights[-1] < first["forest"]["height"]
    assert second["forest"]["ticks"][0][1] == "−100" and draw_forest([]) is None


def test_samples_are_those_of_the_base_and_of_the_best_and_the_worst_trick(monkeypatch):
    first, second, _ = build(monkeypatch)
    shown = [(sample["role"], sample["variant"]) for sample in first["samples"]]
    assert shown == [("base", "dcgan"), ("best", "top_k"), ("worst", "high_momentum")]
    assert [sample["variant"] for sample in second["samples"]] == ["dcgan", "top_k", "lazy_r1"]


def test_navigation_has_the_page_beside_few_images():
    pages = {name: part for item in build_navigation(PARAMS, [], has_films=False)
             for name, part in item.items()}  # fmt: skip
    place = pages["Leaderboards"].index("few_images.md")
    assert pages["Leaderboards"][place + 1] == "tricks.md" and "zh/tricks.md" in pages["中文"]
