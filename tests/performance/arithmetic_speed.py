"""Cost of the arithmetic of the pipeline, and its effect on scores: `make bench-arithmetic`.

Rows train, and score samples, with the arithmetic of the pipeline and with the kernels that the
libraries choose for this processor, in turns. Then all seeds of two rows train with either, with
their whole budget, and are scored: the differences show what to expect between machines whose bits
differ. The figures go to results/bench/arithmetic.json.
"""

import json
import multiprocessing
import os
import statistics
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from benchmark import config, tracks
from benchmark.common.arithmetic import AVX2, VARIABLE
from benchmark.common.provenance import provenance
from benchmark.config import Run
from benchmark.data.splits import load_split
from benchmark.evaluation import evaluate
from benchmark.studies.verify import link_inputs, read_scores
from benchmark.training import train
from tests.performance.turns import Contender, Loop, compare, extended_environment

OUT = Path("results/bench/arithmetic.json")
# variables of the two processes
ARITHMETIC: dict[str, dict[str, str | None]] = {
    "processor": {VARIABLE: "processor", **dict.fromkeys(AVX2)},
    "avx2": {VARIABLE: "avx2"},
}
# row -> track and steps in a block
TRAINED = {
    "ring8-dcgan": ("toy", 40),
    "digits-dcgan": ("images", 12),
    "digits-gan": ("images", 20),  # no convolutions: the most expensive case
    "oracle-mle": ("text", 8),
    "moving_digits-dcgan": ("video", 2),
}
SCORED = {"digits": ("images", 1)}
REPEATED = {"ring8-dcgan": "toy", "digits-dcgan": "images"}
BLOCKS = 7


def make_training(row: str, track: str) -> Loop:
    """Make a loop whose round is a step of a row's training."""
    run = Run(track, *row.split("-"), 0)
    trainer = train.build_trainer(run, config.load_params(), torch.device("cpu"))
    return partial(trainer.step, 0)


def make_scoring(dataset: str, track: str) -> Loop:
    """Make a loop whose round scores held-out samples, the features included."""
    settings = config.load_params().tracks[track]
    scorer = tracks.load(track).scorer(dataset, settings)
    images, _ = load_split(dataset, "test")
    return lambda: scorer.scores(images) and None


def measure_cost(make: Any, cases: dict[str, tuple[str, int]]) -> dict[str, Any]:
    """Measure milliseconds a round with either arithmetic, and their ratio, for each case."""
    costs = {}
    for name, (track, rounds) in cases.items():
        contenders = {
            key: Contender(make, (name, track), environment=variables)
            for key, variables in ARITHMETIC.items()
        }
        measured = compare(contenders, blocks=BLOCKS, rounds=rounds)
        row = {key: round(1000 * value.seconds, 3) for key, value in measured.items()}
        costs[name] = {"milliseconds": row, "ratio": round(row["avx2"] / row["processor"], 3)}
    return costs


def score_run(folder: Path, run: Run) -> dict[str, float]:
    """Train and score a run in a folder, and return its scores."""
    settings = config.load_params()
    os.chdir(folder)
    train.train(run, settings)
    evaluate.evaluate(run, settings)
    return read_scores(run)


def repeat_row(row: str, track: str) -> dict[str, dict[str, float]]:
    """Train and score all seeds of a row with either arithmetic.

    Returns:
        Of each metric the mean, the standard deviation over seeds, and the mean absolute difference
        between the arithmetics at equal seeds.
    """
    scores: dict[str, list[dict[str, float]]] = {}
    for key, variables in ARITHMETIC.items():
        scores[key] = []
        for seed in config.load_params().tracks[track].seeds:
            run = Run(track, *row.split("-"), seed)
            context = multiprocessing.get_context("spawn")
            with tempfile.TemporaryDirectory() as folder, extended_environment(variables):
                link_inputs(Path(folder))
                with ProcessPoolExecutor(1, context) as pool:
                    scores[key].append(pool.submit(score_run, Path(folder), run).result())
    return {metric: compare_seeds(scores, metric) for metric in scores["avx2"][0]}


def compare_seeds(scores: dict[str, list[dict[str, float]]], metric: str) -> dict[str, float]:
    """Compare the scores of equal seeds with the spread over seeds; see `repeat_row`."""
    ours, others = ([score[metric] for score in scores[key]] for key in ("avx2", "processor"))
    differences = np.abs(np.subtract(ours, others))
    return {
        "mean": statistics.mean(ours),
        "spread": statistics.stdev(ours),
        "difference": float(differences.mean()),
        "largest_difference": float(differences.max()),
    }


def main() -> None:
    table = Table("case", "ms, processor", "ms, avx2", "ratio")
    cost = {"training": measure_cost(make_training, TRAINED)}
    cost["scoring"] = measure_cost(make_scoring, SCORED)
    for kind, rows in cost.items():
        for name, row in rows.items():
            table.add_row(
                f"{kind} {name}", *map(str, row["milliseconds"].values()), f"{row['ratio']}"
            )
    Console().print(table)
    scores = {row: repeat_row(row, track) for row, track in REPEATED.items()}
    shown = Table("row", "metric", "mean", "spread over seeds", "difference", "largest")
    for name, metrics in scores.items():
        for metric, values in metrics.items():
            shown.add_row(name, metric, *(f"{value:.4g}" for value in values.values()))
    Console().print(shown)
    facts = {"cost": cost, "scores": scores, "threads": 1, **provenance()}
    OUT.write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
