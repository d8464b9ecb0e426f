"""Images per second of the training loop against loops as usually written: `make bench-train`.

All loops of a table have the same networks, batch, learning rate and mathematics, and take turns in
blocks, so that what else the machine does hits them alike; a ratio is one of medians over blocks.
The figures go to results/bench/training.json.
"""

import json
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table
from torch.nn.functional import softplus

from benchmark import config
from benchmark.common.devices import make_deterministic
from benchmark.common.provenance import provenance
from benchmark.config import Run
from benchmark.training import train
from benchmark.training.trainer import Trainer
from tests.performance.loops import (
    LATENT,
    TEXTBOOK,
    Loop,
    Option,
    compare,
    load_mnist,
    make_loops,
    make_random_images,
    rates,
)

OUT = Path("results/bench/training.json")
MNIST = Path("../shared/datasets/MNIST/raw/train-images-idx3-ubyte")
BATCH, WIDTH = 64, 16
N_CRITIC = 2
OPTIONS = {
    "float32": Option(),
    "channels_last": Option(channels_last=True),
    "bfloat16": Option(torch.bfloat16),
    "compile": Option(compile="default"),
}


def bare(trainer: Trainer) -> Loop:
    """A round of the 8x8 track's dcgan with nothing around it: what its mathematics take."""
    variant, batches = trainer.variant, trainer.batches
    generator, discriminator = variant.generator, variant.discriminator
    of_generator, of_discriminator = (trainer.optimizers[n] for n in ("generator", "discriminator"))
    of_the_first, of_the_second = list(discriminator.parameters()), list(generator.parameters())
    average = trainer.moving_average
    decay = 0.5 ** (batches.batch / average.half_life)

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


def main() -> None:
    settings = config.load_params()
    torch.set_num_threads(settings.tracks["images"].training.threads)
    make_deterministic()
    pixels, what = make_random_images(10_000), "made up"
    if MNIST.is_file():
        pixels, what = load_mnist(MNIST), "MNIST, padded to 32x32"
    facts: dict[str, Any] = {"data": what, "batch": BATCH, "latent": LATENT, "width": WIDTH}
    for name in TEXTBOOK:
        loops = make_loops(name, pixels, OPTIONS, batch=BATCH, width=WIDTH, n_critic=N_CRITIC)
        each = BATCH * (N_CRITIC if name == "wgan_gp" else 1)
        facts[name] = rates(compare(loops, blocks=5, rounds=2), each)
        table(f"{name}, {what}", "images/s", facts[name], "the textbook loop")
    if Path("data/digits/train").is_dir():
        run = Run("images", "digits", "dcgan", 0)
        runs = [train.build_trainer(run, settings, torch.device("cpu")) for _ in range(2)]
        loops = {"bare": bare(runs[0]), "ours": lambda: runs[1].step(0)}
        facts["digits"] = rates(compare(loops, blocks=31, rounds=20), 1)
        table("dcgan, digits 8x8", "steps/s", facts["digits"], "the bare loop")
    facts |= {"threads": torch.get_num_threads(), **provenance()}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
