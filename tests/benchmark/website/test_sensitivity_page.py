"""The page on what the metrics see: sentences from numbers, verdicts and curves."""

import re
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from benchmark.studies.damages import DAMAGES
from benchmark.studies.reactions import COLUMNS, EXPECTED, GROUP_OF, Reaction
from benchmark.website import display, sensitivity, sensitivity_charts
from benchmark.website.templates import load_templates

SITE = Path(__file__).parents[3] / "site"
TITLES = display.metric_titles()
LEVELS = {
    "dropped_classes": (1.0, 5.0, 9.0),
    "blur": (0.4, 1.6),
    "noise": (0.05, 0.5),
    "outliers": (0.05, 1.0),
    "copies": (0.1, 1.0),
    "repeats": (0.5, 0.9),
    "fewer_samples": (0.5, 0.9),
}
RISING = ("fid", "kid", "mmd", "random_fid", "fld", "label_divergence")


def make_score(metric, damage, level):
    """Make the score that should be, but for precision, which does not notice blur."""
    size = level / LEVELS[damage][-1] if level else 0.0
    reacts = EXPECTED[GROUP_OF[metric]].get(damage) == "worse"
    if (metric, damage) == ("precision", "blur"):
        reacts = False
    if (metric, damage, level) == ("fld", "copies", 1.0):
        return 1e16
    return 1 + (size if metric in RISING else -0.9 * size) * reacts


def write_sensitivity(folder):
    """Write a table with every damage, where all but one metric react as they should."""
    places = [("none", 0.0), *((name, at) for name, levels in LEVELS.items() for at in levels)]
    rows = []
    for draw in range(3):
        for damage, level in places:
            row = dict(zip(COLUMNS, (damage, level, draw, 90, 80, 200), strict=True))
            for metric in GROUP_OF:
                value = make_score(metric, "blur" if damage == "none" else damage, level)
                row[metric] = value * (1 + 0.001 * draw)
            rows.append(row)
    folder.mkdir(parents=True)
    pd.DataFrame(rows).to_csv(folder / "digits.csv", index=False)


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made_up") / "sensitivity"
    write_sensitivity(folder)
    return sensitivity.build_context(folder, TITLES)


@pytest.fixture(scope="module")
def page(context):
    return load_templates(SITE).get_template("sensitivity.md").render(root="", **context)


def make_reaction(verdict, expected, **changes):
    numbers = {"start": 0.8, "end": 0.2, "spread": 0.01, "level": 1.6, "onset": None}
    numbers |= {"best_level": 0.4, "best": 0.9}
    names = {"metric": "precision", "damage": "blur"}
    return Reaction(verdict=verdict, expected=expected, **(names | numbers | changes))


@pytest.mark.parametrize(
    ("reaction", "sentence"),
    [
        (
            make_reaction("same", "worse"),
            "Precision does not notice blur: 0.800 without damage, 0.200 with blur of 1.6 pixels.",
        ),
        (
            make_reaction("better", "worse", level=0.4, end=0.9),
            "Precision takes blur for an improvement: 0.800 without damage, 0.900 with blur of"
            " 0.4 pixels.",
        ),
        (
            make_reaction("both", "worse"),
            "Precision takes slight blur for an improvement: 0.800 without damage, 0.900 with blur"
            " of 0.4 pixels, 0.200 with blur of 1.6 pixels.",
        ),
        (
            make_reaction("worse", "same", damage="fewer_samples", level=0.9),
            "Precision gets worse with fewer samples, and should not change: 0.800 without damage,"
            " 0.200 with 90\N{NO-BREAK SPACE}% of the images left out.",
        ),
        (
            make_reaction("better", "same", damage="copies", level=1.0, end=1.0),
            "Precision gets better with copies of training images, and should not change: 0.800"
            " without damage, 1.000 with 100\N{NO-BREAK SPACE}% of the images replaced by copies.",
        ),
    ],
)
def test_a_failure_is_a_sentence_with_its_numbers(reaction, sentence):
    assert sensitivity.describe_failure(reaction, TITLES["precision"]) == sentence


def test_every_damage_has_words():
    assert list(sensitivity.TEXTS) == list(DAMAGES) == list(LEVELS)


def test_every_metric_is_drawn_once():
    drawn = [metric for panel in sensitivity_charts.PANELS for metric in panel.metrics]
    assert sorted(drawn) == sorted(GROUP_OF)
    assert max(len(panel.metrics) for panel in sensitivity_charts.PANELS) <= 4  # colours


