"""FID of averaged weights, with and without new BatchNorm statistics: `make bench-averages`.

Each variant is trained once on the digits, with the settings of params.yaml; several averages
follow the same weights. The figures go to results/bench/averages.json.
"""

import contextlib
import copy
import json
import tempfile
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

from benchmark import config, tracks
from benchmark.common import processes
from benchmark.common.devices import default_device, make_deterministic
from benchmark.common.provenance import provenance
from benchmark.common.seeds import stream
from benchmark.config import Budget, Run
from benchmark.data import prepare
from benchmark.data.splits import load_split
from benchmark.evaluation.sampling import draw
from benchmark.features import features
from benchmark.training import batch_norm, train
from benchmark.training.moving_average import MovingAverage

OUT = Path("results/bench/averages.json")
DATASET = "digits"
VARIANTS = ("dcgan", "gan_minimax", "lsgan", "ragan", "sngan", "wgan", "wgan_gp", "vae")
UPDATES = (250, 2500)
HALF_LIVES = (0.25, 0.03)  # shares of the run: that of runs of 16,000 images before, and now
BATCHES = (batch_norm.BATCHES, 100)  # of samples, for the statistics
SEED = 0


def measure(variant: str, updates: int, settings: config.Params) -> dict[str, float]:
    """Train a variant, and compute FID for each way to average its weights."""
    run = Run("images", DATASET, variant, SEED)
    track = tracks.load(run.track)
    scorer = track.scorer(DATASET, settings.tracks[run.track])
    count = len(load_split(DATASET, "test")[0])
    trainer = train.build_trainer(run, settings, default_device(), Budget(updates, "updates"))
    averages = {share: MovingAverage(trainer.variant, share * updates) for share in HALF_LIVES}
    for step in range(updates):
        trainer.step(step / updates)
        for average in averages.values():
            if step:
                average.update(1)
            else:
                average.variant.load_state_dict(trainer.variant.state_dict())

    def fid(network: Any) -> float:
        samples, _ = draw(network.eval(), count, seed=SEED)
        return round(track.headline_score(scorer, samples), 3)

    scores = {"unaveraged": fid(copy.deepcopy(trainer.variant))}
    for share, average in averages.items():
        scores[f"half-life {share:.0%}, averaged statistics"] = fid(average.variant)
        for batches in BATCHES:
            torch.manual_seed(stream(SEED, "batch normalisation"))
            with torch.no_grad():
                batch_norm.recompute_statistics(
                    average.variant,
                    lambda network=average.variant: network.sample(trainer.batches.batch),
                    batches=batches,
                )
            name = "" if batches == batch_norm.BATCHES else f" of {batches} batches"
            scores[f"half-life {share:.0%}, new statistics{name}"] = fid(average.variant)
    return scores


def measure_all(settings: config.Params) -> dict[str, dict[str, dict[str, float]]]:
    """Measure all variants at each number of updates, in a folder with new data and features."""
    rows: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        prepare.prepare(DATASET, settings)
        features.compute_features(DATASET, settings)
        for updates in UPDATES:
            rows[str(updates)] = {name: measure(name, updates, settings) for name in VARIANTS}
            show(updates, rows[str(updates)])
    return rows


def show(updates: int, rows: dict[str, dict[str, float]]) -> None:
    """Print the scores at a number of updates, one row per variant."""
    ways = list(next(iter(rows.values())))
    table = Table("variant", *ways, title=f"FID after {updates} updates")
    for variant, scores in rows.items():
        table.add_row(variant, *(f"{scores[way]:.2f}" for way in ways))
    Console(width=200).print(table)


def main() -> None:
    settings = config.load_params()
    processes.prepare(settings.tracks["images"].training.threads)
    make_deterministic()
    facts = {"dataset": DATASET, "seed": SEED, "batches": batch_norm.BATCHES}
    rows = measure_all(settings)
    OUT.write_text(json.dumps({**facts, "updates": rows, **provenance()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
