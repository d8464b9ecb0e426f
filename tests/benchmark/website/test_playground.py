"""The walks of the page Play: of rows that are made here, and of fetched ones."""

from pathlib import Path

import pytest

from benchmark.config import Run
from benchmark.evaluation import walks
from benchmark.evaluation.fetched import FETCHED
from benchmark.website import DRAWN, playground
from benchmark.website.templates import load_templates
from tests.benchmark.evaluation.test_walks import trained
from tests.benchmark.website.made_up import REPOSITORY


def write_walk(run, name="dcgan", **keywords):
    """Write the weights' file that marks a fetched run, and its walk."""
    for folder in (run.trained, run.scored):
        folder.mkdir(parents=True)
    (run.trained / "weights.safetensors").touch()
    walks.write_walk(trained(name, (1, 8, 8), latent=4, width=4, **keywords), run)
    return run


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Two seeds of one row and one of another, and three fetched rows, one of them made here."""
    monkeypatch.chdir(tmp_path)
    made_here = [("wgan", 0), ("dcgan", 0), ("dcgan", 1)]
    for variant in ("dcgan", "cgan", "lsgan"):
        keywords = {"classes": 3} if variant == "cgan" else {}
        write_walk(Run("images", "digits", variant, 0, FETCHED), variant, **keywords)
    return [write_walk(Run("images", "digits", variant, seed)) for variant, seed in made_here]


def test_fetched_rows_come_after_those_that_are_made_here(runs):
    rows = ["digits-held_out", "digits-dcgan", "digits-wgan", "digits-lsgan"]
    listed = playground.list_walks(runs, rows)
    assert [(run.variant, playground.has_fetched([run])) for run in listed] == [
        ("dcgan", False),
        ("wgan", False),
        ("cgan", True),
        ("lsgan", True),
    ]
    assert {run.seed for run in listed} == {0}


def test_a_walk_that_is_being_fetched_is_not_listed(runs):
    Path("fetched/images/digits/lsgan").rename("fetched/.tmp")
    listed = playground.list_walks(runs, [])
    assert [run.variant for run in listed] == ["cgan"]


def test_the_page_marks_fetched_rows(runs):
    DRAWN.mkdir(parents=True)
    listed = playground.list_walks(runs, ["digits-wgan"])
    shown = playground.link_walks(listed)
    assert {name: walk["fetched"] for name, walk in shown["digits"].items()} == {
        "wgan": False,
        "cgan": True,
        "lsgan": True,
    }
    for run in listed:
        for suffix in ("png", "js") if run.variant != "cgan" else ("png",):
            linked = DRAWN / f"assets/play/digits/{run.variant}.{suffix}"
            name = "walk.png" if suffix == "png" else "network.js"
            assert linked.read_bytes() == (run.scored / name).read_bytes()
    page = load_templates(REPOSITORY / "site").get_template("play.md")
    text = page.render(root="", walks=shown, has_fetched=playground.has_fetched(listed))
    for caption in ("wgan, digits<", "cgan, digits, a row a class, fetched weights<"):
        assert caption in text
    assert "\n\n<div" in text and "Fetched weights were trained elsewhere" in text
    without = page.render(root="", walks=shown, has_fetched=False)
    assert "trained elsewhere" not in without


def test_without_walks_the_page_says_how_to_get_weights():
    page = load_templates(REPOSITORY / "site").get_template("play.md")
    text = page.render(root="", walks={}, has_fetched=False)
    assert "make repro ROWS=" in text and "gan-benchmark fetch" in text
    assert "<script" not in text and "<div" not in text
