"""The site, built from a small made-up tree of results: whole, closed in itself, and safe."""

import html
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from benchmark.evaluation import diagnosis
from benchmark.website import display
from benchmark.website.navigation import LEARN
from benchmark.website.site import run_mkdocs
from tests.benchmark.website import made_up
from tests.benchmark.website.made_up import HOSTILE, REPOSITORY, STUDIES

CASES = {
    "two variants": {
        "variants": ["dcgan", "wgan"],
        "seeds": [0, 1],
        "diverged": [("wgan", 1)],
        "names": ["images", "toy", "video", "text"],
        "studies": STUDIES,
    },
    "one seed, diverged": {
        "variants": ["dcgan"],
        "seeds": [0],
        "diverged": [("dcgan", 0)],
        "names": ["images"],
    },
}


@pytest.fixture(scope="module", params=CASES, ids=str)
def public(request, tmp_path_factory):
    """The built site of a case, as its folder and the case."""
    case = CASES[request.param]
    return made_up.build(tmp_path_factory.mktemp("site"), **case), case


def has_all_tracks(case):
    return len(case["names"]) > 1


class Page(HTMLParser):
    """The links, the anchors and the scripts of a page."""

    LOADING: ClassVar = {
        "script": "src",
        "img": "src",
        "iframe": "src",
        "source": "src",
        "link": "href",
    }

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.inline: list[str] = []  # scripts that stand in the page
        self.feed(path.read_text())

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append((tag, values))
        if values.get("id"):
            self.ids.add(values["id"])
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if address := values.get(self.LOADING.get(tag, "")):
            self.loaded.append(address)

    def handle_data(self, data):
        if self.cdata_elem == "script":
            self.inline.append(data)


@pytest.fixture(scope="module")
def pages(public):
    return {path: Page(path) for path in public[0].rglob("*.html")}


def test_every_page_is_there(public):
    folder, case = public
    further = ["leaderboards/ring8", "leaderboards/moving_digits", "leaderboards/grammar", "films"]
    further += ["studies/index", *(f"studies/{name}" for name in STUDIES)]
    expected = further if has_all_tracks(case) else []
    expected += [
        "index",
        "method",
        "reproduce",
        "architecture",
        "verify",
        "add-a-variant",
        "schema",
        "licences",
        "score",
    ]
    expected += [
        "across",
        "benchmarks",
        "compare",
        "changes",
        "own-images",
        "own-text",
        "health",
        "theory",
        "leaderboards/digits",
        "leaderboards/index",
        "variants/index",
    ]
    expected += [f"{folder}/{name}" for folder in ("learn", "zh") for name in LEARN]
    expected += ["zh/index"]
    expected += ["variants/dcgan", "variants/wgan"]  # a file has its page, on a leaderboard or not
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.html")} == {
        f"{name}.html" for name in expected
    }


def test_links_and_anchors_resolve(pages):
    broken = []
    for path, page in pages.items():
        for address in page.links + page.loaded:
            parts = urlsplit(address)
            if parts.scheme in ("http", "https") or address == "":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            lost = parts.scheme or not target.exists()
            if lost or (
                parts.fragment
                and target in pages
                and "=" not in parts.fragment  # choices that a script reads
                and parts.fragment not in pages[target].ids | {"__top"}
            ):
                broken.append((path.name, address))
    assert not broken


def test_nothing_is_loaded_from_elsewhere(public, pages):
    for path, page in pages.items():
        outside = [a for a in page.loaded if urlsplit(a).scheme or a.startswith(("//", "/"))]
        assert not outside, path
    for sheet in public[0].rglob("*.css"):
        text = sheet.read_text().replace(" ", "")
        assert "url(http" not in text and "@import" not in text, sheet


def test_what_the_data_say_is_text(public, pages):
    for path, page in pages.items():
        assert not any("alert" in text for text in page.inline), path
        for tag, attributes in page.tags:
            assert not any(name.startswith("on") for name in attributes), (path, tag)
            assert tag != "iframe"
            assert not (attributes.get("href") or "").startswith("javascript:")
    text = (public[0] / "variants" / "dcgan.html").read_text()
    for place in ("name", "citation", "body", "formula", "broken"):
        assert f'alert("{place}")' in text.replace("&quot;", '"'), place
    assert (
        "&lt;b&gt;Processor&lt;/b&gt;" in (public[0] / "leaderboards" / "digits.html").read_text()
    )


def test_sentences_are_text(public):
    folder, case = public
    if not has_all_tracks(case):
        return
    for name in ("leaderboards/grammar", "variants/dcgan"):
        text = (folder / f"{name}.html").read_text()
        shown = re.findall(r'<ul class="sentences">(.*?)</ul>', text, re.DOTALL)
        assert shown, name
        text = html.unescape("\n".join(shown))
        assert "<li><script>alert('sentence')</script></li>" in text, name
        assert "<li>```</li>" in text and "<li>~~~ <img src=x" in text, name
        assert not any(re.search(r"<(?!/?li>)", line) for line in shown), name
    text = html.unescape((folder / "variants/dcgan.html").read_text())
    assert "$$x$$ [a link](javascript:alert(1)) &amp; \ufffdwzxhzdk:0\ufffd" in text


