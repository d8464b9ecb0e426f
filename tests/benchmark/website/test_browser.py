"""The site in a browser, as a reader has it: from its folder, without a server."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.benchmark.website.browser import KINDS, LONG, LOOKS, MARKS, names

pytestmark = MARKS


def test_training_is_shown_as_a_film(opened):
    page = opened("variants/dcgan")
    film = page.locator(".moments-film").first
    assert film.is_visible() and film.locator("output").inner_text() == "800"
    film.get_by_label("Moment of training").fill("0")
    assert film.locator("output").inner_text() == "400"
    film.get_by_role("button", name="Play").click()
    film.locator("output", has_text="800").wait_for()
    assert film.locator(".frame").evaluate("frame => frame.style.backgroundPositionY") == "100%"


def test_draws_samples_and_interpolations(opened, playground):
    page = opened("play")
    assert page.locator("select[name=variant]").input_value() == "dcgan"
    assert page.locator(".play-samples canvas").count() == 32
    drawn = "all => all.map((canvas) => canvas.toDataURL()).join()"
    before = page.locator(".play-samples canvas").evaluate_all(drawn)
    page.get_by_role("button", name="New samples").click()
    page.wait_for_function("location.hash.includes('seed=1')")
    assert page.locator(".play-samples canvas").evaluate_all(drawn) != before
    page.get_by_role("slider", name="Across").fill("3")
    assert "across=3" in page.url and "4 of 15 across" in (
        page.locator(".play-walk").get_attribute("aria-label") or ""
    )
    page.locator("select[name=variant]").select_option("cgan")
    assert page.locator(".play-samples canvas").count() == 0
    assert page.get_by_role("slider", name="Class").get_attribute("max") == "2"
    reopened = opened("play#data=digits&variant=dcgan&seed=1")
    assert reopened.locator(".play-samples canvas").evaluate_all(drawn) != before


def test_a_film_plays(opened):
    page = opened("films")
    assert page.locator("#film-player").is_visible()
    page.keyboard.press("End")
    assert page.locator("[name=at]").input_value() != "0"


def test_a_film_counts_the_points_of_each_side(opened, site):
    file = site / "assets/films/ring8/wgan-0.js"
    text = file.read_text()
    (seen,) = re.findall(r'"samples_seen": ?\[([\d, ]+)\]', text)
    numbers = [int(number) for number in seen.split(",")]
    address = "films#data=ring8&seed=0&left=dcgan&right=wgan&at=0"
    first, last = (f"{number:,}".replace(",", "\u202f") for number in (numbers[0], numbers[-1]))
    shown = opened(address).locator("[data-read=seen]")
    expect(shown).to_have_text(f"{first} of {last} points seen")
    file.write_text(text.replace(seen, ",".join(str(2 * number) for number in numbers)))
    try:
        twice = (f"{2 * number:,}".replace(",", "\u202f") for number in (numbers[0], numbers[-1]))
        shown = opened(address).locator("[data-read=seen]")
        expect(shown).to_have_text(
            f"left {first} of {last}, right {' of '.join(twice)} points seen"
        )
    finally:
        file.write_text(text)


def test_switches_between_languages(opened):
    page = opened("index")
    page.get_by_role("link", name="中文").first.click()
    assert page.url.endswith("zh/index.html")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.locator(".switch a").click()
    assert page.url.endswith("/index.html") and "zh" not in page.url.rsplit("/", 2)[1]
    page = opened("zh/losses")
    page.locator(".switch a").click()
    assert page.url.endswith("learn/losses.html")


def test_shows_tables_and_pictures_without_scripts(opened):
    page = opened("leaderboards/digits", script=False)
    assert sorted(names(page)) == ["dcgan", "wgan"]
    assert page.locator("#leaderboard-digits img").first.is_visible()
    page = opened("compare", script=False)
    assert not page.locator("#compare").is_visible()
    assert page.locator("table:visible").count()


@pytest.mark.parametrize("name", KINDS)
def test_no_page_is_wider_than_a_phone(opened, name):
    page = opened(name, look="phone")
    page.evaluate(LONG)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize(
    ("name", "look"),
    [(name, look) for name in KINDS for look in LOOKS],
)
def test_axe_finds_nothing(opened, name, look):
    page = opened(name, look=look)
    violations = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in violations] == []
