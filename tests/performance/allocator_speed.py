"""Training with and without memory that the allocator keeps: `make bench-allocator`.

By default glibc returns the memory of large tensors to the system at every step. The processes of
the benchmark keep it: `benchmark.common.processes.keep_freed_memory`. The figures go to
results/bench/allocator.json.
"""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

import gans
from benchmark.common.provenance import provenance
from benchmark.config import Features, VariantConfig
from benchmark.data.batches import Batches
from benchmark.features.extractors.classifier import train_classifier
from benchmark.training.trainer import Trainer
from tests.performance.turns import Contender, Loop, Measured, compare

OUT = Path("results/bench/allocator.json")
ENTRY = VariantConfig(kind="controlled", lr=2e-4, betas=(0.5, 0.999))
LATENT, IMAGES = 64, 512


def make_images(shape: tuple[int, ...]) -> torch.Tensor:
    """Draw random images or clips, uint8 ``(n, *shape)``."""
    return torch.randint(0, 256, (IMAGES, *shape), dtype=torch.uint8)


def train_variant(name: str, shape: tuple[int, ...], width: int, batch: int) -> Loop:
    """Make a loop whose round is a step of the trainer."""
    torch.manual_seed(0)
    more = {"n_critic": 2} if name == "wgan_gp" else {}
    variant = gans.load(name)(shape, latent=LATENT, width=width, **more)
    if len(shape) == 3:
        variant.to(memory_format=torch.channels_last)
    batches = Batches(make_images(shape), batch, 0)
    trainer = Trainer(variant, ENTRY, batches, half_life=1000, seed=0)
    return lambda: trainer.step(0)


def train_patches(side: int, batch: int) -> Loop:
    """Make a loop whose round trains a classifier on two batches of patches."""
    settings = Features(seed=0, epochs=1, batch=batch, lr=1e-3)
    images, labels = make_images((3, side, side))[: 2 * batch], torch.arange(2 * batch) % 10

    def step() -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            train_classifier(images, labels, settings)

    return step


# title -> function, its arguments, blocks, rounds in a block
CASES: dict[str, tuple[Any, tuple[Any, ...], int, int]] = {
    "dcgan, 8x8, width 16": (train_variant, ("dcgan", (1, 8, 8), 16, 64), 7, 20),
    "dcgan, 28x28, width 32": (train_variant, ("dcgan", (1, 28, 28), 32, 64), 4, 2),
    "wgan_gp, 32x32x3, width 16": (train_variant, ("wgan_gp", (3, 32, 32), 16, 64), 4, 2),
    "dcgan, clips of 16 frames, 16x16": (train_variant, ("dcgan", (1, 16, 16, 16), 16, 16), 4, 4),
    "classifier, patches of 96x96": (train_patches, (96, 64), 2, 1),
}


def compare_allocators(make: Any, arguments: tuple[Any, ...], **turns: int) -> dict[str, Measured]:
    """Measure a loop with glibc's defaults, and with memory that is kept."""
    return compare(
        {
            "default": Contender(make, arguments, keeps_memory=False),
            "kept": Contender(make, arguments),
        },
        **turns,
    )


def main() -> None:
    rows: dict[str, Any] = {}
    table = Table("loop", "allocator", "faults a round", "ms a round", "times the default")
    for title, (make, arguments, blocks, rounds) in CASES.items():
        pair = compare_allocators(make, arguments, blocks=blocks, rounds=rounds)
        rows[title] = {
            name: {
                "faults": round(measured.faults),
                "milliseconds": round(1000 * measured.seconds, 2),
                "ratio": round(pair["default"].seconds / measured.seconds, 3),
            }
            for name, measured in pair.items()
        }
        for name, row in rows[title].items():
            table.add_row(
                title, name, f"{row['faults']}", f"{row['milliseconds']}", f"{row['ratio']:.2f}"
            )
    Console().print(table)
    OUT.write_text(json.dumps({"cases": rows, "threads": 1, **provenance()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
