"""How long the site takes to build once the results are there, and how much its pages weigh.

`make bench-site`, after `make repro`. The site is built without DVC: once with nothing left of an
earlier build, then some more times, of which the middle one counts. Sizes are those of the HTML as
a server sends it, by gzip at its default level. The figures go to results/bench/site.json.
"""

import gzip
import json
import shutil
import statistics
import time
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark import config
from benchmark.common.provenance import provenance
from benchmark.config import Params
from benchmark.website.site import PUBLIC, publish
from benchmark.website.templates import COMPILED

OUT = Path("results/bench/site.json")
AGAIN = 5  # builds
PAGES = ("index", "leaderboards/*", "compare", "films", "variants/*", "learn/*", "zh/*")


def weight(path: Path) -> int:
    """Bytes of a file as it is sent."""
    return len(gzip.compress(path.read_bytes()))


def sizes(public: Path) -> dict[str, dict[str, Any]]:
    """Of each kind of page how many there are, and the heaviest of them, in kilobytes."""
    found = {}
    for kind in PAGES:
        weights = {path: weight(path) for path in public.glob(f"{kind}.html")}
        if weights:
            page = max(weights, key=lambda path: weights[path])
            found[kind] = {
                "pages": len(weights),
                "heaviest": page.relative_to(public).as_posix(),
                "kilobytes": round(weights[page] / 1000, 1),
            }
    return found


def seconds(settings: Params) -> float:
    """How long the site takes to build."""
    started = time.perf_counter()
    publish(settings)
    return time.perf_counter() - started


def main() -> None:
    settings = config.load().with_results()
    shutil.rmtree(COMPILED, ignore_errors=True)
    shutil.rmtree(PUBLIC, ignore_errors=True)
    first = seconds(settings)
    again = statistics.median(seconds(settings) for _ in range(AGAIN))
    files = [path for path in PUBLIC.rglob("*") if path.is_file()]
    facts = {
        "variants": int(pd.read_csv("results/leaderboard.csv")["variant"].nunique()),
        "leaderboards": sum(len(leaderboard.datasets) for leaderboard in settings.tracks.values()),
        "runs": len(settings.runs),
        "seconds": {"from nothing": round(first, 1), "once more": round(again, 1)},
        "files": len(files),
        "megabytes": round(sum(path.stat().st_size for path in files) / 1e6, 1),
        "sizes": sizes(PUBLIC),
        **provenance(),
    }
    OUT.write_text(json.dumps(facts, indent=1) + "\n")
    print(
        json.dumps(
            {key: facts[key] for key in ("seconds", "files", "megabytes", "sizes")}, indent=1
        )
    )


if __name__ == "__main__":
    main()