def test_the_verdicts_are_those_of_the_table(context):
    (result,) = context["results"]
    assert result["failed"] == 1 and result["claimed"] == sum(
        len(EXPECTED[group]) for group in GROUP_OF.values()
    )
    assert [row["title"] for row in result["rows"]] == [TITLES[name].title for name in GROUP_OF]
    failures = [line for lines in result["failures"].values() for line in lines]
    assert failures == [
        "Precision does not notice blur: 1.001 without damage, 1.001 with blur of 1.6 pixels."
    ]
    assert (result["samples"], result["real"], result["draws"]) == (90, 200, 3)
    assert result["repeating"] == ["1", "5", "9"]
    fid = next(row for row in result["rows"] if row["title"] == "FID")
    assert fid["cells"][0] == {
        "word": "worse", "onset": "from 1", "fails": False, "is_claimed": True
    }  # fmt: skip


def test_the_page_shows_verdicts_sentences_and_every_curve(page, context):
    table = re.search(r'<caption id="verdicts-digits">.*?</table>', page, re.DOTALL)[0]
    assert table.count('class="diverged"') == 1
    assert "\n- Precision does not notice blur: 1.001 without damage" in page
    assert f"Of {context['results'][0]['claimed']} verdicts" in page and ", 1 fail." in page
    assert ">nan<" not in page
    figures = re.findall(r"<figure class=\"chart\".*?</figure>", page, re.DOTALL)
    assert len(figures) == len(LEVELS) * len(sensitivity_charts.PANELS)
    for figure in figures:
        parsed = ElementTree.fromstring(figure.replace(" data-search-exclude", ""))
        assert parsed.findall(".//path[@class='line']")
    assert 'href="assets/sensitivity/digits.csv"' in page
    texts = unescape(" ".join(re.findall(r"<text[^>]*>[^<]*</text>", page)))
    assert all(text.axis in texts for text in sensitivity.TEXTS.values())


def test_values_without_bound_do_not_flatten_the_others(page):
    """FLD of copies alone is cut off; the levels below reach to the top of the chart."""
    table = pd.DataFrame(
        {"level": [0.0, 0.5, 0.75, 1.0], "damage": ["none"] + ["copies"] * 3}
        | {"fld": [0.0, 10.0, 20.0, 1e16]}
    )
    charts = sensitivity_charts.draw_charts(table, "copies", TITLES, across="share")
    (line,) = next(chart for chart in charts if "distances" in chart["title"])["drawing"]["lines"]
    heights = [float(pair.split()[1]) for pair in line["path"][1:].split("L")]
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2], abs=0.2)
    assert heights[0] - heights[2] > 100 and abs(heights[3]) < 5_000  # pixels


def test_a_damaged_table_is_one_line(tmp_path, capsys):
    (tmp_path / "digits.csv").write_text("damage,level\nnone,0\n")
    with pytest.raises(SystemExit):
        sensitivity.read_tables(tmp_path)
    assert "run gan-benchmark sensitivity digits" in capsys.readouterr().err


def make_table(draws=2):
    rows = [
        {"damage": damage, "level": level, "draw": draw, "samples": 9, "distinct": 9, "real": 20}
        | {"fid": 1.0 + level}
        for damage, level in (("none", 0.0), ("blur", 0.5))
        for draw in range(draws)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table[table["damage"] == "none"],
        lambda table: table[table["damage"] == "blur"],
        lambda table: table.iloc[:-1],
        lambda table: table[table["draw"] == 0],
        lambda table: table.replace("blur", "blurr"),
        lambda table: table.astype({"fid": object}).replace(1.5, "much"),
        lambda table: table.astype({"level": object}).replace({"level": {0.5: "half"}}),
        lambda table: table.assign(fid=float("nan")),
        lambda table: table.assign(fid=float("inf")),
        lambda table: table.drop(columns="fid"),
    ],
)
def test_values_that_no_stage_writes_are_one_line(tmp_path, capsys, change):
    file = tmp_path / "digits.csv"
    make_table().to_csv(file, index=False)
    assert list(sensitivity.read_tables(tmp_path)) == ["digits"]
    change(make_table()).to_csv(file, index=False)
    with pytest.raises(SystemExit):
        sensitivity.read_tables(tmp_path)
    line = capsys.readouterr().err.strip()
    assert line.startswith(f"{file}: expected finite numbers of known damages") and "\n" not in line


def test_empty_tables_are_left_out(tmp_path):
    make_table().iloc[:0].to_csv(tmp_path / "small.csv", index=False)
    assert sensitivity.read_tables(tmp_path) == {}
