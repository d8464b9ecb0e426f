"""Settings of the browser, and names of the pages to open."""

import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


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
    "sensitivity",
    "tuning",
    "theory",
    "learn/losses",
    "learn/claims",
    "zh/game",
    "verify",
    "architecture",
    "changes",
    "add-a-variant",
    "add-a-track",
    "clusters",
    "own-images",
    "score",
)


# as variants may be called
LONG = """document.querySelectorAll("option").forEach((option) => {
  option.textContent = "minibatch_discrimination_and_more"
})"""


PATIENCE, IDLE = 120_000, 10_000  # ms: for an answer of the page; until it loads nothing more


LOOKS = {"light": ("light", DESK), "dark": ("dark", DESK), "phone": ("light", PHONE)}


def names(page):
    """The variants that a leaderboard shows, in its order."""
    rows = page.locator("#leaderboard-digits tbody:first-of-type tr:visible th")
    return [text.strip() for text in rows.all_inner_texts()]


MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed"),
]
