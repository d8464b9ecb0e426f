"""What the page of a variant shows of a board: runs, curves, samples, cost and provenance."""

import shutil
from typing import Any

import pandas as pd

from benchmark import params
from benchmark.params import Cell
from benchmark.site import DRAWN, read
from benchmark.site.samples import classes, moments, reconstructions, samples
from benchmark.site.training import charts, judged

CURVES = ("losses", "judged", "trajectory")  # of a run, as tables, which its charts show


def results(variant: str, board: dict[str, Any]) -> dict[str, Any]:
    """What the page of a variant shows of one board: its runs, curves and samples.

    Args:
        variant: its name.
        board: the board, see `boards.leaderboard`.
    """
    row = next(row for row in board["trained"] if row["variant"] == variant)
    name, dataset, settings = board["name"], board["dataset"], board["settings"]
    entry = settings.variants[variant]
    keywords = params.model_keywords(settings.datasets[dataset], entry)
    held_out = [
        reference[f"{board['curve']}_mean"]
        for reference in board["references"]
        if reference["variant"] == "held_out"
    ]
    cells = [Cell(name, dataset, variant, seed["seed"]) for seed in row["by_seed"]]
    found = drawn(cells, row, keywords, board["curve"], held_out[0] if held_out else None)
    return {"board": board, "row": row, "entry": entry, **found}


def drawn(
    cells: list[Cell],
    row: dict[str, Any],
    keywords: dict[str, Any],
    curve: str,
    held_out: float | None,
) -> dict[str, Any]:
    """The runs of a row, and what is drawn of them.

    Args:
        cells: one a seed.
        row: their row of the leaderboard.
        keywords: what the constructor is given.
        curve: the metric that is taken over training.
        held_out: its value for held-out data.
    """
    first = cells[0]
    where = f"assets/results/{first.board}/{first.dataset}/{first.variant}"
    (DRAWN / where).mkdir(parents=True, exist_ok=True)
    shown = [row["pictures"]]  # of the first one, for the leaderboard
    shown += [
        samples(cell.scored / "samples.png", f"{where}/samples-{cell.seed}", cell.board)
        for cell in cells[1:]
    ]
    runs = [
        run(cell, seed, keywords, curve, where) | {"pictures": pictures}
        for cell, seed, pictures in zip(cells, row["by_seed"], shown, strict=True)
    ]
    return {
        "charts": charts(runs, first.board, curve, held_out),
        "moments": moments(first, where),
        "classes": classes(first, where),
        "reconstructions": reconstructions(first, where),
        "cells": [{key: own for key, own in run.items() if key not in CURVES} for run in runs],
    }


def run(
    cell: Cell, seed: dict[str, Any], keywords: dict[str, Any], curve: str, where: str
) -> dict[str, Any]:
    """One training run: its scores, curves, and the records of how it was made.

    Of points, the curves over training are left to a film, but for that of the score.
    """
    filmed = cell.board == "toy"
    trajectory = pd.read_csv(cell.trajectory).astype(float)
    known = trajectory[trajectory[curve].notna()]
    records = {}
    files = {
        "training.json": cell.trained / "training.json",
        "evaluation.json": cell.scored / "evaluation.json",
        "health.json": cell.scored / "health.json",
        "losses.csv": cell.losses,
        "health.csv": cell.trained / "health.csv",
        "trajectory.csv": cell.trajectory,
    }
    for name, file in files.items():
        stem, suffix = name.split(".")
        shutil.copyfile(file, DRAWN / where / f"{stem}-{cell.seed}.{suffix}")
        if suffix == "json":
            records[stem] = read(file)
    return {
        **seed,
        **records,
        "cell": cell,
        "where": where,
        "keywords": keywords,
        "losses": None if filmed else pd.read_csv(cell.losses),
        "judged": None if filmed else judged(pd.read_csv(cell.trained / "health.csv")),
        "trajectory": trajectory,
        "best": dict(known.loc[known[curve].idxmin()]) if len(known) else None,
        "last": dict(trajectory.iloc[-1]) if len(trajectory) else None,
    }
