"""Images per second of the training loop against loops as usually written: `make bench-train`.

All loops of a table have the same networks, batch, learning rate and mathematics, and take turns in
blocks, so that what else the machine does hits them alike; a ratio is one of medians over blocks.
The figures go to results/bench/training.json.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn
from torch.nn.functional import softplus
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

import gans
from benchmark import config
from benchmark.common.provenance import provenance
from benchmark.config import Run, VariantConfig
from benchmark.data.batches import Batches
from benchmark.training import train
from benchmark.training.trainer import Trainer
from gans.common.variant import Variant

OUT = Path("results/bench/training.json")
MNIST = Path("../shared/datasets/MNIST/raw/train-images-idx3-ubyte")
BATCH, LATENT, WIDTH = 64, 100, 16
ENTRY = VariantConfig(kind="controlled", lr=2e-4, betas=(0.5, 0.999))
N_CRITIC = 2
Loop = Callable[[], None]  # one round of the algorithm


def images() -> tuple[np.ndarray, str]:
    """uint8 ``(n, 32, 32)``, and what they are."""
    if not MNIST.is_file():
        return np.random.default_rng(0).integers(0, 256, (10_000, 32, 32), np.uint8), "made up"
    pixels = np.frombuffer(MNIST.read_bytes(), np.uint8, offset=16).reshape(-1, 28, 28)
    return np.pad(pixels, ((0, 0), (2, 2), (2, 2))), "MNIST, padded to 32x32"


class Pictures(Dataset):
    """The usual data set: a PIL image and its transforms for each item."""

    def __init__(self, pixels: np.ndarray) -> None:
        self.pixels = pixels
        self.transform = transforms.Compose(
            [transforms.ToTensor(), transforms.Normalize([0.5], [0.5])]
        )

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, index: int) -> Tensor:
        return self.transform(Image.fromarray(self.pixels[index]))


def endless(pixels: np.ndarray) -> Iterator[Tensor]:
    loader = DataLoader(Pictures(pixels), batch_size=BATCH, shuffle=True, drop_last=True)
    while True:
        yield from loader


def adam(player: nn.Module) -> torch.optim.Adam:
    return torch.optim.Adam(player.parameters(), lr=ENTRY.lr, betas=ENTRY.betas)


def textbook_dcgan(variant: Variant, pixels: np.ndarray) -> Loop:
    """The DCGAN of the tutorials: BCE on probabilities, a backward pass through all there is."""
    generator, discriminator = variant.generator, variant.discriminator
    batches, loss = endless(pixels), nn.BCELoss()
    of_generator, of_discriminator = adam(generator), adam(discriminator)

    def step() -> None:
        real = next(batches)
        valid, fake = torch.ones(len(real)), torch.zeros(len(real))
        of_discriminator.zero_grad()
        generated = generator(torch.randn(len(real), LATENT))
        real_loss = loss(torch.sigmoid(discriminator(real)), valid)
        fake_loss = loss(torch.sigmoid(discriminator(generated.detach())), fake)
        d_loss = real_loss + fake_loss
        d_loss.backward()
        of_discriminator.step()
        of_generator.zero_grad()
        generated = generator(torch.randn(len(real), LATENT))
        g_loss = loss(torch.sigmoid(discriminator(generated)), valid)
        g_loss.backward()
        of_generator.step()
        f"[D loss: {d_loss.item()}] [G loss: {g_loss.item()}]"

    return step


def textbook_wgan_gp(variant: Variant, pixels: np.ndarray) -> Loop:
    """The WGAN-GP of the tutorials: the critic's loss goes back through the generator too."""
    generator, critic = variant.generator, variant.critic
    batches = endless(pixels)
    of_generator, of_critic = adam(generator), adam(critic)

    def penalty(real: Tensor, fake: Tensor) -> Tensor:
        share = torch.rand(len(real), 1, 1, 1)
        between = ((1 - share) * real + share * fake).requires_grad_(True)
        judged = critic(between)
        (gradient,) = torch.autograd.grad(
            judged, between, torch.ones_like(judged), create_graph=True, retain_graph=True
        )
        return ((gradient.view(len(real), -1).norm(2, dim=1) - 1) ** 2).mean()

    def step() -> None:
        for _ in range(N_CRITIC):
            real = next(batches)
            of_critic.zero_grad()
            fake = generator(torch.randn(len(real), LATENT))
            d_loss = -critic(real).mean() + critic(fake).mean() + 10 * penalty(real.data, fake.data)
            d_loss.backward()
            of_critic.step()
        of_generator.zero_grad()
        g_loss = -critic(generator(torch.randn(len(real), LATENT))).mean()
        g_loss.backward()
        of_generator.step()
        f"[D loss: {d_loss.item()}] [G loss: {g_loss.item()}]"

    return step


TEXTBOOK = {"dcgan": textbook_dcgan, "wgan_gp": textbook_wgan_gp}


def build(name: str) -> Variant:
    torch.manual_seed(0)
    more: dict[str, Any] = {"n_critic": N_CRITIC} if name == "wgan_gp" else {}
    return gans.load(name)((1, 32, 32), latent=LATENT, width=WIDTH, **more)


def ours(name: str, pixels: np.ndarray, option: str) -> Loop:
    """The loop of the benchmark with an option of its engine."""
    variant = build(name)
    if option == "channels_last":
        variant.to(memory_format=torch.channels_last)
    precision = torch.bfloat16 if option == "bfloat16" else torch.float32
    batches = Batches(torch.from_numpy(pixels[:, None]), BATCH, 0)
    trainer = Trainer(variant, ENTRY, batches, half_life=20_000, seed=0, precision=precision)
    if option == "compile":
        trainer.compile()
    return lambda: trainer.step(0)


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


def compare(loops: dict[str, Loop], *, blocks: int, rounds: int) -> dict[str, float]:
    """Median seconds of a round of each loop, the loops taking turns in blocks of rounds."""
    seconds: dict[str, list[float]] = {name: [] for name in loops}
    for loop in loops.values():
        loop()  # compiled, allocated
    for _ in range(blocks):
        for name, loop in loops.items():
            started = time.perf_counter()
            for _ in range(rounds):
                loop()
            seconds[name].append((time.perf_counter() - started) / rounds)
    return {name: statistics.median(each) for name, each in seconds.items()}


def table(title: str, unit: str, rows: dict[str, dict[str, float]], first: str) -> None:
    shown = Table("loop", unit, f"times {first}", title=title)
    for name, row in rows.items():
        shown.add_row(name, f"{row['rate']:.1f}", f"{row['ratio']:.2f}")
    Console().print(shown)


def rates(seconds: dict[str, float], each: int) -> dict[str, dict[str, float]]:
    """Per loop: how many of ``each`` a second, and the ratio to the first loop."""
    first = next(iter(seconds.values()))
    return {
        name: {"rate": round(each / median, 2), "ratio": round(first / median, 3)}
        for name, median in seconds.items()
    }


def main() -> None:
    settings = config.load_params()
    torch.set_num_threads(settings.tracks["images"].training.threads)
    train.make_deterministic()
    pixels, what = images()
    facts: dict[str, Any] = {"data": what, "batch": BATCH, "latent": LATENT, "width": WIDTH}
    for name, textbook in TEXTBOOK.items():
        loops = {"textbook": textbook(build(name), pixels)}
        for option in ("float32", "channels_last", "bfloat16", "compile"):
            loops[option] = ours(name, pixels, option)
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
