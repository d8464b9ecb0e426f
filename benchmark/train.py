"""One row: train a variant on a data set, with each seed in turn.

`python -m benchmark.train images digits dcgan` writes to runs/images/digits/dcgan/, of seed 0:

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
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

import gans
from benchmark import data, features, params, perceptual, threads, weights
from benchmark.checkpoint import Checkpoint, fingerprint, forget, only_one
from benchmark.curves import finite
from benchmark.interruption import Interruption
from benchmark.messages import nearest, stop
from benchmark.params import Cell
from benchmark.progress import Progress
from benchmark.provenance import peak_process_memory, provenance, sha256
from benchmark.run import Run
from benchmark.seeds import stream
from benchmark.tensorboard import Events
from gans.common.captions import TextToImage
from gans.common.variant import ImageToImage, Variant

CHECKPOINT_SECONDS = 20
SOURCES = ("train.py", "run.py", "data.py", "seeds.py")  # a change of these begins a cell anew


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
    return peak_process_memory()


def deterministic() -> None:
    """From here on, operations whose result depends on the order of threads are errors."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    # else every new tensor is filled first, against reads of what was never written: a price that
    # small images feel
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def start(cell: Cell, settings: params.Params, device: torch.device) -> Run:
    """A cell before its first step."""
    board = settings.boards[cell.board]
    entry, training = board.variants[cell.variant], board.training
    kind, model = gans.load(cell.variant), keywords(cell, settings)
    order = stream(cell.seed, "order")
    batches = data.batches(
        cell.dataset,
        training.batch,
        order,
        device,
        beside=kind.beside,
        paired=getattr(kind, "paired", True),
    )
    torch.manual_seed(stream(cell.seed, "initialisation"))
    variant = kind(tuple(batches.images.shape[1:]), **model).to(device)
    if isinstance(variant, ImageToImage) and variant.perceives:
        variant.perceive = perceptual.layers(cell, settings, variant.shape, device)
    if isinstance(variant, TextToImage):
        variant.read_by(features.caption_encoder(cell.dataset))
    if training.channels_last:
        variant.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    torch.manual_seed(stream(cell.seed, "noise"))
    run = Run(
        variant,
        entry,
        batches,
        half_life=training.average,
        seed=cell.seed,
        precision=getattr(torch, training.precision),
        held_out=data.on_disk(cell.dataset, "test", kind.beside or "labels"),
    )
    if training.compile != "none":
        run.compile(training.compile)
    return run


def train(cell: Cell, settings: params.Params) -> None:
    """Train a cell, from its checkpoint if it has one, and write its outputs.

    Its last checkpoint stays until somebody forgets it: a row that is killed in its third seed
    does not train the first two again. A signal that asks to end is heeded after the step: the
    state is saved, then ``SystemExit``.
    """
    board = settings.boards[cell.board]
    training, budget = board.training, board.datasets[cell.dataset].images
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    threads.limit(training.threads)
    deterministic()

    run, made_from = start(cell, settings, device), inputs(cell, settings)
    code = [Path(__file__).with_name(name) for name in SOURCES]
    code += [gans.files()[cell.variant], *gans.ROOT.glob("common/**/*.py")]
    versions = {"torch": torch.__version__, "device": str(device)}
    checkpoint = Checkpoint(cell.name, fingerprint(made_from | versions, code))
    if state := checkpoint.load(device):
        run.load_state_dict(state)

    saved = time.monotonic()
    started = saved - run.seconds
    with (
        Interruption() as interruption,
        Progress(cell, settings.cells, budget, run.images_seen) as progress,
        Events(cell) as events,
    ):
        while run.images_seen < budget and not run.diverged:
            before = run.images_seen
            run.step(before / budget)
            now = min(run.images_seen, budget)
            if due(now, before, budget=budget, times=training.logs):
                losses = run.curves.read(run.images_seen)
                progress.show(now, losses)
                if not finite(losses):
                    run.fall_back()
                    break
                run.keep()
                run.examine()
                if due(now, before, budget=budget, times=training.snapshots):
                    run.snapshot(training.snapshot_samples)
                events.show(run)
            if interruption.number or time.monotonic() - saved > CHECKPOINT_SECONDS:
                saved = time.monotonic()
                run.seconds = saved - started
                checkpoint.save(run.state_dict())
            if interruption.number:
                interruption.stop(
                    f"{cell}: saved at image {now} of {budget}; `make repro` or"
                    f" `dvc repro {cell.stage('train')}` goes on from there"
                )
        run.seconds = time.monotonic() - started
        checkpoint.save(run.state_dict())
        write(cell, run, made_from)


