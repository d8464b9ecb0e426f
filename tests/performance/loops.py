"""Training loops to compare: those of common tutorials, and the loop of the benchmark.

Needs torch and numpy; the data loader of the tutorials also needs torchvision and Pillow.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

import gans
from benchmark.data.batches import Batches
from benchmark.training.trainer import Trainer
from gans.common.variant import Variant

LATENT = 100
Loop = Callable[[], object]  # one round of the algorithm


@dataclass(frozen=True)
class Settings:
    """Settings of all players, as those of `VariantConfig`, which needs pydantic."""

    lr: float = 2e-4
    optimizer: str = "Adam"
    betas: tuple[float, float] | None = (0.5, 0.999)
    momentum: float | None = None
    weight_decay: float | None = None
    schedule: str = "constant"
    decay_from: float = 0.0
    max_gradient_norm: float | None = None
    max_gradient_value: float | None = None

    def for_player(self, name: str) -> "Settings":
        """Return the settings, which all players share."""
        return self


@dataclass(frozen=True)
class Option:
    """An option of the benchmark's loop.

    Attributes:
        precision: of the forward passes.
        compile: mode of `Trainer.compile`; None without compilation.
        channels_last: whether channels are the last axis of weights in memory.
    """

    precision: torch.dtype = torch.float32
    compile: str | None = None
    channels_last: bool = False


def load_mnist(file: Path) -> np.ndarray:
    """Load MNIST's images from the idx file, padded to 32x32: uint8 ``(n, 32, 32)``."""
    pixels = np.frombuffer(file.read_bytes(), np.uint8, offset=16).reshape(-1, 28, 28)
    return np.pad(pixels, ((0, 0), (2, 2), (2, 2)))


def make_random_images(count: int) -> np.ndarray:
    """Draw random images, uint8 ``(count, 32, 32)``."""
    return np.random.default_rng(0).integers(0, 256, (count, 32, 32), np.uint8)


class Pictures(Dataset):
    """The usual data set: a PIL image and its transforms for each item.

    Args:
        pixels: uint8 ``(n, h, w)``.
    """

    def __init__(self, pixels: np.ndarray) -> None:
        from PIL import Image
        from torchvision import transforms

        self.pixels = pixels
        self.to_image = Image.fromarray
        self.transform = transforms.Compose(
            [transforms.ToTensor(), transforms.Normalize([0.5], [0.5])]
        )

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, index: int) -> Tensor:
        return self.transform(self.to_image(self.pixels[index]))


def load_endlessly(pixels: np.ndarray, batch: int) -> Iterator[Tensor]:
    """Yield the batches of a usual DataLoader endlessly, on the CPU."""
    loader = DataLoader(Pictures(pixels), batch_size=batch, shuffle=True, drop_last=True)
    while True:
        yield from loader


def make_adam(player: nn.Module) -> torch.optim.Adam:
    """Make the optimiser of a player as the tutorials do."""
    settings = Settings()
    assert settings.betas is not None
    return torch.optim.Adam(player.parameters(), lr=settings.lr, betas=settings.betas)


def textbook_dcgan(variant: Variant, batches: Iterator[Tensor]) -> Loop:
    """The DCGAN of the tutorials: BCE on probabilities, a backward pass through all there is.

    Args:
        variant: whose networks are trained, on their device.
        batches: endless, on the CPU.
    """
    generator, discriminator = variant.generator, variant.discriminator
    device, latent, loss = variant.device, variant.latent, nn.BCELoss()
    of_generator, of_discriminator = make_adam(generator), make_adam(discriminator)

    def step() -> None:
        real = next(batches).to(device)
        valid, fake = torch.ones(len(real), device=device), torch.zeros(len(real), device=device)
        of_discriminator.zero_grad()
        generated = generator(torch.randn(len(real), latent, device=device))
        real_loss = loss(torch.sigmoid(discriminator(real)), valid)
        fake_loss = loss(torch.sigmoid(discriminator(generated.detach())), fake)
        d_loss = real_loss + fake_loss
        d_loss.backward()
        of_discriminator.step()
        of_generator.zero_grad()
        generated = generator(torch.randn(len(real), latent, device=device))
        g_loss = loss(torch.sigmoid(discriminator(generated)), valid)
        g_loss.backward()
        of_generator.step()
        f"[D loss: {d_loss.item()}] [G loss: {g_loss.item()}]"

    return step


