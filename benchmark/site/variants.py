"""What the page of a variant shows of a board: runs, curves, samples, cost and provenance."""

import shutil
from typing import Any

import pandas as pd

from benchmark import health, params
from benchmark.params import Cell
from benchmark.site import PAGES, pictures, read
from benchmark.site.display import METRICS, UNITS
from benchmark.site.samples import classes, moments, reconstructions, samples

ACCURACIES = {
    "accuracy_train": "training images",
    "accuracy_held_out": "held-out images",
    "accuracy_generated": "samples",
}


def results(variant: str, board: dict[str, Any]) -> dict[str, Any]:
    """What the page of a variant shows of one board: its runs, curves and samples.

    Args:
        variant: its name.
        board: the board, see `boards.leaderboard`.
    """
    row = next(row for row in board["trained"] if row["variant"] == variant)
    where = f"assets/results/{board['name']}/{board['dataset']}/{variant}"
    (PAGES / where).mkdir(parents=True, exist_ok=True)
    runs = [
        run(Cell(board["name"], board["dataset"], variant, seed["seed"]), seed, board, where)
        for seed in row["by_seed"]
    ]
    first = runs[0]["cell"]
    return {
        "board": board,
        "row": row,
        "entry": board["settings"].variants[variant],
        "cells": runs,
        "charts": charts(runs, board, where),
        "moments": moments(first, where),
        "classes": classes(first, where),
        "reconstructions": reconstructions(first, where),
    }


def run(cell: Cell, seed: dict[str, Any], board: dict[str, Any], where: str) -> dict[str, Any]:
    """One training run: its scores, curves, samples, and the records of how it was made.

    Of points, the curves over training are left to a film, but for that of the score.
    """
    settings, curve = board["settings"], board["curve"]
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
        shutil.copy(file, PAGES / where / f"{stem}-{cell.seed}.{suffix}")
        if suffix == "json":
            records[stem] = read(file)
    return {
        **seed,
        **records,
        "cell": cell,
        "where": where,
        "keywords": params.model_keywords(
            settings.datasets[cell.dataset], settings.variants[cell.variant]
        ),
        "losses": None if filmed else pd.read_csv(cell.losses),
        "judged": None if filmed else judged(pd.read_csv(cell.trained / "health.csv")),
        "trajectory": trajectory,
        "best": dict(known.loc[known[curve].idxmin()]) if len(known) else None,
        "last": dict(trajectory.iloc[-1]) if len(trajectory) else None,
        "pictures": samples(
            cell.scored / "samples.png", f"{where}/samples-{cell.seed}", cell.board
        ),
    }


def charts(runs: list[dict[str, Any]], board: dict[str, Any], where: str) -> list[dict[str, Any]]:
    """Curves over training, a line a seed, those alone that have something to show."""

    def whole(what: str) -> pd.DataFrame:
        return pd.concat([run[what].assign(seed=run["seed"]) for run in runs], ignore_index=True)

    found: list[dict[str, Any]] = []
    if board["name"] != "toy":
        for player, own in whole("losses").groupby("player", sort=False):
            chart = f"{where}/losses-{player}"
            if pictures.curves(own, PAGES / chart, y="value", title="loss", term="term"):
                found.append({"kind": "losses", "player": player, "path": chart})
        chart = f"{where}/judged"
        own = whole("judged")
        if pictures.curves(own, PAGES / chart, y="value", title="accuracy", term="quantity"):
            found.append({"kind": "judged", "path": chart})
    curve = board["curve"]
    held_out = [r[f"{curve}_mean"] for r in board["references"] if r["variant"] == "held_out"]
    chart = f"{where}/{curve}"
    if pictures.curves(
        whole("trajectory"),
        PAGES / chart,
        y=curve,
        title=METRICS[curve][0],
        log=True,
        level=held_out[0] if held_out else None,
        level_name="held-out data",
        unit=UNITS.get(board["name"], "images"),
    ):
        found.append({"kind": "curve", "path": chart})
    return found


def judged(curves: pd.DataFrame) -> pd.DataFrame:
    """The judge's accuracy on each kind of image, averaged as the diagnosis does."""
    wide = curves[curves["player"] == "judge"].pivot(
        index="images", columns="quantity", values="value"
    )
    known = [name for name in ACCURACIES if name in wide]
    found = health.smooth(wide[known]).rename(columns=ACCURACIES).rename_axis(columns="quantity")
    return found.stack().rename("value").reset_index()
