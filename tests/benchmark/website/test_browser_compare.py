"""Leaderboards and comparisons in a browser."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.benchmark.website.browser import (
    MARKS,
    names,
)

pytestmark = MARKS


def test_the_address_keeps_search_order_and_columns(opened):
    page = opened("leaderboards/digits")
    assert sorted(names(page)) == ["dcgan", "wgan"]
    page.get_by_label("Find").first.fill("wgan")
    assert names(page) == ["wgan"] and "find=wgan" in page.url
    assert "1 of 2 variants" in page.locator(".find-bar [role=status]").first.inner_text()
    page.get_by_label("Find").first.fill("")
    for order in ("asc", "desc"):  # it is sorted a moment after the click
        page.get_by_label("Sort by Variant").first.click()
        page.wait_for_function("order => location.hash.includes(`sort=1.${order}`)", arg=order)
        assert names(page) == sorted(names(page), reverse=order == "desc")
    page.get_by_label("Sort by IS").first.click()  # higher is better: the best comes first
    page.wait_for_function("location.hash.includes('sort=3.desc')")
    page.locator(".columns summary").first.click()
    page.get_by_label("Clipped density").first.uncheck()
    assert not page.locator("#leaderboard-digits thead th", has_text="Clipped density").is_visible()
    reopened = opened("leaderboards/digits#" + page.url.partition("#")[2])
    assert names(reopened) == names(page)
    assert not reopened.locator(
        "#leaderboard-digits thead th", has_text="Clipped density"
    ).is_visible()
    assert reopened.locator("#leaderboard-digits .references .explained").first.is_visible()


@pytest.mark.parametrize("form", ["CSV", "JSON", "LaTeX"])
def test_the_rows_shown_can_be_saved(opened, form):
    page = opened("leaderboards/digits")
    page.get_by_label("Find").first.fill("dcgan")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=form, exact=True).first.click()
    text = Path(waiting.value.path()).read_text()
    shown = page.locator(
        "#leaderboard-digits tbody:first-of-type .score.lead .value"
    ).first.inner_text()
    if form == "LaTeX":
        assert text.startswith("\\begin{tabular}") and f" & {shown.strip(' ★')} & " in text
        return
    (row,) = json.loads(text) if form == "JSON" else csv.DictReader(io.StringIO(text))
    assert row["Variant"] == "dcgan" and float(row["FID"]) == float(shown.strip(" ★"))
    assert float(row["Parameters"]) == 12345


def test_compares_and_swaps_two_variants(opened):
    page = opened("compare#data=digits&first=wgan&second=dcgan")
    chosen = page.locator("#compare select").evaluate_all("all => all.map((one) => one.value)")
    assert chosen == ["digits", "wgan", "dcgan", "", ""]
    assert "FID" in page.locator(".compare-verdicts").inner_text()
    assert "same latent" in page.locator(".compare-shared").inner_text()
    assert page.locator(".compare-scores tbody tr").count() >= 4
    assert (
        page.locator(".compare-code .first").count()
        and page.locator(".compare-samples img").count() == 2
    )
    page.get_by_role("button", name="Swap").click()
    page.wait_for_function("location.hash.includes('first=dcgan')")
    page.locator("select[name=data]").select_option("grammar")
    page.wait_for_function("location.hash.includes('data=grammar')")
    assert page.locator(".compare-samples .sentences li").count()


def test_the_finished_seeds_are_compared_beside_the_diverged_ones(opened):
    page = opened("compare#data=digits&first=wgan&second=dcgan")
    text = page.locator(".compare-verdicts").inner_text()
    assert "No comparison" not in text and "of 6 pairings of seeds" in text
    assert "1 of 3 seeds of wgan diverged and are left out." in text
    assert "1 of 3 seeds diverged" in page.locator(".compare-facts").first.inner_text()
    row = opened("leaderboards/digits").locator("#leaderboard-digits tr", has_text="wgan").first
    assert "1 of 3 seeds diverged" in row.inner_text()
    assert row.locator(".rank").inner_text() == "2"


def test_compares_a_third_variant_with_the_first(opened):
    page = opened("compare#data=ring8&first=wgan&second=dcgan")
    assert page.locator(".compare-verdicts p").count() == 1
    page.locator("select[name=third]").select_option("dcgan")
    page.wait_for_function("location.hash.includes('third=dcgan')")
    assert page.locator(".compare-scores thead th").count() == 4
    assert page.locator(".compare-verdicts p").count() == 2
    assert page.locator(".compare-chart .line.third").count()
    page.locator("select[name=third]").select_option("")
    page.wait_for_function("!location.hash.includes('third')")
    assert page.locator(".compare-scores thead th").count() == 3


def test_rows_are_filtered_by_the_loss_of_a_variant(opened):
    page = opened("leaderboards/digits")
    loss = page.locator(".find-bar").first.locator("label", has_text="Loss")
    loss.locator("select").select_option("Wasserstein")
    assert names(page) == ["wgan"] and "loss=Wasserstein" in page.url
    assert names(opened("leaderboards/digits#loss=non-saturating")) == ["dcgan"]


def test_quality_is_drawn_over_each_cost(opened):
    page = opened("index")
    shown = page.locator(".scatter .scroll:visible")
    assert shown.count() == 1 and shown.get_attribute("data-cost") == "seconds"
    page.get_by_role("radio", name="multiply-adds").check()
    assert shown.count() == 1
    assert shown.get_attribute("data-cost") == "multiply_adds_per_sample"
    shown.locator("a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/variants/*")
    assert "/variants/" in page.url
