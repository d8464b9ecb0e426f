"""Waiting times of a reader on a leaderboard of 200 rows, in Chromium.

Part of `make bench-site`, after the site was built. A temporary copy of the first leaderboard
repeats its rows under other names. The time of an interaction is that from the event to the second
frame after it, by which the browser has painted: about 33 ms are the frames themselves. The figures
go to results/bench/interactions.json.
"""

import json
import re
import shutil
import statistics
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmark import config
from benchmark.common.messages import stop
from benchmark.common.provenance import provenance
from benchmark.website.site import PUBLIC

OUT = Path("results/bench/interactions.json")
ROWS, TIMES = 200, 7
FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
TYPED = "find.value = {}; find.dispatchEvent(new Event('input'))"
CHOSEN = "facet.value = {}; facet.dispatchEvent(new Event('input'))"
# interaction -> its script, and the script that reverts it
INTERACTIONS = {
    "find": (TYPED.format("'gan'"), TYPED.format("''")),
    "filter": (CHOSEN.format("facet.options[1].value"), CHOSEN.format("''")),
    "sort": ("sort.click()", "sort.click()"),
    "hide a column": ("box.click()", "box.click()"),
}
CONTROLS = """
const bar = document.querySelector(".find-bar"), find = bar.querySelector("input[type=search]")
const facet = bar.querySelector("select"), box = bar.querySelector(".columns input:not(:disabled)")
const sort = document.querySelector("table.leaderboard thead button")
"""


def repeat_rows(page: str, rows: int) -> str:
    """Repeat the rows of the page of a leaderboard up to so many."""
    head, body, rest = re.split(r"(?<=<tbody>\n)(.*?)(?=</tbody>)", page, maxsplit=1, flags=re.S)
    originals = re.findall(r"<tr .*?</tr>\n", body, re.S)
    repeated = [
        re.sub(
            r'(<th scope="row"><a [^>]*>)([^<]*)',
            rf"\g<1>\g<2>_{number}",
            originals[number % len(originals)],
        )
        for number in range(rows)
    ]
    return head + "".join(repeated) + rest


def measure(page: Page, action: str) -> float:
    """Measure the milliseconds from an event until the browser has painted."""
    script = f"""async () => {{
      {CONTROLS}
      const started = performance.now()
      {action}
      await {FRAMES}
      return performance.now() - started
    }}"""
    return page.evaluate(script)


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        stop("expected Chromium, found none; install it to measure waiting times")
    track = next(iter(config.load_params().with_results().tracks.values()))
    dataset = next(iter(track.datasets))
    path = PUBLIC / "leaderboards" / "many.html"
    path.write_text(repeat_rows((PUBLIC / "leaderboards" / f"{dataset}.html").read_text(), ROWS))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"file://{path.resolve()}")
            rows = page.locator("table.leaderboard").first.locator("tbody").first.locator("tr")
            assert rows.count() == ROWS
            timings = {
                name: [(measure(page, do), measure(page, undo))[0] for _ in range(TIMES)]
                for name, (do, undo) in INTERACTIONS.items()
            }
            browser.close()
    finally:
        path.unlink()
    waits = {name: round(statistics.median(times)) for name, times in timings.items()}
    facts = {"rows": ROWS, "milliseconds": waits, **provenance()}
    OUT.write_text(json.dumps(facts, indent=1) + "\n")
    print(json.dumps(waits, indent=1))


if __name__ == "__main__":
    main()
