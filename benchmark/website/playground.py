"""Films, latent walks and generators that readers can play with."""

from collections.abc import Iterable
from typing import Any

from benchmark.common.files import read_json
from benchmark.config import Run
from benchmark.evaluation.fetched import FetchedRun, list_fetched
from benchmark.website import DRAWN
from benchmark.website.pictures import link


def list_films(leaderboards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """List data set, variants and seeds of the leaderboards whose runs have films."""
    return [
        {
            "dataset": leaderboard["dataset"],
            "variants": list(leaderboard["settings"].variants),
            "seeds": leaderboard["settings"].seeds,
        }
        for leaderboard in leaderboards
        if leaderboard["page"].has_films
    ]


def link_films(runs: Iterable[Run]) -> None:
    """Link the films of runs, where there are any."""
    for run in runs:
        film = run.scored / "film.js"
        if film.exists():
            folder = f"assets/films/{run.dataset}"
            (DRAWN / folder).mkdir(parents=True, exist_ok=True)
            link(film, f"{folder}/{run.variant}-{run.seed}.js")


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
    made_here = [run for run in first.values() if not isinstance(run, FetchedRun)]
    ranked = sorted((run for run in made_here if run.row in ranks), key=lambda run: ranks[run.row])
    return [*ranked, *(run for run in first.values() if isinstance(run, FetchedRun))]


def has_fetched(runs: Iterable[Run]) -> bool:
    """Whether the weights of any of the runs were fetched."""
    return any(isinstance(run, FetchedRun) for run in runs)


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
