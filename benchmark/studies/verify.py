"""Train and score runs again, and compare them with the published tables.

`gan-benchmark verify digits-dcgan ring8-wgan-3` repeats all seeds of the first row and one of the
second in a temporary folder: runs/ and the tables do not change. Each metric gets a verdict:

- identical, to the last digit;
- within the interval of the row, that of its mean over training seeds;
- different.

results/bench/verified.csv has a line for each run, from its last verification. Data and feature
spaces are not made again.
"""

import math
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmark import config, tracks
from benchmark.common.files import read_table
from benchmark.common.messages import nearest, stop
from benchmark.common.provenance import provenance
from benchmark.config import Run
from benchmark.evaluation import evaluate
from benchmark.pipeline.child import run_in_child
from benchmark.pipeline.cluster import open_cluster
from benchmark.pipeline.gpus import hold_gpu
from benchmark.records.outputs import read_scores
from benchmark.training import train

OUT = Path("results/bench/verified.csv")
RESTORE = f"restore it with git checkout {OUT}"
PUBLISHED = Path("results/scores.csv"), Path("results/leaderboard.csv")
VERDICTS = "identical", "within the interval", "different"
KEYS = ["track", "dataset", "variant", "seed"]


def find_runs(names: Collection[str], settings: config.Params) -> list[Run]:
    """Find the runs of rows, such as `digits-dcgan`, and single runs, such as `digits-dcgan-0`.

    Exits with one line for each unknown name.
    """
    named_runs = settings.rows | {f"{run.row}-{run.seed}": [run] for run in settings.runs}
    unknown = [name for name in names if name not in named_runs]
    if unknown:
        stop(
            *(
                f"{name}: expected a row or a run of {config.FILE}, got no such name;"
                f" {nearest(name, named_runs)}"
                for name in unknown
            )
        )
    return list(dict.fromkeys(run for name in names for run in named_runs[name]))


def list_inputs(run: Run) -> list[Path]:
    """List the folders that a run needs before training."""
    return [Path(kind) / run.dataset for kind in ("data", "features")]


def train_and_score(folder: Path, run: Run) -> dict[str, float]:
    """Train and score one run in a folder, and return its scores."""
    settings = config.load_params()
    os.chdir(folder)
    with hold_gpu(runs_per_gpu=1):
        train.train(run, settings)
        evaluate.evaluate(run, settings)
    return read_scores(run)


def link_inputs(folder: Path) -> None:
    """Link the data and the feature spaces into a folder for runs."""
    for kind in ("data", "features"):
        (folder / kind).symlink_to(Path(kind).resolve())
    (folder / ".checkpoints").mkdir()


def rerun(
    runs: Iterable[Run],
    folder: Path,
    jobs: int,
    work: Callable[[Path, Run], dict[str, float]] = train_and_score,
) -> Iterator[dict[str, float]]:
    """Train and score runs in a folder, each in a new process; yield the scores of each.

    Args:
        runs: runs of params.yaml.
        folder: a folder with their inputs, see `link_inputs`.
        jobs: number of parallel runs.
        work: trains and scores one run in the folder.
    """
    with open_cluster(jobs=jobs) as client:
        futures = [client.submit(run_in_child, work, folder, run, pure=False) for run in runs]
        for future in futures:
            yield future.result()


def compare_value(published: float, repeated: float, low: float, high: float) -> str:
    """Compare a score with the published one; return one of ``VERDICTS``.

    Args:
        published: score of the same seed.
        repeated: score of the repeated run.
        low, high: the row's interval; NaN where there is none.
    """
    if repeated == published or (math.isnan(repeated) and math.isnan(published)):
        return VERDICTS[0]
    return VERDICTS[1] if low <= repeated <= high else VERDICTS[2]


def compare_metrics(
    run: Run, repeated: dict[str, float], scores: pd.DataFrame, leaderboard: pd.DataFrame
) -> list[dict[str, Any]]:
    """Compare each published metric of a run with the repeated metric.

    Args:
        run: a published run.
        repeated: metric -> score of the repetition.
        scores: results/scores.csv.
        leaderboard: results/leaderboard.csv.
    """
    row = {"track": run.track, "dataset": run.dataset, "variant": run.variant}
    row_scores = select_rows(scores, **row, seed=run.seed).set_index("metric")["value"]
    (line,) = select_rows(leaderboard, **row).to_dict("records")
    directions = tracks.load(run.track).metric_directions()
    return [
        {
            "metric": metric,
            "published": value,
            "repeated": (now := repeated.get(metric, math.nan)),
            "low": (low := line[f"{metric}_low"]),
            "high": (high := line[f"{metric}_high"]),
            "verdict": compare_value(value, now, low, high),
        }
        for metric, value in row_scores.items()
        if metric in directions  # the tables may have metrics that no track has any longer
    ]


def select_rows(table: pd.DataFrame, **values: Any) -> pd.DataFrame:
    """Select the rows of a table that have these values."""
    return table[(table[list(values)] == pd.Series(values)).all(axis=1)]


def verify_rows(names: Collection[str], *, jobs: int = 1) -> bool:
    """Repeat runs, and print and store their comparison with the published tables.

    Args:
        names: rows, such as digits-dcgan, or single runs, such as digits-dcgan-0.
        jobs: number of parallel runs.

    Returns:
        Whether no metric is different.
    """
    settings = config.load_params()
    runs = find_runs(names, settings)
    for path in dict.fromkeys(path for run in runs for path in list_inputs(run)):
        if not path.is_dir():
            stop(f"{path}: expected a folder, got none; run make repro first")
    scores, leaderboard = (read_table(path) for path in PUBLISHED)
    for run in runs:
        if select_rows(scores, **{name: getattr(run, name) for name in KEYS}).empty:
            stop(f"{run}: expected scores in {PUBLISHED[0]}, got none; run make repro first")
    console, facts, lines = Console(highlight=False), provenance(), []
    differences = Table("run", "metric", "published", "now", "interval", "verdict")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        link_inputs(folder)
        results = rerun(runs, folder, jobs)
        for run, repeated in zip(runs, results, strict=True):
            rows = compare_metrics(run, repeated, scores, leaderboard)
            count = Counter(row["verdict"] for row in rows)
            summary = ", ".join(f"{count[kind]} {kind}" for kind in VERDICTS if count[kind])
            console.print(f"{run}: of {len(rows)} metrics {summary}")
            for row in rows:
                if row["verdict"] != VERDICTS[0]:
                    interval = f"{row['low']:.6g} to {row['high']:.6g}"
                    values = [f"{row[key]:.9g}" for key in ("published", "repeated")]
                    differences.add_row(str(run), row["metric"], *values, interval, row["verdict"])
            lines.append(
                {name: getattr(run, name) for name in KEYS}
                | {re.sub(" .*", "", kind): count[kind] for kind in VERDICTS}
                | {
                    "date": facts["date"],
                    "commit": facts["commit"],
                    "torch": facts["packages"]["torch"],
                    "processor": facts["hardware"]["processor"],
                    "accelerator": facts["hardware"]["accelerator"],
                }
            )
    if differences.row_count:
        console.print(differences)
    tables = [read_table(OUT, *KEYS, remake=RESTORE)] if OUT.exists() else []
    table = pd.concat([*tables, pd.DataFrame(lines)]).drop_duplicates(KEYS, keep="last")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    table.sort_values(KEYS, kind="stable").to_csv(OUT, index=False, lineterminator="\n")
    return not any(line["different"] for line in lines)
