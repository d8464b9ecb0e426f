"""Films, latent walks and generators that readers can play with."""

from collections.abc import Iterable
from typing import Any

from benchmark.common.files import read_json
from benchmark.config import Run
from benchmark.evaluation.fetched import is_fetched, list_fetched
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


def list_walks(runs: Iterable[Run], rows: Iterable[str]) -> list[Run]:
    """List the first run of each row with a latent walk; fetched rows last.

    Args:
        runs: trained here; their rows are not taken from fetched ones.
        rows: names of rows, the best first.
    """
    first: dict[str, Run] = {}
    for run in (*runs, *list_fetched()):
        if (run.scored / "walk.json").exists():
            first.setdefault(run.row, run)
    ranks = {row: rank for rank, row in enumerate(rows)}
    made_here = [run for run in first.values() if not is_fetched(run)]
    ranked = sorted((run for run in made_here if run.row in ranks), key=lambda run: ranks[run.row])
    return [*ranked, *(run for run in first.values() if is_fetched(run))]


def has_fetched(runs: Iterable[Run]) -> bool:
    """Whether the weights of any of the runs were fetched."""
    return any(map(is_fetched, runs))


def link_walks(runs: Iterable[Run]) -> dict[str, dict[str, Any]]:
    """Link latent walks and generators.

    Returns:
        Data set -> variant -> the description of its walk, and whether its weights were fetched.
    """
    walks: dict[str, dict[str, Any]] = {}
    for run in runs:
        walk = read_json(run.scored / "walk.json", network=bool)
        walks.setdefault(run.dataset, {})[run.variant] = {**walk, "fetched": has_fetched([run])}
        folder = f"assets/play/{run.dataset}"
        (DRAWN / folder).mkdir(parents=True, exist_ok=True)
        link(run.scored / "walk.png", f"{folder}/{run.variant}.png")
        if walk["network"]:
            link(run.scored / "network.js", f"{folder}/{run.variant}.js")
    return walks