def keywords(cell: Cell, settings: params.Params) -> dict[str, Any]:
    """What the constructor of the cell's variant is given besides the shape of a sample."""
    board = settings.boards[cell.board]
    model = params.model_keywords(board.datasets[cell.dataset], board.variants[cell.variant])
    kind = gans.load(cell.variant)
    return model | kind.told(data.arrays(cell.dataset, "train"))


def inputs(cell: Cell, settings: params.Params) -> dict[str, Any]:
    """What decides the outcome of a cell, code and versions aside."""
    board = settings.boards[cell.board]
    found = {
        "cell": str(cell),
        "entry": board.variants[cell.variant].model_dump(),
        "model": keywords(cell, settings),
        "images": board.datasets[cell.dataset].images,
        "training": board.training.model_dump(),
        "data": sha256(Path("data") / cell.dataset / "train.npz"),
    }
    if getattr(gans.load(cell.variant), "perceives", False):
        found["perceptual"] = perceptual.facts(cell, settings)
    return found


def write(cell: Cell, run: Run, made_from: dict[str, Any]) -> None:
    """Write the outputs of a cell: weights, curves, snapshots, and the facts of its training."""
    cell.trained.mkdir(parents=True, exist_ok=True)
    cell.losses.parent.mkdir(parents=True, exist_ok=True)
    status = "diverged" if run.diverged else "ok"
    card = {
        **asdict(cell),
        "shape": run.variant.shape,
        "model": made_from["model"],
        "images_seen": run.images_seen,
        "status": status,
    }
    weights.save(run.averaged, cell.trained / "weights.safetensors", card)
    run.curves.write(cell.losses)
    run.health.write(cell.trained / "health.csv", third="quantity")
    np.savez_compressed(
        cell.trained / "snapshots.npz",
        images_seen=np.array([seen for seen, _ in run.snapshots], dtype=np.int64),
        images=np.array([samples.numpy() for _, samples in run.snapshots]),
        judged=np.array([scores.numpy() for scores in run.landscapes]),
    )
    facts = {
        "status": status,
        "seconds": round(run.seconds, 2),
        "peak_memory_bytes": peak_memory(),
        **cost(run.averaged),
        **made_from,
        **provenance(),
    }
    (cell.trained / "training.json").write_text(json.dumps(facts, indent=1) + "\n")


def parse_row(description: str | None) -> tuple[list[Cell], params.Params]:
    """The cells of the row that the command line names, which must be one of params.yaml."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawTextHelpFormatter
    )
    for name in ("board", "dataset", "variant"):
        parser.add_argument(name)
    asked = parser.parse_args()
    settings = params.load()
    rows: dict[str, list[Cell]] = {}
    for cell in settings.cells:
        rows.setdefault(f"{cell.board} {cell.dataset} {cell.variant}", []).append(cell)
    wanted = f"{asked.board} {asked.dataset} {asked.variant}"
    if wanted not in rows:
        stop(f"{wanted}: no such row in {params.FILE}; {nearest(wanted, rows)}")
    return rows[wanted], settings


def main() -> None:
    cells, settings = parse_row(__doc__)
    for cell in cells:
        with only_one(cell.name):
            train(cell, settings)
    for cell in cells:
        forget(cell.name)


if __name__ == "__main__":
    main()
