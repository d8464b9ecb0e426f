"""A site with made-up results of tricks, built from records."""

import pytest

from benchmark.reporting import readme, tricks
from tests.benchmark.website import made_up
from tests.benchmark.website.html_pages import Page, find_broken_links


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tricks")
    (folder / readme.README).write_text("\n".join(readme.TRICK_MARKS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tricks, "TRACKS", ("images",))
        return made_up.build(
            folder,
            variants=["dcgan", "top_k", "lazy_r1"],
            seeds=[0, 1, 2],
            diverged=[("lazy_r1", 1)],
            names=["images"],
            from_records=True,
        )


@pytest.mark.parametrize(
    ("name", "root", "words"),
    [("tricks", "", "Runs diverged with"), ("zh/tricks", "../", "出现发散的训练")],
)
def test_the_page_shows_each_trick_beside_its_base(public, name, root, words):
    text = (public / f"{name}.html").read_text()
    assert words in text and 'id="tricks-digits"' in text and "make repro" not in text
    for trick in ("top_k", "lazy_r1"):
        assert f'<a href="{root}variants/{trick}.html">' in text
        picture = f'src="{root}assets/results/images/digits/{trick}/samples-0-strip.png"'
        assert (picture in text) == (trick == "top_k"), "a run of lazy_r1 diverged"
    assert "Undefined" not in text and ">nan<" not in text


def test_the_table_is_recorded_and_can_be_downloaded(public):
    table = tricks.read_results(public / "downloads")
    assert list(table["trick"]) == ["top_k", "lazy_r1"] and list(table["diverged"]) == [0, 1]
    assert table["improvement"][0] == 0, "all variants have equal scores"
    assert table.equals(tricks.read_results(public.parent / "results"))
    assert "- Of 2 tested tricks," in (public.parent / readme.README).read_text()


def test_links_resolve(public):
    assert not find_broken_links({path: Page(path) for path in public.rglob("*.html")})
