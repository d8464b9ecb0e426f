"""One row: train a variant on a data set, with each seed in turn.

`gan-benchmark train images digits dcgan` writes to runs/images/digits/dcgan/, of seed 0:

- trained/0/weights.safetensors: the moving average of the weights, at the end of the budget;
- trained/0/health.csv: norms of gradients and weights, and what the judge makes of images;
- trained/0/snapshots.npz: samples at moments of the run, from the same noise each time, and in the
  plane what the judge makes of it;
- trained/0/training.json: status, cost and provenance;
- losses/0.csv: every loss term over the run.
"""

import argparse
import json
import os
import resource
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

import gans
from benchmark import config
from benchmark.common import threads
from benchmark.common.hashing import sha256
from benchmark.common.interruption import Interruption
from benchmark.common.messages import nearest, stop
from benchmark.common.provenance import provenance
from benchmark.common.seeds import stream
from benchmark.config import Run
from benchmark.data.batches import make_batches
from benchmark.data.splits import map_samples, map_split
from benchmark.features import features, perceptual
from benchmark.training import weights
from benchmark.training.checkpoints import Checkpoint, fingerprint, forget, only_one
from benchmark.training.curves import finite
from benchmark.training.progress import Progress
from benchmark.training.tensorboard import Events
from benchmark.training.trainer import Trainer
from gans.common.captions import TextToImage
from gans.common.variant import ImageToImage, Variant

CHECKPOINT_SECONDS = 20
SOURCES = (
    "training/train.py",
    "training/trainer.py",
    "data/batches.py",
    "common/seeds.py",
)  # a change of these begins a run anew


def due(images: int, before: int, *, budget: int, times: int) -> bool:
    """Whether one of ``times`` evenly spaced moments, the end among them, was just passed."""
    return images * times // budget > before * times // budget


def cost(variant: Variant) -> dict[str, int]:
    """Parameters in all, and multiply-adds of drawing one sample."""
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        variant.sample(1)
    return {
        "parameters": sum(parameter.numel() for parameter in variant.parameters()),
        "multiply_adds_per_sample": counter.get_total_flops() // 2,
    }


def peak_memory() -> int:
    """Most memory held at once, in bytes: of the accelerator, or of the process without one."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def deterministic() -> None:
    """From here on, operations whose result depends on the order of threads are errors."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    # else every new tensor is filled first, against reads of what was never written: a price that
    # small images feel
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def start(run: Run, settings: config.Params, device: torch.device) -> Trainer:
    """A run before its first step."""
    track = settings.tracks[run.track]
    entry, training = track.variants[run.variant], track.training
    kind, model = gans.load(run.variant), keywords(run, settings)
    order = stream(run.seed, "order")
    batches = make_batches(
        run.dataset,
        training.batch,
        order,
        device,
        condition_key=kind.condition_key,
        paired=getattr(kind, "paired", True),
    )
    torch.manual_seed(stream(run.seed, "initialisation"))
    variant = kind(tuple(batches.images.shape[1:]), **model).to(device)
    if isinstance(variant, ImageToImage) and variant.perceives:
        variant.perceive = perceptual.load_perceptual_layers(run, settings, variant.shape, device)
    if isinstance(variant, TextToImage):
        variant.read_by(features.load_caption_encoder_weights(run.dataset))
    if training.channels_last:
        variant.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    torch.manual_seed(stream(run.seed, "noise"))
    trainer = Trainer(
        variant,
        entry,
        batches,
        half_life=training.average,
        seed=run.seed,
        precision=getattr(torch, training.precision),
        held_out=map_samples(run.dataset, "test", kind.condition_key or "labels"),
    )
    if training.compile != "none":
        trainer.compile(training.compile)
    return trainer


