"""What the page of a variant shows of a board: runs, curves, samples, cost and provenance."""

import math
from pathlib import Path
from typing import Any

from benchmark import config
from benchmark.config import Cell
from benchmark.website import read
from benchmark.website.pictures import link
from benchmark.website.samples import Shown, classes, folder, moments, reconstructions, whole
from benchmark.website.training import charts, readings

OF_THE_FIRST = {"moments": moments, "classes": classes, "reconstructions": reconstructions}
CURVES = ("losses", "judging", "trajectory")  # of a run, which its charts show


def results(row: dict[str, Any], board: dict[str, Any]) -> dict[str, Any]:
    """What the page of a variant shows of one board: its runs, curves and samples.

    Args:
        row: its row of the board.
        board: the board, see `boards.leaderboard`.
    """
    settings, cells = board["settings"], row["cells"]
    entry = settings.variants[row["variant"]]
    keywords = config.model_keywords(settings.datasets[board["dataset"]], entry)
    held_out = [
        reference[f"{board['curve']}_mean"]
        for reference in board["references"]
        if reference["variant"] == "held_out"
    ]
    told = zip(cells, row["by_seed"], row["trajectories"], strict=True)
    runs = [
        describe_run(cell, seed, over, board["curve"])
        | {"pictures": of_seed(cell).told, "keywords": keywords}
        for cell, seed, over in told
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
    """All samples of a cell."""
    picture = cell.scored / "samples.png"
    return whole(picture, f"{folder(cell)}/samples-{cell.seed}", cell.board)


def draw(cells: list[Cell]) -> None:
    """The files that the page of a variant shows of the cells of a row, and offers to take home."""
    where = folder(cells[0])
    for show in OF_THE_FIRST.values():
        show(cells[0], where).draw()
    for cell in cells:
        if cell != cells[0]:  # of which more is drawn, for the leaderboard
            of_seed(cell).draw()
        for name, file in records(cell).items():
            link(file, f"{where}/{name.replace('.', f'-{cell.seed}.')}")


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


def describe_run(
    cell: Cell, seed: dict[str, Any], over: list[list[float]], curve: str
) -> dict[str, Any]:
    """One training run: its scores, curves, and the records of how it was made.

    Of points, the curves over training are left to a film, but for that of the score.

    Args:
        cell: whose run it is.
        seed: its scores.
        over: what was seen at each moment, and the metric that is taken over training.
        curve: the name of that metric; lower is better.
    """
    filmed = cell.board == "toy"
    moments = [{"images": seen, curve: value} for seen, value in zip(*over, strict=True)]
    known = [moment for moment in moments if math.isfinite(moment[curve])]
    return {
        **seed,
        **{path.stem: read(path) for path in records(cell).values() if path.suffix == ".json"},
        "cell": cell,
        "where": folder(cell),
        "losses": [] if filmed else readings(cell.losses),
        "judging": [] if filmed else readings(cell.trained / "health.csv"),
        "trajectory": over,
        "best": min(known, key=lambda moment: moment[curve]) if known else None,
        "last": moments[-1] if moments else None,
    }