def textbook_wgan_gp(variant: Variant, batches: Iterator[Tensor]) -> Loop:
    """The WGAN-GP of the tutorials: the critic's loss goes back through the generator too.

    Args:
        variant, batches: as for `textbook_dcgan`.
    """
    generator, critic = variant.generator, variant.critic
    device, latent = variant.device, variant.latent
    of_generator, of_critic = make_adam(generator), make_adam(critic)

    def penalty(real: Tensor, fake: Tensor) -> Tensor:
        share = torch.rand(len(real), 1, 1, 1, device=device)
        between = ((1 - share) * real + share * fake).requires_grad_(True)
        scores = critic(between)
        (gradient,) = torch.autograd.grad(
            scores, between, torch.ones_like(scores), create_graph=True, retain_graph=True
        )
        return ((gradient.view(len(real), -1).norm(2, dim=1) - 1) ** 2).mean()

    def step() -> None:
        for _ in range(variant.n_critic):
            real = next(batches).to(device)
            of_critic.zero_grad()
            fake = generator(torch.randn(len(real), latent, device=device))
            d_loss = -critic(real).mean() + critic(fake).mean() + 10 * penalty(real.data, fake.data)
            d_loss.backward()
            of_critic.step()
        of_generator.zero_grad()
        g_loss = -critic(generator(torch.randn(len(real), latent, device=device))).mean()
        g_loss.backward()
        of_generator.step()
        f"[D loss: {d_loss.item()}] [G loss: {g_loss.item()}]"

    return step


TEXTBOOK = {"dcgan": textbook_dcgan, "wgan_gp": textbook_wgan_gp}


def build_variant(
    name: str, *, side: int, width: int, n_critic: int, device: str | torch.device = "cpu"
) -> Variant:
    """Build a variant for grey images with the same weights each time.

    Args:
        name: of the variant.
        side: height and width of an image.
        width: of the networks.
        n_critic: rounds of the critic, of variants that have the argument.
        device: of the weights.
    """
    torch.manual_seed(0)
    more: dict[str, Any] = {"n_critic": n_critic} if name == "wgan_gp" else {}
    return gans.load(name)((1, side, side), latent=LATENT, width=width, **more).to(device)


def build_trainer(
    variant: Variant, pixels: np.ndarray, batch: int, option: Option | None = None
) -> Trainer:
    """Build the trainer of the benchmark with an option of its engine.

    Args:
        variant: on its device.
        pixels: uint8 ``(n, h, w)``.
        batch: images of a batch.
        option: by default float32 without compilation.
    """
    option = option or Option()
    if option.channels_last:
        variant.to(memory_format=torch.channels_last)
    batches = Batches(torch.from_numpy(pixels[:, None]).to(variant.device), batch, 0)
    trainer = Trainer(
        variant,
        Settings(),  # type: ignore[arg-type]
        batches,
        half_life=20_000,
        seed=0,
        precision=option.precision,
    )
    if option.compile:
        trainer.compile(option.compile)
    return trainer


def make_loops(
    name: str,
    pixels: np.ndarray,
    options: dict[str, Option],
    *,
    batch: int,
    width: int,
    n_critic: int,
    device: str | torch.device = "cpu",
) -> dict[str, Loop]:
    """Make the textbook loop of a variant, and that of the benchmark with each option.

    Args:
        name: of the variant.
        pixels: square images, uint8 ``(n, h, w)``.
        options: by name.
        batch: images of a batch.
        width, n_critic, device: as for `build_variant`.
    """

    def build() -> Variant:
        side = pixels.shape[1]
        return build_variant(name, side=side, width=width, n_critic=n_critic, device=device)

    loops = {"textbook": TEXTBOOK[name](build(), load_endlessly(pixels, batch))}
    for option_name, option in options.items():
        loops[option_name] = partial(build_trainer(build(), pixels, batch, option).step, 0)
    return loops


def compare(
    loops: dict[str, Loop],
    *,
    blocks: int,
    rounds: int,
    synchronize: Callable[[], object] = lambda: None,
) -> dict[str, float]:
    """Median seconds of a round of each loop, the loops taking turns in blocks of rounds.

    Args:
        loops: by name.
        blocks, rounds: number of blocks of a loop, and of rounds in a block.
        synchronize: waits for the device, so that a block ends when its work is done.
    """
    seconds: dict[str, list[float]] = {name: [] for name in loops}
    for loop in loops.values():
        loop()  # compiled, allocated
    for _ in range(blocks):
        for name, loop in loops.items():
            synchronize()
            started = time.perf_counter()
            for _ in range(rounds):
                loop()
            synchronize()
            seconds[name].append((time.perf_counter() - started) / rounds)
    return {name: statistics.median(each) for name, each in seconds.items()}


def rates(seconds: dict[str, float], each: int) -> dict[str, dict[str, float]]:
    """Per loop: how many of ``each`` a second, and the ratio to the first loop."""
    first = next(iter(seconds.values()))
    return {
        name: {"rate": round(each / median, 2), "ratio": round(first / median, 3)}
        for name, median in seconds.items()
    }
