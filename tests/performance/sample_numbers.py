"""Bias and spread of metrics against the number of samples: `make bench-samples`.

Two variants are trained on the digits, with the settings of params.yaml, and score disjoint sets of
their samples. The held-out images are split in the same way. The figures go to
results/bench/samples.json.
"""

import contextlib
import json
import tempfile
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmark import config, tracks
from benchmark.common import processes
from benchmark.common.devices import default_device, make_deterministic
from benchmark.common.provenance import provenance
from benchmark.config import Run
from benchmark.data import prepare
from benchmark.data.splits import load_split
from benchmark.evaluation.sampling import draw
from benchmark.features import features
from benchmark.metrics.inception_score import inception_score
from benchmark.metrics.vendi import vendi_score
from benchmark.tracks.images.real import Real
from benchmark.training import train

OUT = Path("results/bench/samples.json")
DATASET = "digits"
VARIANTS = ("dcgan", "projection")
NUMBERS = (250, 500, 2000, 10_000)
DRAWN = 40_000  # samples of each variant
MAX_SETS = 8  # of each number
SEED = 0
METRICS = ("fid", "is", "precision", "recall", "density", "coverage", "clipped_density")
METRICS += ("clipped_coverage", "vendi")

Scores = dict[str, dict[str, list[float]]]  # metric -> number -> mean and standard deviation


def measure_sets(real: Real, embedded: np.ndarray, probabilities: np.ndarray) -> Scores:
    """Compute mean and standard deviation of each metric over disjoint sets of each size."""
    scores: Scores = {name: {} for name in METRICS}
    for number in NUMBERS:
        count = min(MAX_SETS, len(embedded) // number)
        sets = [slice(number * at, number * (at + 1)) for at in range(count)]
        values = [compute_scores(real, embedded[part], probabilities[part]) for part in sets]
        for name in METRICS if count > 1 else ():
            column = [value[name] for value in values]
            scores[name][str(number)] = [float(np.mean(column)), float(np.std(column, ddof=1))]
    return scores


def compute_scores(real: Real, embedded: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    """Compute the metrics of one set."""
    scores = {"fid": real.fid(embedded), "vendi": vendi_score(embedded)}
    scores["is"] = inception_score(probabilities, splits=1, shuffle=True)[0]
    return scores | real.neighbourhoods(embedded)


def measure_all(settings: config.Params) -> dict[str, Scores]:
    """Measure both variants and held-out images, in a folder with new data and features."""
    rows = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        prepare.prepare(DATASET, settings)
        features.compute_features(DATASET, settings)
        scorer = tracks.load("images").scorer(DATASET, settings.tracks["images"])
        real = Real(scorer.real.features, settings.tracks["images"].metrics)
        budget = settings.tracks["images"].datasets[DATASET].budget
        for variant in VARIANTS:
            run = Run("images", DATASET, variant, SEED)
            trainer = train.build_trainer(run, settings, default_device(), budget)
            while trainer.completed < budget.amount:
                trainer.step(trainer.completed / budget.amount)
            trainer.recompute_batch_norm()
            samples, _ = draw(trainer.averaged.eval(), DRAWN, seed=SEED)
            rows[variant] = measure_sets(real, *scorer.space.embed(samples))
            show(variant, rows[variant])
        images, _ = load_split(DATASET, "test")
        shuffled = images[np.random.default_rng(SEED).permutation(len(images))]
        rows["held_out"] = measure_sets(real, *scorer.space.embed(shuffled))
    return rows


def show(variant: str, scores: Scores) -> None:
    """Print the scores of a variant, one row per metric."""
    table = Table("metric", *map(str, NUMBERS), title=variant)
    for name, numbers in scores.items():
        cells = [f"{mean:.3g} ± {spread:.2g}" for mean, spread in numbers.values()]
        table.add_row(name, *cells)
    Console(width=120).print(table)


def main() -> None:
    settings = config.load_params()
    processes.prepare(settings.tracks["images"].training.threads)
    make_deterministic()
    facts = {"dataset": DATASET, "seed": SEED, "numbers": NUMBERS, "sets": MAX_SETS}
    rows = measure_all(settings)
    OUT.write_text(json.dumps({**facts, "rows": rows, **provenance()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
