"""Build time of the site, and weight of its pages.

`make bench-site`, after `make repro`. The site is built without DVC: first from nothing, then five
more times, of which the median counts. Sizes are those of the HTML as a server sends it, by gzip at
its default level. The figures go to results/bench/site.json.
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
REPEATS = 5  # of the build
PAGES = (
    "index",
    "leaderboards/*",
    "studies/*",
    "compare",
    "films",
    "variants/*",
    "learn/*",
    "zh/*",
)


def compress(path: Path) -> int:
    """Count the bytes of a file as a server sends it."""
    return len(gzip.compress(path.read_bytes()))


def measure_sizes(public: Path) -> dict[str, dict[str, Any]]:
    """Count the pages of each kind, and find the heaviest of them, in kilobytes."""
    sizes = {}
    for kind in PAGES:
        weights = {path: compress(path) for path in public.glob(f"{kind}.html")}
        if weights:
            page = max(weights, key=lambda path: weights[path])
            sizes[kind] = {
                "pages": len(weights),
                "heaviest": page.relative_to(public).as_posix(),
                "kilobytes": round(weights[page] / 1000, 1),
            }
    return sizes


def time_build(settings: Params) -> float:
    """Time one build of the site, in seconds."""
    started = time.perf_counter()
    publish(settings)
    return time.perf_counter() - started


def main() -> None:
    settings = config.load_params().with_results()
    shutil.rmtree(COMPILED, ignore_errors=True)
    shutil.rmtree(PUBLIC, ignore_errors=True)
    first = time_build(settings)
    repeated = statistics.median(time_build(settings) for _ in range(REPEATS))
    files = [path for path in PUBLIC.rglob("*") if path.is_file()]
    facts = {
        "variants": int(pd.read_csv("tables/leaderboard.csv")["variant"].nunique()),
        "leaderboards": sum(len(track.datasets) for track in settings.tracks.values()),
        "runs": len(settings.runs),
        "seconds": {"from nothing": round(first, 1), "once more": round(repeated, 1)},
        "files": len(files),
        "megabytes": round(sum(path.stat().st_size for path in files) / 1e6, 1),
        "sizes": measure_sizes(PUBLIC),
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
