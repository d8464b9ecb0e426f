"""Sites of made-up results."""

import json
import shutil
from contextlib import suppress

import pytest

from benchmark.config import Run
from benchmark.evaluation import walks
from benchmark.website.templates import load_templates
from tests.benchmark.evaluation.test_walks import trained
from tests.benchmark.website import made_up
from tests.benchmark.website.browser import ARGUMENTS, CHROMIUM, IDLE, LOOKS, PATIENCE
from tests.benchmark.website.html_pages import Page
from tests.benchmark.website.made_up import CASES, REPOSITORY, STUDIES
from tests.shared import make_once


def build_once(request, name):
    """Build the site of a case in the first process of pytest that asks for it."""
    folder = make_once(
        request, name.replace(", ", "_"), lambda folder: made_up.build(folder, **CASES[name])
    )
    return folder / "public"


@pytest.fixture(scope="session", params=CASES, ids=str)
def public(request):
    """The built site of a case, as its folder and the case."""
    return build_once(request, request.param), CASES[request.param]


@pytest.fixture(scope="session")
def site_of_two_variants(request):
    return build_once(request, "two variants")


@pytest.fixture(scope="session")
def pages(public):
    return {path: Page(path) for path in public[0].rglob("*.html")}


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    return made_up.build(
        tmp_path_factory.mktemp("browser"),
        variants=["dcgan", "wgan"],
        seeds=[0, 1, 2],
        diverged=[("wgan", 1)],
        names=["images", "toy", "video", "text"],
        studies=STUDIES,
    )


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

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
            layout = json.loads((run.scored / "walk.json").read_text())
            shown[name] = layout | {"fetched": name == "dcgan"}
            folder = site / "assets/play/digits"
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(run.scored / "walk.png", folder / f"{name}.png")
            if shown[name]["network"]:
                shutil.copy(run.scored / "network.js", folder / f"{name}.js")
    page = load_templates(REPOSITORY / "site").get_template("play.md")
    text = page.render(root="", walks={"digits": shown}, has_fetched=True).split("---\n", 2)[2]
    (site / "play.html").write_text(f"<!doctype html><html lang=en><body>{text}</body></html>")
    return shown


@pytest.fixture
def opened(site, browser):
    """Opens pages of the site by name; an error on a page fails the test."""
    from playwright.sync_api import TimeoutError

    contexts, errors, requests = [], [], []

    def note_error(error):
        # the theme's buttons of code listen to every click, and set what DataTables has fixed
        if "delegateTarget" not in str(error):
            errors.append(str(error))

    def note_failure(request):
        if (
            request.resource_type != "xhr"
        ):  # axe requests style sheets a second time, which fails for file URLs
            errors.append(f"failed: {request.url}")

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
        with suppress(TimeoutError):  # the browser does not always report it
            page.wait_for_load_state("networkidle", timeout=IDLE)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not errors
    assert [url for url in requests if not url.startswith(("file://", "data:", "blob:"))] == []
