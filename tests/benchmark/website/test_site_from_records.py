"""The site from records alone: that of the runs, but for what only runs have."""

import re
from pathlib import Path

import pytest

from tests.benchmark.website import made_up
from tests.benchmark.website.html_pages import Page, find_broken_links


@pytest.fixture(scope="module")
def sites(
    site_of_two_variants: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """The site of runs, and that of their records."""
    folder = tmp_path_factory.mktemp("site")
    return site_of_two_variants, made_up.build(
        folder, **made_up.CASES["two variants"], from_records=True
    )


def list_files(folder: Path, suffixes: set[str]) -> dict[str, Path]:
    return {
        str(path.relative_to(folder)): path
        for path in folder.rglob("*")
        if path.suffix in suffixes and "assets/films" not in str(path)
    }


def test_it_has_the_same_pages(sites: tuple[Path, Path]) -> None:
    made, recorded = (list_files(site, {".html"}).keys() for site in sites)
    assert made - recorded == {"films.html"} and not recorded - made


def test_it_has_the_same_samples(sites: tuple[Path, Path]) -> None:
    made, recorded = (list_files(site / "assets/results", {".png", ".webp"}) for site in sites)
    assert made and made.keys() == recorded.keys()
    different = [name for name in made if made[name].read_bytes() != recorded[name].read_bytes()]
    assert not different


def test_its_tables_are_the_same(sites: tuple[Path, Path]) -> None:
    for page in ("leaderboards/digits", "leaderboards/ring8", "leaderboards/grammar", "across"):
        made, recorded = (
            re.findall(r"<table.*?</table>", (site / f"{page}.html").read_text(), re.DOTALL)
            for site in sites
        )
        assert made and made == recorded, page


def test_its_links_resolve(sites: tuple[Path, Path]) -> None:
    pages = {path.resolve(): Page(path) for path in sites[1].rglob("*.html")}
    assert not find_broken_links(pages)


def test_it_says_that_nothing_was_trained(sites: tuple[Path, Path]) -> None:
    said = [
        "All rows are recorded" in (site / "leaderboards/digits.html").read_text() for site in sites
    ]
    assert said == [False, True]


def test_a_page_without_a_film_shows_the_losses(sites: tuple[Path, Path]) -> None:
    texts = [(site / "variants/dcgan.html").read_text() for site in sites]
    assert ["films.html#data=ring8" in text for text in texts] == [True, False]
    made, recorded = (text.count("Losses of the discriminator over points seen") for text in texts)
    assert recorded > made


def test_the_page_of_a_variant_says_where_its_results_were_made(sites: tuple[Path, Path]) -> None:
    made, recorded = (
        re.sub("<[^>]+>", "", (site / "variants/dcgan.html").read_text()) for site in sites
    )
    count = made.count("make repro ROWS=")
    assert count and count == recorded.count("make repro ROWS=")
    assert made.count("Made here on 2026-01-01 on ") == count and "Recorded on" not in made
    assert recorded.count("Recorded on 2026-01-01 on ") == count and "Made here" not in recorded
    commands = [text.count("gan-benchmark verify digits-dcgan") for text in (made, recorded)]
    assert commands == [0, 1]  # only a record can be verified


def test_pages_say_which_rows_a_plain_reproduction_leaves_out(sites: tuple[Path, Path]) -> None:
    for site in sites:
        pages = ("leaderboards/digits", "leaderboards/ring8", "leaderboards/grammar", "index")
        shown = [re.sub("<[^>]+>", "", (site / f"{name}.html").read_text()) for name in pages]
        digits = "leaves out slow rows (wgan); make repro LEADERBOARDS=digits makes them too"
        assert digits in shown[0] and digits in shown[3]
        assert "leaves this leaderboard out; make repro LEADERBOARDS=ring8 makes it" in shown[1]
        assert "leaves" not in shown[2]
        assert "不会训练较慢的行" in (site / "zh/index.html").read_text()
        for variant, count in (("dcgan", 0), ("wgan", 1)):
            text = (site / f"variants/{variant}.html").read_text()
            assert text.count("leaves this row out, because it is slow") == count
            assert text.count("leaves this leaderboard out") == 1
