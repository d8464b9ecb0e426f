"""The page on theory: its charts, and a template that fits what is computed."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmark.studies import theory
from benchmark.website import display, theory_charts
from benchmark.website.templates import load_templates

SITE = Path(__file__).parents[3] / "site"
GAME = theory.Game(rounds=4, k=2, batch=16, width=4, shown=(2, 4), looks=3, draws=500, bins=20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("theory")
    theory.write_tables(folder, GAME)
    return folder


@pytest.fixture(scope="module")
def drawn(folder):
    return theory_charts.draw(folder)


def test_every_chart_is_there(drawn):
    assert sorted(drawn) == ["discriminator-2", "discriminator-4", "lines", "slopes", "value"]


def page(folder, papers):
    """Render the page as Markdown."""
    facts = json.loads((folder / "theory.json").read_text())
    return (
        load_templates(SITE)
        .get_template("theory.md")
        .render(
            root="",
            theory=facts,
            papers=papers,
            rings=None,
            modes=8,
            charts=theory_charts.draw(folder),
        )
    )


class Links(HTMLParser):
    """The links of a page, and the pictures it shows."""

    def __init__(self, text):
        super().__init__()
        self.links = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.links |= {value.split("#")[0] for key, value in attrs if key in ("src", "href")}


def test_the_page_shows_every_chart_and_offers_every_table(folder, drawn):
    text = page(folder, papers=["dcgan"])
    pictures = re.findall(r"<figure class=\"chart\".*?</figure>", text, re.DOTALL)
    assert len(pictures) == len(drawn)
    for picture in pictures:
        assert ElementTree.fromstring(picture.replace(" data-search-exclude", "")).tag == "figure"
    links = {link for link in Links(text).links if not link.startswith("http")}
    assert "variants/dcgan.html" in links and "variants/wgan.html" not in links
    local = {link for link in links if not link.startswith("variants/")}
    assert local >= {f"assets/theory/{path.name}" for path in folder.iterdir()}
    for link in local:
        assert (folder / link.removeprefix("assets/theory/")).is_file(), link


@pytest.mark.parametrize(
    "words",
    [
        *("Wasserstein distance", "log 2", "θ", "−log 4", "saturating", "non-saturating"),
        *("learnt discriminator", "optimal discriminator", "D(G(z))"),
        *("learnt D", "optimal D", "density of the samples", "½"),
    ],
)
def test_charts_name_what_they_show(folder, words):
    pictures = re.findall(r"<(?:text|li)[^>]*>.*?</(?:text|li)>", page(folder, papers=[]))
    assert any(words in picture for picture in pictures)


def test_the_page_says_what_came_out(folder):
    text, facts = page(folder, papers=[]), json.loads((folder / "theory.json").read_text())
    assert display.number(facts["outcome"]["value"], 4) in text
    assert facts["hardware"]["processor"] in text and ">nan<" not in text
