"""Train and score cells once more, and hold them against the published table.

`gan-benchmark verify digits-dcgan ring8-wgan-3` does so for all seeds of the first row and
for one of the second, in a folder that is thrown away: runs/ and the tables stay as they are. Of
each metric it says whether it came out

- identical, to the last digit;
- within the interval of the row, that of its mean over training seeds;
- different from both.

What came out is kept in results/bench/verified.csv, a line a cell, the last time that it was
verified; the exit status says whether anything was different. Data and feature spaces are those
that are there.
"""

import argparse
import json
import math
import os
import re
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmark import config
from benchmark.common.messages import nearest, stop
from benchmark.common.provenance import provenance
from benchmark.config import Cell
from benchmark.evaluation import evaluate
from benchmark.pipeline.processes import FORKS, join, start
from benchmark.tracks import FEATURELESS
from benchmark.training import train

OUT = Path("results/bench/verified.csv")
PUBLISHED = Path("results/scores.csv"), Path("results/leaderboard.csv")
VERDICTS = "identical", "within the interval", "different"
WHERE = ["board", "dataset", "variant", "seed"]


def chosen(names: list[str], settings: config.Params) -> list[Cell]:
    """The cells that are meant by `digits-dcgan`, a row, or `digits-dcgan-0`, one cell of it.

    Exits with one line for each name that means none.
    """
    known: dict[str, list[Cell]] = {}
    for cell in settings.cells:
        row = f"{cell.dataset}-{cell.variant}"
        known.setdefault(row, []).append(cell)
        known[f"{row}-{cell.seed}"] = [cell]
    unknown = [name for name in names if name not in known]
    if unknown:
        stop(*(f"{name}: not in {config.FILE}; {nearest(name, known)}" for name in unknown))
    return list(dict.fromkeys(cell for name in names for cell in known[name]))


def needed(cell: Cell) -> list[Path]:
    """What has to be there before a cell can be trained and scored."""
    kinds = ("data",) if cell.board in FEATURELESS else ("data", "features")
    return [Path(kind) / cell.dataset for kind in kinds]


def child(folder: Path, settings: config.Params, cell: Cell) -> None:
    """Train and score one cell in a folder."""
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    train.train(cell, settings)
    evaluate.evaluate(cell, settings)


def again(cell: Cell, folder: Path, settings: config.Params) -> dict[str, float]:
    """The scores of a cell that is made anew in a folder, in a process of its own."""
    process = FORKS.Process(target=child, args=(folder, settings, cell))
    start(process)
    join(process)
    if process.exitcode:
        raise RuntimeError(f"{cell}: exit status {process.exitcode}")
    return json.loads((folder / cell.metrics).read_text())


def verdict(published: float, found: float, low: float, high: float) -> str:
    """One of ``VERDICTS``.

    Args:
        published: of the same seed.
        found: once more.
        low, high: the row's interval; NaN where there is none.
    """
    if found == published or (math.isnan(found) and math.isnan(published)):
        return VERDICTS[0]
    return VERDICTS[1] if low <= found <= high else VERDICTS[2]


def compare(
    cell: Cell, found: dict[str, float], scores: pd.DataFrame, board: pd.DataFrame
) -> list[dict[str, Any]]:
    """Each published metric of a cell, what came out, and the verdict.

    Args:
        cell: it is published.
        found: metric -> what came out.
        scores: results/scores.csv.
        board: results/leaderboard.csv.
    """
    row = {"board": cell.board, "dataset": cell.dataset, "variant": cell.variant}
    own = pick(scores, **row, seed=cell.seed).set_index("metric")["value"]
    (line,) = pick(board, **row).to_dict("records")
    return [
        {
            "metric": metric,
            "published": value,
            "found": (now := found.get(metric, math.nan)),
            "low": (low := line[f"{metric}_low"]),
            "high": (high := line[f"{metric}_high"]),
            "verdict": verdict(value, now, low, high),
        }
        for metric, value in own.items()
    ]


def pick(table: pd.DataFrame, **values: Any) -> pd.DataFrame:
    """The rows of a table that have these values."""
    return table[(table[list(values)] == pd.Series(values)).all(axis=1)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("cells", nargs="+", metavar="CELL", help="digits-dcgan, or digits-dcgan-0")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="cells at a time")
    asked = parser.parse_args()
    settings = config.load()
    cells = chosen(asked.cells, settings)
    for path in dict.fromkeys(path for cell in cells for path in needed(cell)):
        if not path.is_dir():
            stop(f"{path}: not there; run make repro first")
    scores, board = (pd.read_csv(path) for path in PUBLISHED)
    for cell in cells:
        if pick(scores, **{name: getattr(cell, name) for name in WHERE}).empty:
            stop(f"{cell}: not in {PUBLISHED[0]}; run make repro first")
    console, facts, lines = Console(highlight=False), provenance(), []
    shown = Table("cell", "metric", "published", "now", "interval", "verdict")
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(asked.jobs) as pool:
        folder = Path(name)
        for kind in ("data", "features"):
            (folder / kind).symlink_to(Path(kind).resolve())
        (folder / ".checkpoints").mkdir()
        made = pool.map(partial(again, folder=folder, settings=settings), cells)
        for cell, found in zip(cells, made, strict=True):
            rows = compare(cell, found, scores, board)
            count = Counter(row["verdict"] for row in rows)
            said = ", ".join(f"{count[kind]} {kind}" for kind in VERDICTS if count[kind])
            console.print(f"{cell}: of {len(rows)} metrics {said}")
            for row in rows:
                if row["verdict"] != VERDICTS[0]:
                    interval = f"{row['low']:.6g} to {row['high']:.6g}"
                    values = [f"{row[key]:.9g}" for key in ("published", "found")]
                    shown.add_row(str(cell), row["metric"], *values, interval, row["verdict"])
            lines.append(
                {name: getattr(cell, name) for name in WHERE}
                | {re.sub(" .*", "", kind): count[kind] for kind in VERDICTS}
                | {
                    "date": facts["date"],
                    "commit": facts["commit"],
                    "torch": facts["packages"]["torch"],
                    "processor": facts["hardware"]["processor"],
                    "accelerator": facts["hardware"]["accelerator"],
                }
            )
    if shown.row_count:
        console.print(shown)
    kept = [pd.read_csv(OUT)] if OUT.exists() else []
    table = pd.concat([*kept, pd.DataFrame(lines)]).drop_duplicates(WHERE, keep="last")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    table.sort_values(WHERE, kind="stable").to_csv(OUT, index=False, lineterminator="\n")
    raise SystemExit(any(line["different"] for line in lines))


if __name__ == "__main__":
    main()
