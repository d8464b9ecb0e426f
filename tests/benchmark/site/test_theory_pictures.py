"""The page on theory: its charts in both palettes, and a template that fits what is computed."""

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmark import theory
from benchmark.site import charts, display, theory_pictures
from benchmark.site.pages import templates

SITE = Path(__file__).parents[3] / "site"
GAME = theory.Game(rounds=4, k=2, batch=16, width=4, shown=(2, 4), looks=3, draws=500, bins=20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("theory")
    theory.write(made, GAME)
    return made


@pytest.fixture(scope="module")
def drawn(folder, tmp_path_factory):
    target = tmp_path_factory.mktemp("pages") / "assets" / "theory"
    return theory_pictures.draw(folder, target), target


def test_every_chart_is_there_in_both_palettes(drawn):
    names, target = drawn
    assert sorted(names) == ["discriminator-2", "discriminator-4", "lines", "slopes", "value"]
    files = {path.name for path in target.iterdir()}
    assert files == {f"{name}-{ground}.svg" for name in names for ground in ("light", "dark")}
    for name in names:
        light, dark = (
            (target / f"{name}-{ground}.svg").read_text() for ground in ("light", "dark")
        )
        assert ElementTree.fromstring(light).tag.endswith("svg")
        assert charts.TEXT in light and charts.TEXT not in dark
        assert charts.DARK[charts.SERIES[0]] in dark


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lines", ["Wasserstein distance", "log 2", "θ"]),
        ("value", ["learnt discriminator", "optimal discriminator", "−log 4"]),
        ("discriminator-4", ["learnt D", "optimal D", "density of the samples", "½"]),
        ("slopes", ["saturating", "non-saturating", "D(G(z))"]),
    ],
)
def test_a_chart_names_what_it_shows(drawn, name, said):
    text = (drawn[1] / f"{name}-light.svg").read_text()
    for words in said:
        assert words in text, words


def page(folder, known):
    """The page as Markdown, as the site fills its templates in."""
    facts = json.loads((folder / "theory.json").read_text())
    return (
        templates(SITE)
        .get_template("theory.md")
        .render(root="", theory=facts, papers=known, rings=None, modes=8)
    )


class Links(HTMLParser):
    """Where a page leads to, and which pictures it shows."""

    def __init__(self, text):
        super().__init__()
        self.found = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found |= {value.split("#")[0] for key, value in attrs if key in ("src", "href")}


def test_the_page_shows_every_chart_and_offers_every_table(folder, drawn):
    names, target = drawn
    shutil.copytree(folder, target, dirs_exist_ok=True)
    text = page(folder, known=["dcgan"])
    links = {link for link in Links(text).found if not link.startswith("http")}
    assert "variants/dcgan.html" in links and "variants/wgan.html" not in links
    local = {link for link in links if not link.startswith("variants/")}
    assert {f"assets/theory/{name}-light.svg" for name in names} <= local
    for link in local:
        assert (target.parents[1] / link).is_file(), link
    assert local >= {f"assets/theory/{path.name}" for path in folder.iterdir()}


def test_the_page_says_what_came_out(folder):
    text, facts = page(folder, known=[]), json.loads((folder / "theory.json").read_text())
    assert display.number(facts["outcome"]["value"], 4) in text
    assert facts["hardware"]["processor"] in text and ">nan<" not in text
