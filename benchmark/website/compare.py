"""Two variants side by side: what the page of comparisons shows, a script a data set.

A script is ASCII that says ``compared(dataset, {...})`` once it is loaded, and one of a variant's
file says ``source(variant, "...")``, so that a page can take them in without a server. What is not
finite is null. The keys:

- ``shown``: what the samples of all have in common; ``unit``: what the budget is counted in;
  ``headline``, ``curve``: names of metrics.
- ``metrics``: name, title, digits and whether higher is better, or null, of each that is shown.
- ``variants``: of each trained one its kind, range of ranks, verdicts, seconds and parameters of a
  run, the picture of its samples or its sentences, ``scores`` (metric -> mean, low, high) and
  ``trajectory``: of each seed the images seen, and ``curve`` at these.
- ``pairs``: of each two, the better first: the columns of results/comparisons.csv behind these.
"""

import math
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.common.scripts import write_script
from benchmark.website.display import METRICS, UNITS

PAIR = ["first", "second", "difference", "low", "high", "improvement", "p", "p_adjusted"]
DIGITS = 3  # of a metric that has no title


def finite(value: Any) -> Any:
    """A number as JSON has it, of six digits; null for what is no finite one."""
    if value is None or pd.isna(value) or math.isinf(value):
        return None
    return float(f"{value:.6g}")


def write(leaderboard: dict[str, Any], comparisons: pd.DataFrame, target: Path) -> None:
    """The script of a data set.

    Args:
        leaderboard: as `leaderboards.build_leaderboard` gives it.
        comparisons: results/comparisons.csv.
        target: the file to write.
    """
    write_script(target, "compared", leaderboard["dataset"], compared(leaderboard, comparisons))


ALIKE = {
    "images": "what was given, the same for all, and below it what was made of that{truth}",
    "captions": "the first drawn; a place has the same caption for all",
    "text": "the first sentences, from the same random numbers",
    "plane": "all points, from the same random numbers",
    "noise": "the first drawn, from the same random numbers: where two take noise of one size, each"
    " place shows the same latent",
}


def shown_alike(leaderboard: dict[str, Any]) -> str:
    """What the samples of all variants of a leaderboard have in common, to be read above them."""
    apart = {"text": "text", "toy": "plane"}.get(leaderboard["name"], "noise")
    truth = "; below that the truth" if "psnr" in leaderboard["higher"] else ""
    what = ALIKE[leaderboard["given"] or apart].format(truth=truth)
    return f"Seed {leaderboard['settings'].seeds[0]}, not chosen: {what}."


def compared(leaderboard: dict[str, Any], comparisons: pd.DataFrame) -> dict[str, Any]:
    """What the script of a data set hands over; see `write`."""
    shown = [*leaderboard["metrics"], *leaderboard["further"]]
    own = comparisons[
        (comparisons["track"] == leaderboard["name"])
        & (comparisons["dataset"] == leaderboard["dataset"])
    ]
    return {
        "shown": shown_alike(leaderboard),
        "unit": UNITS.get(leaderboard["name"], "images"),
        "headline": leaderboard["headline"],
        "curve": leaderboard["curve"],
        "metrics": [
            [name, *METRICS.get(name, (name, DIGITS)), leaderboard["higher"][name]]
            for name in shown
        ],
        "variants": {
            row["variant"]: variant(row, leaderboard, shown) for row in leaderboard["trained"]
        },
        "pairs": [
            [*row[:2], *map(finite, row[2:])]
            for row in own[PAIR].itertuples(index=False, name=None)
        ],
    }


def variant(row: dict[str, Any], leaderboard: dict[str, Any], shown: list[str]) -> dict[str, Any]:
    """What is said of one variant: its row of the leaderboard, and its curve over training."""
    headline, pictures = leaderboard["headline"], row["pictures"] or {}
    return {
        "kind": row["kind"],
        "ranks": [finite(row.get(f"{headline}_rank_{end}")) for end in ("best", "worst")],
        "verdicts": {str(name): int(count) for name, count in row["verdicts"].items()},
        "seeds": row["seeds"],
        "seconds": finite(row["seconds"]),
        "parameters": finite(row["parameters"]),
        "picture": pictures.get("moving") or pictures.get("whole"),
        "still": pictures.get("whole"),
        "sentences": pictures.get("sentences"),
        "scores": {
            name: [finite(row.get(f"{name}_{what}")) for what in ("mean", "low", "high")]
            for name in shown
        },
        "trajectory": [
            [[int(seen) for seen in images], [finite(value) for value in values]]
            for images, values in row["trajectories"]
        ],
    }