def train(run: Run, settings: config.Params) -> None:
    """Train a run, from its checkpoint if it has one, and write its outputs.

    Its last checkpoint stays until somebody forgets it: a row that is killed in its third seed
    does not train the first two again. A signal that asks to end is heeded after the step: the
    state is saved, then ``SystemExit``.
    """
    track = settings.tracks[run.track]
    training, budget = track.training, track.datasets[run.dataset].samples_seen
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    threads.limit(training.threads)
    deterministic()

    trainer, made_from = start(run, settings, device), inputs(run, settings)
    code = [Path(__file__).parents[1] / name for name in SOURCES]
    code += [gans.files()[run.variant], *gans.ROOT.glob("common/**/*.py")]
    versions = {"torch": torch.__version__, "device": str(device)}
    checkpoint = Checkpoint(run.name, fingerprint(made_from | versions, code))
    if state := checkpoint.load(device):
        trainer.load_state_dict(state)

    saved = time.monotonic()
    started = saved - trainer.seconds
    with (
        Interruption() as interruption,
        Progress(run, settings.runs, budget, trainer.samples_seen) as progress,
        Events(run) as events,
    ):
        while trainer.samples_seen < budget and not trainer.diverged:
            before = trainer.samples_seen
            trainer.step(before / budget)
            now = min(trainer.samples_seen, budget)
            if due(now, before, budget=budget, times=training.logs):
                losses = trainer.curves.read(trainer.samples_seen)
                progress.show(now, losses)
                if not finite(losses):
                    trainer.fall_back()
                    break
                trainer.keep()
                trainer.log_health()
                if due(now, before, budget=budget, times=training.snapshots):
                    trainer.snapshot(training.snapshot_samples)
                events.show(trainer)
            if interruption.number or time.monotonic() - saved > CHECKPOINT_SECONDS:
                saved = time.monotonic()
                trainer.seconds = saved - started
                checkpoint.save(trainer.state_dict())
            if interruption.number:
                interruption.stop(
                    f"{run}: saved at image {now} of {budget}; `make repro` or"
                    f" `dvc repro {run.stage('train')}` goes on from there"
                )
        trainer.seconds = time.monotonic() - started
        checkpoint.save(trainer.state_dict())
        write(run, trainer, made_from)


def keywords(run: Run, settings: config.Params) -> dict[str, Any]:
    """What the constructor of the run's variant is given besides the shape of a sample."""
    track = settings.tracks[run.track]
    model = config.model_keywords(track.datasets[run.dataset], track.variants[run.variant])
    kind = gans.load(run.variant)
    return model | kind.kwargs_from_data(map_split(run.dataset, "train"))


def inputs(run: Run, settings: config.Params) -> dict[str, Any]:
    """What decides the outcome of a run, code and versions aside."""
    track = settings.tracks[run.track]
    found = {
        "run": str(run),
        "entry": track.variants[run.variant].model_dump(),
        "model": keywords(run, settings),
        "samples_seen": track.datasets[run.dataset].samples_seen,
        "training": track.training.model_dump(),
        "data": sha256(Path("data") / run.dataset / "train.npz"),
    }
    if getattr(gans.load(run.variant), "perceives", False):
        found["perceptual"] = perceptual.describe_perceptual_network(run, settings)
    return found


def write(run: Run, trainer: Trainer, made_from: dict[str, Any]) -> None:
    """Write the outputs of a run: weights, curves, snapshots, and the facts of its training."""
    run.trained.mkdir(parents=True, exist_ok=True)
    run.losses.parent.mkdir(parents=True, exist_ok=True)
    status = "diverged" if trainer.diverged else "ok"
    card = {
        **asdict(run),
        "shape": trainer.variant.shape,
        "model": made_from["model"],
        "samples_seen": trainer.samples_seen,
        "status": status,
    }
    weights.save(trainer.averaged, run.trained / "weights.safetensors", card)
    trainer.curves.write(run.losses)
    trainer.health.write(run.trained / "health.csv", third="quantity")
    np.savez_compressed(
        run.trained / "snapshots.npz",
        samples_seen=np.array([seen for seen, _ in trainer.snapshots], dtype=np.int64),
        images=np.array([samples.numpy() for _, samples in trainer.snapshots]),
        judged=np.array([scores.numpy() for scores in trainer.landscapes]),
    )
    facts = {
        "status": status,
        "seconds": round(trainer.seconds, 2),
        "peak_memory_bytes": peak_memory(),
        **cost(trainer.averaged),
        **made_from,
        **provenance(),
    }
    (run.trained / "training.json").write_text(json.dumps(facts, indent=1) + "\n")


def parse_row(description: str | None) -> tuple[list[Run], config.Params]:
    """The runs of the row that the command line names, which must be one of params.yaml."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawTextHelpFormatter
    )
    for name in ("track", "dataset", "variant"):
        parser.add_argument(name)
    asked = parser.parse_args()
    settings = config.load()
    rows: dict[str, list[Run]] = {}
    for run in settings.runs:
        rows.setdefault(f"{run.track} {run.dataset} {run.variant}", []).append(run)
    wanted = f"{asked.track} {asked.dataset} {asked.variant}"
    if wanted not in rows:
        stop(f"{wanted}: no such row in {config.FILE}; {nearest(wanted, rows)}")
    return rows[wanted], settings


def main() -> None:
    runs, settings = parse_row(__doc__)
    for run in runs:
        with only_one(run.name):
            train(run, settings)
    for run in runs:
        forget(run.name)


if __name__ == "__main__":
    main()
