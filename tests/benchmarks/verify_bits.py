"""Train each cell of params.yaml twice, in two different ways, and compare: `make verify-bits`.

Once one cell after another, with plain output; once side by side, as on a terminal, with a
checkpoint every second. The report is results/bench/verify_bits.json.
"""

import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmark import params, train
from benchmark.checkpoint import only_one
from benchmark.messages import stop
from benchmark.provenance import provenance
from benchmark.repro import PROCESSES, join, start
from tests.benchmarks.faults import hashes

OUT = Path("results/bench/verify_bits.json")
WAYS = {
    "plain": {"jobs": 1, "terminal": False, "checkpoint_seconds": 20.0},
    "side by side": {"jobs": 4, "terminal": True, "checkpoint_seconds": 1.0},
}


def child(
    folder: Path,
    settings: params.Params,
    cell: params.Cell,
    terminal: bool,
    checkpoint_seconds: float,
) -> None:
    """Train one cell in a folder."""
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if terminal:
        os.environ["FORCE_COLOR"] = "1"  # rich then takes the output for a terminal
    train.CHECKPOINT_SECONDS = checkpoint_seconds
    with only_one(cell.name):
        train.train(cell, settings)


def run(
    folder: Path,
    settings: params.Params,
    cell: params.Cell,
    terminal: bool,
    checkpoint_seconds: float,
) -> dict[str, str]:
    """Train one cell in a process of its own; SHA-256 of each output."""
    process = PROCESSES.Process(
        target=child, args=(folder, settings, cell, terminal, checkpoint_seconds)
    )
    start(process)
    join(process)
    if process.exitcode:
        raise RuntimeError(f"{cell}: exit status {process.exitcode}")
    return hashes(folder, cell)


def train_all(
    folder: Path, settings: params.Params, *, jobs: int, **way: Any
) -> list[dict[str, str]]:
    """Train all cells in a folder with the data, so many at a time; the hashes of each."""
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(partial(run, folder, settings, **way), settings.cells))


def compare(folders: list[Path], settings: params.Params) -> list[dict[str, Any]]:
    """Train all cells in each of two folders in a way of its own; what came out of each cell."""
    made = [
        train_all(folder, settings, **way)
        for folder, way in zip(folders, WAYS.values(), strict=True)
    ]
    return [
        {
            "cell": str(cell),
            "sha256": one,
            "identical": {name: one[name] == other[name] for name in one},
        }
        for cell, one, other in zip(settings.cells, *made, strict=True)
    ]


def main() -> None:
    settings = params.load()
    for dataset in settings.images.datasets:
        if not Path(f"data/{dataset}/train.npz").is_file():
            stop(f"data/{dataset}: not there; run `dvc repro prepare@{dataset}` first")
    with tempfile.TemporaryDirectory() as folder:
        folders = [Path(folder) / name for name in WAYS]
        for place in folders:
            place.mkdir()
            (place / "data").symlink_to(Path("data").resolve())
        rows = compare(folders, settings)
    shown = Table("cell", *rows[0]["identical"])
    for row in rows:
        shown.add_row(
            row["cell"], *("same" if same else "DIFFERS" for same in row["identical"].values())
        )
    identical = sum(all(row["identical"].values()) for row in rows)
    Console().print(shown, f"{identical} of {len(rows)} cells came out the same to the byte")
    facts = {"identical": identical, "of": len(rows), "ways": WAYS, "cells": rows, **provenance()}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(facts, indent=1) + "\n")
    raise SystemExit(identical < len(rows))


if __name__ == "__main__":
    main()
