"""Images per second of the training loop against loops as usually written: `make bench-train`.

All loops of a table have the same networks, batch, learning rate and mathematics. Each has a
process with one thread, and they take turns in blocks. The loop of the tutorials runs twice: with
memory as glibc manages it by default, as users run it, and with memory kept, as in the processes of
the benchmark. The figures go to results/bench/training.json.
"""

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from torch.nn.functional import softplus

from benchmark import config
from benchmark.common.provenance import provenance
from benchmark.config import Run
from benchmark.training import train
from benchmark.training.trainer import Trainer
from gans.common.variant import Variant
from tests.performance.loops import (
    LATENT,
    TEXTBOOK,
    Loop,
    Option,
    build_trainer,
    build_variant,
    load_endlessly,
    load_mnist,
    make_random_images,
)
from tests.performance.turns import Contender, Measured, compare

OUT = Path("results/bench/training.json")
MNIST = Path("../shared/datasets/MNIST/raw/train-images-idx3-ubyte")
BATCH, WIDTH = 64, 16
N_CRITIC = 2
KEPT = "textbook, memory kept"
OPTIONS = {
    "float32": Option(),
    "float32, channels last": Option(channels_last=True),
    "bfloat16, channels last": Option(torch.bfloat16, channels_last=True),
    "compiled": Option(compile="default"),
}


def load_images() -> tuple[np.ndarray, str]:
    """Load or draw images, uint8 ``(n, 32, 32)``; return them and their description."""
    if MNIST.is_file():
        return load_mnist(MNIST), "MNIST, padded to 32x32"
    return make_random_images(10_000), "random images of 32x32"


def build(name: str) -> Variant:
    """Build the variant of a table."""
    return build_variant(name, side=32, width=WIDTH, n_critic=N_CRITIC)


def make_textbook(name: str) -> Loop:
    """Make the loop of the tutorials."""
    return TEXTBOOK[name](build(name), load_endlessly(load_images()[0], BATCH))


def make_ours(name: str, option: str) -> Loop:
    """Make the loop of the benchmark with one of its options."""
    return partial(build_trainer(build(name), load_images()[0], BATCH, OPTIONS[option]).step, 0)


def make_digits(is_bare: bool) -> Loop:
    """Make the loop of the row digits-dcgan, or a bare one with the same mathematics."""
    run = Run("images", "digits", "dcgan", 0)
    trainer = train.build_trainer(run, config.load_params(), torch.device("cpu"))
    return bare(trainer) if is_bare else partial(trainer.step, 0)


def bare(trainer: Trainer) -> Loop:
    """A round of the 8x8 track's dcgan with nothing around it: what its mathematics take."""
    variant, batches = trainer.variant, trainer.batches
    generator, discriminator = variant.generator, variant.discriminator
    of_generator, of_discriminator = (trainer.optimizers[n] for n in ("generator", "discriminator"))
    of_the_first, of_the_second = list(discriminator.parameters()), list(generator.parameters())
    average = trainer.moving_average
    decay = 0.5 ** (1 / average.half_life)

    def step() -> None:
        real = next(batches)
        with torch.no_grad():
            fake = generator(torch.randn(len(real), variant.latent))
        loss = softplus(-discriminator(real)).mean() + softplus(discriminator(fake)).mean()
        of_discriminator.zero_grad()
        loss.backward(inputs=of_the_first)
        of_discriminator.step()
        fake = generator(torch.randn(len(real), variant.latent))
        loss = softplus(-discriminator(fake)).mean()
        of_generator.zero_grad()
        loss.backward(inputs=of_the_second)
        of_generator.step()
        with torch.no_grad():
            torch._foreach_lerp_(average.groups[0], average.weight_groups[0], 1 - decay)

    return step


def table(title: str, unit: str, rows: dict[str, dict[str, float]], first: str) -> None:
    shown = Table("loop", unit, f"times {first}", title=title)
    for name, row in rows.items():
        shown.add_row(name, f"{row['rate']:.1f}", f"{row['ratio']:.2f}")
    Console().print(shown)


def summarise(measured: dict[str, Measured], each: int) -> dict[str, dict[str, float]]:
    """Compute how many of ``each`` a second, and ratios to the loops of the tutorials or the first.

    Args:
        measured: by name, the loop to compare with first.
        each: samples or steps of a round.
    """
    first = next(iter(measured.values()))
    rows = {
        name: {
            "rate": round(each / loop.seconds, 2),
            "ratio": round(first.seconds / loop.seconds, 3),
        }
        for name, loop in measured.items()
    }
    if KEPT in measured:
        for name, loop in measured.items():
            rows[name]["ratio_kept"] = round(measured[KEPT].seconds / loop.seconds, 3)
    return rows


def main() -> None:
    facts: dict[str, Any] = {
        "data": load_images()[1], "batch": BATCH, "latent": LATENT, "width": WIDTH, "threads": 1
    }  # fmt: skip
    for name in TEXTBOOK:
        contenders = {
            "textbook": Contender(make_textbook, (name,), keeps_memory=False),
            KEPT: Contender(make_textbook, (name,)),
            **{option: Contender(make_ours, (name, option)) for option in OPTIONS},
        }
        each = BATCH * (N_CRITIC if name == "wgan_gp" else 1)
        facts[name] = summarise(compare(contenders, blocks=5, rounds=3), each)
        table(name, "images/s", facts[name], "the textbook loop")
    if Path("data/digits/train").is_dir():
        contenders = {
            "bare": Contender(make_digits, (True,)),
            "ours": Contender(make_digits, (False,)),
        }
        facts["digits"] = summarise(compare(contenders, blocks=9, rounds=20), 1)
        table("dcgan, digits 8x8", "steps/s", facts["digits"], "the bare loop")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(facts | provenance(), indent=1) + "\n")


if __name__ == "__main__":
    main()
