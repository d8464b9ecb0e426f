"""The site in a browser, as a reader has it: from its folder, without a server."""

import csv
import io
import json
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError as NoAnswer
from playwright.sync_api import sync_playwright

from benchmark.config import Run
from benchmark.evaluation import walks
from benchmark.website.templates import load_templates
from tests.benchmark.evaluation.test_walks import trained
from tests.benchmark.website import made_up
from tests.benchmark.website.made_up import REPOSITORY, STUDIES

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed"),
]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = {"width": 390, "height": 800}, {"width": 1280, "height": 900}
KINDS = (
    "index",
    "leaderboards/index",
    "leaderboards/digits",
    "across",
    "studies/index",
    "studies/clipping",
    "compare",
    "films",
    "variants/wgan",
    "method",
    "theory",
    "learn/losses",
    "learn/claims",
    "zh/game",
    "verify",
    "architecture",
    "changes",
    "add-a-variant",
    "own-images",
    "score",
)
# as variants may be called
LONG = """document.querySelectorAll("option").forEach((option) => {
  option.textContent = "minibatch_discrimination_and_more"
})"""
PATIENCE, IDLE = 120_000, 10_000  # ms: for an answer of the page; until it loads nothing more
LOOKS = {"light": ("light", DESK), "dark": ("dark", DESK), "phone": ("light", PHONE)}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return made_up.build(
        tmp_path_factory.mktemp("browser"),
        variants=["dcgan", "wgan"],
        seeds=[0, 1],
        diverged=[("wgan", 1)],
        names=["images", "toy", "video", "text"],
        studies=STUDIES,
    )


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def playground(site):
    """The page to play on, with a generator that runs in it and a conditional one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(site.parent)
        shown = {}
        for name, more in (("dcgan", {}), ("cgan", {"classes": 3})):
            run = Run("images", "digits", name, 7)
            run.scored.mkdir(parents=True)
            walks.write_walk(trained(name, (1, 8, 8), latent=4, width=4, **more), run)
            shown[name] = json.loads((run.scored / "walk.json").read_text())
            folder = site / "assets/play/digits"
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(run.scored / "walk.png", folder / f"{name}.png")
            if shown[name]["network"]:
                shutil.copy(run.scored / "network.js", folder / f"{name}.js")
    page = load_templates(REPOSITORY / "site").get_template("play.md")
    text = page.render(root="", walks={"digits": shown}).split("---\n", 2)[2]
    (site / "play.html").write_text(f"<!doctype html><html lang=en><body>{text}</body></html>")
    return shown


@pytest.fixture
def opened(site, browser):
    """Opens pages of the site by their names; any error on a page fails the test."""
    contexts, complaints, requests = [], [], []

    def note_error(error):
        # the theme's buttons of code listen to every click, and set what DataTables has fixed
        if "delegateTarget" not in str(error):
            complaints.append(str(error))

    def note_failure(request):
        if (
            request.resource_type != "xhr"
        ):  # axe requests style sheets a second time, which files refuse
            complaints.append(f"failed: {request.url}")

    def open_(name, *, look="light", script=True, **options):
        scheme, size = LOOKS[look]
        context = browser.new_context(
            color_scheme=scheme, viewport=size, java_script_enabled=script, **options
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", note_error)
        page.on("request", lambda request: requests.append(request.url))
        page.on("requestfailed", note_failure)
        path, _, fragment = name.partition("#")
        page.goto(f"file://{site}/{path}.html" + (f"#{fragment}" if fragment else ""))
        with suppress(NoAnswer):  # the browser does not always report it
            page.wait_for_load_state("networkidle", timeout=IDLE)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not complaints
    assert [url for url in requests if not url.startswith(("file://", "data:", "blob:"))] == []


def names(page):
    """The variants that a leaderboard shows, in its order."""
    rows = page.locator("#leaderboard-digits tbody:first-of-type tr:visible th")
    return [text.strip() for text in rows.all_inner_texts()]


def test_a_leaderboard_is_searched_sorted_and_cut_and_its_address_keeps_that(opened):
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
    page.get_by_label("Precision").first.uncheck()
    assert not page.locator("#leaderboard-digits thead th", has_text="Precision").is_visible()
    reopened = opened("leaderboards/digits#" + page.url.partition("#")[2])
    assert names(reopened) == names(page)
    assert not reopened.locator("#leaderboard-digits thead th", has_text="Precision").is_visible()
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


def test_two_are_compared_and_swapped(opened):
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


def test_a_third_is_compared_with_the_first(opened):
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


def test_training_is_shown_as_a_film(opened):
    page = opened("variants/dcgan")
    film = page.locator(".moments-film").first
    assert film.is_visible() and film.locator("output").inner_text() == "800"
    film.get_by_label("Moment of training").fill("0")
    assert film.locator("output").inner_text() == "400"
    film.get_by_role("button", name="Play").click()
    film.locator("output", has_text="800").wait_for()
    assert film.locator(".frame").evaluate("frame => frame.style.backgroundPositionY") == "100%"


def test_a_walk_goes_on_and_samples_are_drawn(opened, playground):
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


def test_there_and_back_between_languages(opened):
    page = opened("index")
    page.get_by_role("link", name="中文").first.click()
    assert page.url.endswith("zh/index.html")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.locator(".switch a").click()
    assert page.url.endswith("/index.html") and "zh" not in page.url.rsplit("/", 2)[1]
    page = opened("zh/losses")
    page.locator(".switch a").click()
    assert page.url.endswith("learn/losses.html")


def test_without_scripts_tables_and_pictures_are_there(opened):
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
