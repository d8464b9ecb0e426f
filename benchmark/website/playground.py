"""Films, latent walks and generators that readers can play with."""

from collections.abc import Iterable
from typing import Any

from benchmark.common.files import read_json
from benchmark.config import Run
from benchmark.website import DRAWN
from benchmark.website.pictures import link


def has_film(run: Run) -> bool:
    """Whether there is a film of a run: of recorded rows, only few have one."""
    return (run.scored / "film.js").is_file()


def list_films(leaderboards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """List data set, variants and seeds of the leaderboards with films of their runs."""
    listed = []
    for leaderboard in leaderboards:
        filmed = [run for row in leaderboard["trained"] for run in row["runs"] if has_film(run)]
        if filmed:
            listed.append(
                {
                    "dataset": leaderboard["dataset"],
                    "variants": [
                        variant
                        for variant in leaderboard["settings"].variants
                        if any(run.variant == variant for run in filmed)
                    ],
                    "seeds": sorted({run.seed for run in filmed}),
                }
            )
    return listed


def link_films(runs: Iterable[Run]) -> None:
    """Link the films of runs, where there are any."""
    for run in runs:
        if has_film(run):
            folder = f"assets/films/{run.dataset}"
            (DRAWN / folder).mkdir(parents=True, exist_ok=True)
            link(run.scored / "film.js", f"{folder}/{run.variant}-{run.seed}.js")


def link_walks(runs: Iterable[Run]) -> dict[str, dict[str, Any]]:
    """Link latent walks and generators.

    Returns:
        Data set -> variant -> the description of its walk.
    """
    walks: dict[str, dict[str, Any]] = {}
    for run in runs:
        walk = read_json(run.scored / "walk.json", network=bool)
        walks.setdefault(run.dataset, {})[run.variant] = walk
        folder = f"assets/play/{run.dataset}"
        (DRAWN / folder).mkdir(parents=True, exist_ok=True)
        link(run.scored / "walk.png", f"{folder}/{run.variant}.png")
        if walk["network"]:
            link(run.scored / "network.js", f"{folder}/{run.variant}.js")
    return walks
