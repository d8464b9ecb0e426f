"""Conditional rows in a browser: a second leaderboard, and pairs that are not compared."""

import pytest

from tests.benchmark.website import made_up
from tests.benchmark.website.browser import MARKS

pytestmark = MARKS


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return made_up.build(
        tmp_path_factory.mktemp("conditional"),
        variants=["cgan", "dcgan", "acgan", "wgan"],
        seeds=[0, 1],
        diverged=[],
        names=["images"],
    )


def test_only_variants_with_one_condition_are_compared(opened):
    page = opened("compare#data=digits&first=dcgan&second=cgan&third=wgan")
    mixed, pair = page.locator(".compare-verdicts p").all_inner_texts()
    assert "No comparison" in mixed and "labels" in mixed
    assert "pairings of seeds" in pair and "corrected for 1 comparison;" in pair
    facts = page.locator(".compare-facts").all_inner_texts()
    assert facts[0].startswith("rank 1–2 of unconditional rows")
    assert facts[1].startswith("rank 1–2 of conditional rows")


def test_each_leaderboard_is_searched_by_itself(opened):
    page = opened("leaderboards/digits")
    tables = [page.locator(f"#leaderboard-digits{end}") for end in ("", "-labels")]
    rows = [table.locator("tbody:not(.references) th[scope=row]") for table in tables]
    assert [set(row.all_inner_texts()) for row in rows] == [{"dcgan", "wgan"}, {"cgan", "acgan"}]
    bars = page.locator(".find-bar input[type=search]")
    bars.nth(3).fill("acgan")  # after the three tables of unconditional rows
    assert [row.all_inner_texts() for row in rows][1] == ["acgan"]
    assert len(rows[0].all_inner_texts()) == 2
