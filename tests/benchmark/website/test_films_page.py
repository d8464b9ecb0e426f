"""The page of films: its template, its player and its colours fit together."""

import json
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from benchmark.website.templates import load_templates
from tests.benchmark.website.made_up import REPOSITORY

LEADERBOARDS = [{"dataset": "ring8", "variants": ["dcgan", "wgan_gp"], "seeds": [0, 1]}]
PAPERS = {"dcgan": SimpleNamespace(name="DCGAN", title='Of "quotes" & <tags>')}
SCRIPT = REPOSITORY / "site/docs/assets/films.js"


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def find(self, **expected):
        return [attrs for _, attrs in self.tags if expected.items() <= attrs.items()]


@pytest.fixture
def page():
    template = load_templates(REPOSITORY / "site").get_template("films.md")
    return Tags(template.render(root="../", leaderboards=LEADERBOARDS, papers=PAPERS))


def test_the_player_gets_its_data(page):
    [player] = page.find(id="film-player")
    assert json.loads(player["data-leaderboards"]) == LEADERBOARDS
    assert json.loads(player["data-titles"]) == {"dcgan": 'DCGAN: Of "quotes" & <tags>'}
    assert player["data-root"] == "../"
    scripts = [attrs["src"] for tag, attrs in page.tags if tag == "script"]
    assert scripts == ["../assets/load.js", "../assets/films.js"]
    assert any(tag == "noscript" for tag, _ in page.tags)


def test_the_player_finds_its_parts_on_the_page(page):
    script = SCRIPT.read_text()
    names = {attrs["name"] for _, attrs in page.tags if attrs.get("name")}
    assert set(re.findall(r'control\("(\w+)"\)', script)) <= names
    reads = {attrs["data-read"] for _, attrs in page.tags if attrs.get("data-read")}
    assert set(re.findall(r'this\.read\("(\w+)"', script)) <= reads
    classes = {name for _, attrs in page.tags for name in (attrs.get("class") or "").split()}
    for name in re.findall(r'(?:find|querySelector|querySelectorAll)\("\.([\w-]+)"\)', script):
        assert name in classes, name
    for name in re.findall(r'\[data-chart="(\w+)"\]', script):
        assert page.find(**{"data-chart": name}), name
    style = (REPOSITORY / "site/docs/assets/site.css").read_text()
    colours = re.search(r"NAMES = \[(.*?)\]", script, re.DOTALL)[1]
    for name in re.findall(r'"(\w+)"', colours):
        assert style.count(f"--film-{name}:") == 2, name  # a light and a dark one


def test_the_player_fetches_nothing(page):
    assert not re.search(r"fetch\(|XMLHttpRequest|import\(|https?:", SCRIPT.read_text())
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
