"""What the page of a variant shows of a board: runs, curves, samples, cost and provenance."""

import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark import params
from benchmark.params import Cell
from benchmark.site import DRAWN, read
from benchmark.site.samples import Shown, classes, folder, moments, reconstructions, samples
from benchmark.site.training import charts, judged

OF_THE_FIRST = {"moments": moments, "classes": classes, "reconstructions": reconstructions}
CURVES = ("losses", "judged", "trajectory")  # of a run, as tables, which its charts show


def results(row: dict[str, Any], board: dict[str, Any]) -> dict[str, Any]:
    """What the page of a variant shows of one board: its runs, curves and samples.

    Args:
        row: its row of the board.
        board: the board, see `boards.leaderboard`.
    """
    settings, cells = board["settings"], row["cells"]
    entry = settings.variants[row["variant"]]
    keywords = params.model_keywords(settings.datasets[board["dataset"]], entry)
    held_out = [
        reference[f"{board['curve']}_mean"]
        for reference in board["references"]
        if reference["variant"] == "held_out"
    ]
    runs = [
        run(cell, seed, board["curve"]) | {"pictures": of_seed(cell).told, "keywords": keywords}
        for cell, seed in zip(cells, row["by_seed"], strict=True)
    ]
    return {
        "board": board,
        "row": row,
        "entry": entry,
        "charts": charts(runs, board["name"], board["curve"], held_out[0] if held_out else None),
        **{name: show(cells[0], folder(cells[0])).told for name, show in OF_THE_FIRST.items()},
        "cells": [{key: own for key, own in run.items() if key not in CURVES} for run in runs],
    }


def of_seed(cell: Cell) -> Shown:
    """The samples of a cell."""
    picture = cell.scored / "samples.png"
    return samples(picture, f"{folder(cell)}/samples-{cell.seed}", cell.board)


def draw(cells: list[Cell]) -> None:
    """The files that the page of a variant shows of the cells of a row, and offers to take home."""
    where = folder(cells[0])
    for show in OF_THE_FIRST.values():
        show(cells[0], where).draw()
    for cell in cells:
        of_seed(cell).draw()
        for name, file in records(cell).items():
            shutil.copyfile(file, DRAWN / where / name.replace(".", f"-{cell.seed}."))


def records(cell: Cell) -> dict[str, Path]:
    """What a run has left to be read, by the names that it has on the site."""
    return {
        "training.json": cell.trained / "training.json",
        "evaluation.json": cell.scored / "evaluation.json",
        "health.json": cell.scored / "health.json",
        "losses.csv": cell.losses,
        "health.csv": cell.trained / "health.csv",
        "trajectory.csv": cell.trajectory,
    }


def run(cell: Cell, seed: dict[str, Any], curve: str) -> dict[str, Any]:
    """One training run: its scores, curves, and the records of how it was made.

    Of points, the curves over training are left to a film, but for that of the score.

    Args:
        cell: whose run it is.
        seed: its scores.
        curve: the metric that is taken over training.
    """
    filmed = cell.board == "toy"
    trajectory = pd.read_csv(cell.trajectory).astype(float)
    known = trajectory[trajectory[curve].notna()]
    return {
        **seed,
        **{path.stem: read(path) for path in records(cell).values() if path.suffix == ".json"},
        "cell": cell,
        "where": folder(cell),
        "losses": None if filmed else pd.read_csv(cell.losses),
        "judged": None if filmed else judged(pd.read_csv(cell.trained / "health.csv")),
        "trajectory": trajectory,
        "best": dict(known.loc[known[curve].idxmin()]) if len(known) else None,
        "last": dict(trajectory.iloc[-1]) if len(trajectory) else None,
    }
