"""How long a reader waits on a leaderboard of 200 rows, in Chromium.

Part of `make bench-site`, after the site was built. The rows of the first leaderboard are repeated under
other names, in a copy of its page that goes again. Of each interaction the time from the event to
the second frame after it is taken, by which the browser has painted: about 33 ms are the frames
themselves. The figures go to results/bench/interactions.json.
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
# what is done, and by what it is undone
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


def many(page: str, rows: int) -> str:
    """A leaderboard's page with so many rows, those that it has again and again."""
    head, body, rest = re.split(r"(?<=<tbody>\n)(.*?)(?=</tbody>)", page, maxsplit=1, flags=re.S)
    own = re.findall(r"<tr .*?</tr>\n", body, re.S)
    repeated = [
        re.sub(
            r'(<th scope="row"><a [^>]*>)([^<]*)', rf"\g<1>\g<2>_{number}", own[number % len(own)]
        )
        for number in range(rows)
    ]
    return head + "".join(repeated) + rest


def wait(page: Page, action: str) -> float:
    """Milliseconds from an event until it is painted."""
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
        stop("Chromium is not installed: what readers wait for is not measured")
    (leaderboard, *_) = config.load().with_results().boards.values()
    dataset = next(iter(leaderboard.datasets))
    path = PUBLIC / "leaderboards" / "many.html"
    path.write_text(many((PUBLIC / "leaderboards" / f"{dataset}.html").read_text(), ROWS))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"file://{path.resolve()}")
            rows = page.locator("table.leaderboard").first.locator("tbody").first.locator("tr")
            assert rows.count() == ROWS
            found = {
                name: [(wait(page, do), wait(page, undo))[0] for _ in range(TIMES)]
                for name, (do, undo) in INTERACTIONS.items()
            }
            browser.close()
    finally:
        path.unlink()
    waits = {name: round(statistics.median(times)) for name, times in found.items()}
    facts = {"rows": ROWS, "milliseconds": waits, **provenance()}
    OUT.write_text(json.dumps(facts, indent=1) + "\n")
    print(json.dumps(waits, indent=1))


if __name__ == "__main__":
    main()