def test_formulas_are_mathml(public):
    text = (public[0] / "variants" / "dcgan.html").read_text()
    assert "<math" in text and "arithmatex" not in text


def rows_of(text: str) -> list[str]:
    """The heads of the rows of a leaderboard."""

    class Rows(HTMLParser):
        def __init__(self):
            super().__init__()
            self.names, self.inside = [], False

        def handle_starttag(self, tag, attrs):
            head = tag == "th" and ("scope", "row") in attrs
            self.inside = head or (self.inside and tag == "a")

        def handle_data(self, data):
            if self.inside and data.strip():
                self.names.append(data.strip())

        def handle_endtag(self, tag):
            self.inside = False

    reader = Rows()
    reader.feed(text)
    return reader.names


def test_the_leaderboard_has_every_row(public):
    folder, case = public
    for page in ("leaderboards/digits.html", "index.html"):
        text = (folder / page).read_text()
        tables = (
            2 if page.startswith("leaderboards") else 1
        )  # the leaderboard, and the further metrics
        expected = sorted([*case["variants"], "held_out", "noise"] * tables)
        assert sorted(rows_of(text)) == expected, page
        assert f"1 of {len(case['seeds'])} diverged" in text
        assert ("no interval" in text) and "nan" not in text.lower().split("<title>", 1)[1][:50]


def test_every_run_has_a_verdict_with_its_reason(public, pages):
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


def test_the_page_on_health_has_every_verdict_and_its_thresholds(public, pages):
    path = public[0] / "health.html"
    names = ("diverged", "vanishing-generator-gradient", "discriminator-overfitting")
    assert pages[path].ids >= {*names, "mode-collapse", "oscillation", "healthy"}
    text = path.read_text()
    for threshold in (diagnosis.LIMIT, diagnosis.DIVERGENCE):
        assert display.number(threshold, 0 if threshold > 1 else 2) in text


def test_numbers_are_never_shown_as_nan(pages, public):
    for path in (public[0] / "leaderboards").glob("*.html"):
        assert ">nan<" not in path.read_text().lower()
    for path in (public[0] / "variants").glob("*.html"):
        assert ">nan<" not in path.read_text().lower()


def test_curves_are_there_unless_nothing_is_finite(public):
    folder, case = public
    text = (folder / "variants/dcgan.html").read_text()
    titles = re.findall(r'<svg [^>]*role="img" aria-label="([^"]*)"', text)
    expected = ["Losses of the discriminator over images seen", "FID over images seen"]
    of_digits = [title for title in titles if "images seen" in title]
    assert len(of_digits) == (len(expected) if ("dcgan", 0) not in case["diverged"] else 0)
    assert all(map(str.startswith, of_digits, expected))
    assert any("over points seen" in title for title in titles) == has_all_tracks(case)


def test_clips_move_unless_the_reader_asks_for_none(public):
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


def test_the_theory_page_counts_the_modes_that_are_lost(public):
    folder, case = public
    text = (folder / "theory.html").read_text()
    assert ("Seeds that miss modes" in text) == has_all_tracks(case)
    if has_all_tracks(case):  # seed 1 of each covers 7 of the 8 by construction
        row = r'dcgan.html"><code>dcgan</code></a></th><td>1 of 2</td><td>8, 7</td>'
        assert re.search(row, text)


def test_downloads_are_the_files_themselves(public):
    folder, _ = public
    assert (folder / "downloads" / "dcgan.py").read_text() == HOSTILE
    assert (folder / "downloads" / "scores.csv").read_text().startswith("track,dataset,variant,")


def test_a_fault_in_a_page_ends_the_stage(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(REPOSITORY / "site", "site")
    pages = tmp_path / "results" / "pages"
    shutil.copytree("site/docs", pages)
    (pages / "nav.json").write_text(json.dumps([{"Home": "index.md"}]))
    (pages / "index.md").write_text("# Home\n\n[lost](nowhere.md)\n")
    with pytest.raises(SystemExit) as stopped:
        run_mkdocs()
    assert stopped.value.code == 1
    assert "nowhere.md" in capsys.readouterr().err


def test_what_is_compared_is_what_the_tables_say(public):
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
            assert variant["kind"] == row["kind"] and len(variant["trajectory"]) == row["seeds"]
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


def test_chinese_pages_say_that_they_are(public):
    folder, _ = public
    for path in folder.rglob("*.html"):
        language = "zh-Hans" if path.parent.name == "zh" else "en"
        assert f'<html lang="{language}"' in path.read_text(encoding="utf-8")


def test_leaderboards_of_references_are_shown(tmp_path):
    case = CASES["two variants"] | {"names": ["images"], "diverged": []}
    folder = made_up.build(tmp_path, **case, ranked=False)
    leaderboard = (folder / "leaderboards/digits.html").read_text()
    assert "held_out" in leaderboard and "0 variants on digits" in leaderboard
    assert "no variant" in (folder / "leaderboards/index.html").read_text()
    assert "held_out" in (folder / "index.html").read_text()
    assert "None yet" in (folder / "variants/dcgan.html").read_text()
    for path in folder.rglob("*.html"):
        assert ">nan<" not in path.read_text().lower()
