"""One cell: train a variant on a data set with a seed.

`python -m benchmark.train images digits dcgan 0` writes to runs/images/digits/dcgan/0/:

- weights.safetensors: the moving average of the weights, at the end of the budget;
- losses.csv: every loss term over the run;
- snapshots.npz: samples at moments of the run, from the same noise each time;
- training.json: status, cost and provenance.
"""

import argparse
import json
import os
import resource
import time
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.flop_counter import FlopCounterMode

import gans
from benchmark import data, params, weights
from benchmark.checkpoint import Checkpoint, fingerprint, only_one
from benchmark.curves import Curves, finite
from benchmark.messages import nearest, stop
from benchmark.params import Cell, Entry
from benchmark.progress import Progress
from benchmark.provenance import provenance, sha256
from benchmark.seeds import stream
from gans.common.variant import Variant

CHECKPOINT_SECONDS = 20


class Run:
    """A cell in training: everything that a checkpoint must hold.

    Args:
        variant: on its device; its players are its direct children.
        entry: optimiser and learning rate.
        batches: the real data.
        half_life: of the moving average of the weights, in images seen.
        seed: of the cell.
    """

    def __init__(
        self, variant: Variant, entry: Entry, batches: data.Batches, *, half_life: float, seed: int
    ) -> None:
        self.variant = variant.train()
        self.batches = batches
        self.half_life = half_life
        self.average = AveragedModel(variant, use_buffers=True).eval()
        self.averaged = cast(Variant, self.average.module)
        self.optimizers = {
            name: optimizer(entry, player) for name, player in variant.named_children()
        }
        self.names = {player: name for name, player in variant.named_children()}
        self.curves = Curves()
        self.snapshots: list[tuple[int, Tensor]] = []  # images seen, samples as uint8
        self.snapshot_seed = stream(seed, "snapshots")
        self.seconds = 0.0

    @property
    def images_seen(self) -> int:
        return self.batches.images_seen

    def step(self, progress: float) -> None:
        """One round of the variant's algorithm, and of the moving average behind it."""
        before = self.images_seen
        self.variant.progress = self.averaged.progress = progress
        for player, losses in self.variant.step(self.batches):
            name = self.names[player]
            self.optimizers[name].zero_grad()
            # only this player receives a gradient, whatever else the loss went through
            torch.stack(list(losses.values())).sum().backward(inputs=list(player.parameters()))
            self.optimizers[name].step()
            self.curves.add(name, losses)
        decay = 0.5 ** ((self.images_seen - before) / self.half_life)
        self.average.multi_avg_fn = get_ema_multi_avg_fn(decay)
        self.average.update_parameters(self.variant)

    @torch.no_grad()
    def snapshot(self, n: int) -> None:
        """Keep ``n`` samples of the moving average, from the same noise each time."""
        devices = [next(self.variant.parameters()).device] if torch.cuda.is_available() else []
        with torch.random.fork_rng(devices=devices):
            torch.manual_seed(self.snapshot_seed)
            samples = data.to_bytes(self.averaged.sample(n)).cpu()
        self.snapshots.append((self.images_seen, samples))

    def state_dict(self) -> dict[str, Any]:
        return {
            "variant": self.variant.state_dict(),
            "average": self.average.state_dict(),
            "optimizers": {name: o.state_dict() for name, o in self.optimizers.items()},
            "batches": self.batches.state_dict(),
            "curves": self.curves.state_dict(),
            "snapshots": self.snapshots,
            "seconds": self.seconds,
            "cpu_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.variant.load_state_dict(state["variant"])
        self.average.load_state_dict(state["average"])
        for name, optimizer_state in state["optimizers"].items():
            self.optimizers[name].load_state_dict(optimizer_state)
        self.batches.load_state_dict(state["batches"])
        self.curves.load_state_dict(state["curves"])
        self.snapshots = [(seen, samples.cpu()) for seen, samples in state["snapshots"]]
        self.seconds = state["seconds"]
        torch.set_rng_state(state["cpu_rng"].cpu())
        torch.cuda.set_rng_state_all([rng.cpu() for rng in state["cuda_rng"]])


def optimizer(entry: Entry, player: nn.Module) -> torch.optim.Optimizer:
    """The optimiser of one player."""
    if entry.optimizer == "Adam":
        return torch.optim.Adam(
            player.parameters(), lr=entry.lr, betas=entry.betas or (0.9, 0.999), fused=True
        )
    return torch.optim.RMSprop(player.parameters(), lr=entry.lr, foreach=True)


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


def train(cell: Cell, settings: params.Params) -> None:
    """Train a cell, from its checkpoint if it has one, and write its outputs."""
    board = settings.boards[cell.board]
    entry, dataset, training = (
        board.variants[cell.variant],
        board.datasets[cell.dataset],
        board.training,
    )
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.set_num_threads(training.threads)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)

    images = torch.from_numpy(data.read(cell.dataset, "train")[0]).to(device)
    shape, model = tuple(images.shape[1:]), params.model_keywords(dataset, entry)
    torch.manual_seed(stream(cell.seed, "initialisation"))
    variant = gans.load(cell.variant)(shape, **model).to(device)
    batches = data.Batches(images, training.batch, stream(cell.seed, "order"))
    run = Run(variant, entry, batches, half_life=training.average, seed=cell.seed)
    expense = cost(run.averaged)
    torch.manual_seed(stream(cell.seed, "noise"))

    inputs = {
        "cell": str(cell),
        "entry": entry.model_dump(),
        "dataset": dataset.model_dump(),
        "training": training.model_dump(),
        "data": sha256(Path("data") / cell.dataset / "train.npz"),
    }
    code = [Path(__file__), gans.files()[cell.variant], *gans.ROOT.glob("common/**/*.py")]
    versions = {"torch": torch.__version__, "device": str(device)}
    checkpoint = Checkpoint(
        f"{cell.board}-{cell.stage}", fingerprint(inputs | versions, [*code, Path(data.__file__)])
    )
    if state := checkpoint.load(device):
        run.load_state_dict(state)

    budget, status = dataset.images, "ok"
    finite_weights = {name: value.clone() for name, value in run.averaged.state_dict().items()}
    started = saved = time.monotonic() - run.seconds
    with Progress(cell, settings.cells, budget, run.images_seen) as progress:
        while run.images_seen < budget:
            before = run.images_seen
            run.step(before / budget)
            now = min(run.images_seen, budget)
            if due(now, before, budget=budget, times=training.logs):
                losses = run.curves.read(run.images_seen)
                progress.show(now, losses)
                if not finite(losses):
                    status = "diverged"
                    run.averaged.load_state_dict(finite_weights)
                    break
                for name, value in run.averaged.state_dict().items():
                    finite_weights[name].copy_(value)
                if due(now, before, budget=budget, times=training.snapshots):
                    run.snapshot(training.snapshot_samples)
            if time.monotonic() - saved > CHECKPOINT_SECONDS:
                saved = time.monotonic()
                run.seconds = saved - started
                checkpoint.save(run.state_dict())
    run.seconds = time.monotonic() - started

    cell.folder.mkdir(parents=True, exist_ok=True)
    card = {
        "board": cell.board,
        "dataset": cell.dataset,
        "variant": cell.variant,
        "seed": cell.seed,
        "shape": shape,
        "model": model,
        "images_seen": run.images_seen,
        "status": status,
    }
    weights.save(run.averaged, cell.folder / "weights.safetensors", card)
    run.curves.write(cell.folder / "losses.csv")
    np.savez_compressed(
        cell.folder / "snapshots.npz",
        images_seen=np.array([seen for seen, _ in run.snapshots], dtype=np.int64),
        images=np.array([samples.numpy() for _, samples in run.snapshots], dtype=np.uint8),
    )
    facts = {
        "status": status,
        "seconds": round(run.seconds, 2),
        "peak_memory_bytes": peak_memory(),
        **expense,
        **inputs,
        **provenance(),
    }
    (cell.folder / "training.json").write_text(json.dumps(facts, indent=1) + "\n")
    checkpoint.remove()


def parse_cell(description: str | None) -> tuple[Cell, params.Params]:
    """The cell that the command line names, which must be one of params.yaml."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawTextHelpFormatter
    )
    for name in ("board", "dataset", "variant"):
        parser.add_argument(name)
    parser.add_argument("seed", type=int)
    cell = Cell(**vars(parser.parse_args()))
    settings = params.load()
    if cell not in settings.cells:
        known = [str(other) for other in settings.cells]
        stop(f"{cell}: no such cell in {params.FILE}; {nearest(str(cell), known)}")
    return cell, settings


if __name__ == "__main__":
    cell, settings = parse_cell(__doc__)
    with only_one(f"{cell.board}-{cell.stage}"):
        train(cell, settings)
