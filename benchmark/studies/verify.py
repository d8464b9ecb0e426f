"""Train and score runs once more, and hold them against the published table.

`gan-benchmark verify digits-dcgan ring8-wgan-3` does so for all seeds of the first row and for one
of the second, in a folder that is thrown away: runs/ and the tables stay as they are. Of each
metric it says whether it came out

- identical, to the last digit;
- within the interval of the row, that of its mean over training seeds;
- different from both.

What came out is kept in results/bench/verified.csv, a line a run, the last time that it was
verified. Data and feature spaces are those that are there.
"""

import math
import os
import re
import tempfile
from collections import Counter
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmark import config
from benchmark.common.files import read_json
from benchmark.common.messages import nearest, stop
from benchmark.common.provenance import provenance
from benchmark.config import Run
from benchmark.evaluation import evaluate
from benchmark.pipeline.processes import FORKS, join_child, start_child
from benchmark.training import train

OUT = Path("results/bench/verified.csv")
PUBLISHED = Path("results/scores.csv"), Path("results/leaderboard.csv")
VERDICTS = "identical", "within the interval", "different"
WHERE = ["track", "dataset", "variant", "seed"]


def chosen(names: Collection[str], settings: config.Params) -> list[Run]:
    """The runs that are meant by `digits-dcgan`, a row, or `digits-dcgan-0`, one run of it.

    Exits with one line for each name that means none.
    """
    known = settings.rows | {f"{run.row}-{run.seed}": [run] for run in settings.runs}
    unknown = [name for name in names if name not in known]
    if unknown:
        stop(*(f"{name}: not in {config.FILE}; {nearest(name, known)}" for name in unknown))
    return list(dict.fromkeys(run for name in names for run in known[name]))


def needed(run: Run) -> list[Path]:
    """What has to be there before a run can be trained and scored."""
    return [Path(kind) / run.dataset for kind in ("data", "features")]


def child(folder: Path, settings: config.Params, run: Run) -> None:
    """Train and score one run in a folder."""
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    train.train(run, settings)
    evaluate.evaluate(run, settings)


def again(run: Run, folder: Path, settings: config.Params) -> dict[str, float]:
    """The scores of a run that is made anew in a folder, in a process of its own."""
    process = FORKS.Process(target=child, args=(folder, settings, run))
    start_child(process)
    join_child(process)
    if process.exitcode:
        raise RuntimeError(f"{run}: exit status {process.exitcode}")
    return read_json(folder / run.metrics)


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
    run: Run, found: dict[str, float], scores: pd.DataFrame, track: pd.DataFrame
) -> list[dict[str, Any]]:
    """Each published metric of a run, what came out, and the verdict.

    Args:
        run: it is published.
        found: metric -> what came out.
        scores: results/scores.csv.
        track: results/leaderboard.csv.
    """
    row = {"track": run.track, "dataset": run.dataset, "variant": run.variant}
    own = pick(scores, **row, seed=run.seed).set_index("metric")["value"]
    (line,) = pick(track, **row).to_dict("records")
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


def verify_rows(names: Collection[str], *, jobs: int = 1) -> bool:
    """Make runs once more, and print and keep how they compare with the published tables.

    Args:
        names: rows, such as digits-dcgan, or single runs, such as digits-dcgan-0.
        jobs: runs at a time.

    Returns:
        Whether no metric came out different.
    """
    settings = config.load()
    runs = chosen(names, settings)
    for path in dict.fromkeys(path for run in runs for path in needed(run)):
        if not path.is_dir():
            stop(f"{path}: not there; run make repro first")
    scores, track = (pd.read_csv(path) for path in PUBLISHED)
    for run in runs:
        if pick(scores, **{name: getattr(run, name) for name in WHERE}).empty:
            stop(f"{run}: not in {PUBLISHED[0]}; run make repro first")
    console, facts, lines = Console(highlight=False), provenance(), []
    shown = Table("run", "metric", "published", "now", "interval", "verdict")
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(jobs) as pool:
        folder = Path(name)
        for kind in ("data", "features"):
            (folder / kind).symlink_to(Path(kind).resolve())
        (folder / ".checkpoints").mkdir()
        made = pool.map(partial(again, folder=folder, settings=settings), runs)
        for run, found in zip(runs, made, strict=True):
            rows = compare(run, found, scores, track)
            count = Counter(row["verdict"] for row in rows)
            said = ", ".join(f"{count[kind]} {kind}" for kind in VERDICTS if count[kind])
            console.print(f"{run}: of {len(rows)} metrics {said}")
            for row in rows:
                if row["verdict"] != VERDICTS[0]:
                    interval = f"{row['low']:.6g} to {row['high']:.6g}"
                    values = [f"{row[key]:.9g}" for key in ("published", "found")]
                    shown.add_row(str(run), row["metric"], *values, interval, row["verdict"])
            lines.append(
                {name: getattr(run, name) for name in WHERE}
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
    return not any(line["different"] for line in lines)
