"""The site, built from a small made-up tree of results: whole, closed in itself, and safe."""

import html
import json
import re
import shutil
from urllib.parse import urlsplit

import pytest

from benchmark.website.navigation import LEARN
from benchmark.website.site import run_mkdocs
from tests.benchmark.website.html_pages import find_broken_links, has_all_tracks
from tests.benchmark.website.made_up import REPOSITORY, STUDIES
from tests.benchmark.website.made_up_sources import HOSTILE


def test_builds_every_page(public):
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
        "add-a-track",
        "schema",
        "licences",
        "score",
    ]
    expected += [
        "across",
        "benchmarks",
        "compare",
        "changes",
        "clusters",
        "own-images",
        "own-text",
        "play",
        "published",
        "health",
        "sensitivity",
        "tuning",
        "theory",
        "leaderboards/digits",
        "leaderboards/index",
        "variants/index",
    ]
    expected += [f"{folder}/{name}" for folder in ("learn", "zh") for name in LEARN]
    expected += ["zh/index", "few_images", "zh/few_images", "tricks", "zh/tricks"]
    expected += ["variants/dcgan", "variants/wgan"]  # a file has its page, on a leaderboard or not
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.html")} == {
        f"{name}.html" for name in expected
    }


def test_links_and_anchors_resolve(pages):
    assert not find_broken_links(pages)


def test_pages_load_nothing_from_other_hosts(public, pages):
    for path, page in pages.items():
        outside = [a for a in page.loaded if urlsplit(a).scheme or a.startswith(("//", "/"))]
        assert not outside, path
    for sheet in public[0].rglob("*.css"):
        text = sheet.read_text().replace(" ", "")
        assert "url(http" not in text and "@import" not in text, sheet


def test_markup_in_results_is_escaped(public, pages):
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


def test_markup_in_sentences_is_escaped(public):
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


def test_numbers_are_never_shown_as_nan(pages, public):
    for path in (public[0] / "leaderboards").glob("*.html"):
        assert ">nan<" not in path.read_text().lower()
    for path in (public[0] / "variants").glob("*.html"):
        assert ">nan<" not in path.read_text().lower()


def test_downloads_are_the_files_themselves(public):
    folder, _ = public
    assert (folder / "downloads" / "dcgan.py").read_text() == HOSTILE
    assert (folder / "downloads" / "scores.csv").read_text().startswith("track,dataset,variant,")


def test_a_broken_link_ends_the_stage(tmp_path, monkeypatch, capsys):
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


def test_pages_declare_their_language(public):
    folder, _ = public
    for path in folder.rglob("*.html"):
        language = "zh-Hans" if path.parent.name == "zh" else "en"
        assert f'<html lang="{language}"' in path.read_text(encoding="utf-8")
