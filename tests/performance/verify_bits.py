"""Train each cell of params.yaml once more, in another way, and compare: `make verify-bits`.

What `make repro` recorded was trained side by side, in the order of the file, with plain output or
a terminal, with a checkpoint every 20 seconds. Here it is trained in the opposite order, as on a
terminal, with a checkpoint every second. The report is results/bench/verify_bits.json. `make
verify-bits BOARDS="images toy"` does so for these boards alone.
"""

import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmark import config
from benchmark.common.messages import stop
from benchmark.common.provenance import provenance
from benchmark.pipeline.processes import FORKS, join, start
from benchmark.training import train
from benchmark.training.checkpoints import only_one
from tests.performance.faults import hashes

OUT = Path("results/bench/verify_bits.json")
AGAIN = {"jobs": os.cpu_count() or 1, "terminal": True, "checkpoint_seconds": 1.0}


def child(
    folder: Path,
    settings: config.Params,
    cell: config.Cell,
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
    settings: config.Params,
    cell: config.Cell,
    terminal: bool,
    checkpoint_seconds: float,
) -> dict[str, str]:
    """Train one cell in a process of its own; SHA-256 of each output."""
    process = FORKS.Process(
        target=child, args=(folder, settings, cell, terminal, checkpoint_seconds)
    )
    start(process)
    join(process)
    if process.exitcode:
        raise RuntimeError(f"{cell}: exit status {process.exitcode}")
    return hashes(folder, cell)


def train_all(
    folder: Path, settings: config.Params, *, jobs: int, **way: Any
) -> list[dict[str, str]]:
    """Train all cells in a folder with the data, so many at a time, the last first; their hashes.

    Returns:
        Those of each cell, in the order of ``settings.cells``.
    """
    with ThreadPoolExecutor(jobs) as pool:
        backwards = settings.cells[::-1]
        return list(pool.map(partial(run, folder, settings, **way), backwards))[::-1]


def compare(
    settings: config.Params, ones: list[dict[str, str]], others: list[dict[str, str]]
) -> list[dict[str, Any]]:
    """Which outputs of each cell are the same in one list of hashes and in another."""
    return [
        {
            "cell": str(cell),
            "sha256": one,
            "identical": {name: one[name] == other[name] for name in one},
        }
        for cell, one, other in zip(settings.cells, ones, others, strict=True)
    ]


def main() -> None:
    settings = config.load()
    asked = sys.argv[1:] or list(settings.boards)
    settings = settings.model_copy(
        update={name: None for name in settings.boards if name not in asked}
    )
    if not settings.cells:
        stop(f"{' '.join(asked)}: no board of {config.FILE}")
    for cell in settings.cells:
        if not (cell.trained / "weights.safetensors").is_file():
            stop(f"{cell.trained}: not trained yet; run make repro first")
    recorded = [hashes(Path(), cell) for cell in settings.cells]
    with tempfile.TemporaryDirectory() as folder:
        for needed in ("data", "features"):
            (Path(folder) / needed).symlink_to(Path(needed).resolve())
        rows = compare(settings, recorded, train_all(Path(folder), settings, **AGAIN))
    shown = Table("cell", *rows[0]["identical"])
    for row in rows:
        shown.add_row(
            row["cell"], *("same" if same else "DIFFERS" for same in row["identical"].values())
        )
    identical = sum(all(row["identical"].values()) for row in rows)
    Console().print(shown, f"{identical} of {len(rows)} cells came out the same to the byte")
    facts = {"identical": identical, "of": len(rows), "boards": asked, "way": AGAIN}
    facts |= {"cells": rows, **provenance()}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(facts, indent=1) + "\n")
    raise SystemExit(identical < len(rows))


if __name__ == "__main__":
    main()
