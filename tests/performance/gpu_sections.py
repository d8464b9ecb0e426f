"""The sections of the checks on a GPU; needs torch, NumPy and SciPy."""

import gc
import hashlib
import io
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

import gans
from benchmark.common.devices import make_deterministic
from benchmark.common.provenance import peak_process_memory, provenance
from benchmark.common.seeds import stream
from benchmark.data.batches import Batches, StreamedBatches
from benchmark.data.pixels import to_unit
from benchmark.evaluation.sampling import draw
from benchmark.metrics import feature_moments, frechet_distance_from_moments, kid, prdc
from benchmark.training.curves import is_finite
from benchmark.training.trainer import Trainer
from gans.common.variant import Variant
from tests.gans import builders
from tests.performance.gpu_report import Items, Report, describe_error
from tests.performance.loops import (
    TEXTBOOK,
    Loop,
    Option,
    Settings,
    build_trainer,
    build_variant,
    compare,
    load_mnist,
    make_loops,
    make_random_images,
    rates,
)

GOAL = 5  # times the images per second of the textbook loop
VARIANTS = ("dcgan", "wgan_gp", "sngan")
OPTIONS = {
    "float32": Option(),
    "bfloat16": Option(torch.bfloat16),
    "bfloat16, channels last": Option(torch.bfloat16, channels_last=True),
    "CUDA graphs": Option(compile="reduce-overhead"),
    "compile": Option(compile="default"),
    "bfloat16, CUDA graphs": Option(torch.bfloat16, "reduce-overhead"),
}
LOOP_OPTIONS = {name: OPTIONS[name] for name in ("float32", "bfloat16", "CUDA graphs")}


@dataclass(frozen=True)
class Sizes:
    """Sizes of the measurements.

    Attributes:
        sides: heights of the small and the large images.
        widths: of networks, for the comparison of loops; the first one elsewhere.
        batch: images of a batch.
        n_critic: rounds of the critic of WGAN-GP.
        steps: of a short training.
        blocks, rounds: of a comparison of loops.
        samples: that are drawn and scored.
        features: numbers of features, of the classifier and of Inception.
        images: that are trained on.
        variants: of the sections on speed.
    """

    sides: tuple[int, int] = (32, 64)
    widths: tuple[int, int] = (64, 16)
    batch: int = 64
    n_critic: int = 5
    steps: int = 40
    blocks: int = 5
    rounds: int = 20
    samples: int = 10_000
    features: tuple[int, int] = (64, 2048)
    images: int = 60_000
    variants: tuple[str, ...] = VARIANTS


TINY = Sizes((8, 16), (4, 2), 8, 2, 6, 1, 1, 24, (8, 16), 64, ("wgan_gp",))


@dataclass(frozen=True)
class Context:
    """What all sections share.

    Attributes:
        device: of networks and images.
        sizes: of the measurements.
        small, large: the images at both sides, uint8 ``(n, h, w)``.
    """

    device: torch.device
    sizes: Sizes
    small: np.ndarray
    large: np.ndarray

    def synchronize(self) -> None:
        """Wait until the device has done its work."""
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def build(self, name: str, pixels: np.ndarray, option: Option, width: int = 0) -> Trainer:
        """Build the trainer of a variant for images."""
        variant = build_variant(
            name,
            side=pixels.shape[1],
            width=width or self.sizes.widths[0],
            n_critic=self.sizes.n_critic,
            device=self.device,
        )
        torch.manual_seed(1)
        return build_trainer(variant, pixels, self.sizes.batch, option)


def load_context(images: Path | None, device: str, sizes: Sizes) -> tuple[Context, str]:
    """Load or draw images at both sides; return them and their description.

    Args:
        images: the idx file of MNIST's images; None for random images.
        device: ``cpu`` or ``cuda``.
        sizes: of the measurements.
    """
    pixels = load_mnist(images) if images else make_random_images(sizes.images)
    pixels = pixels[: sizes.images]
    small, large = (resize(pixels, side) for side in sizes.sides)
    name = "MNIST, padded to 32x32" if images else "random images of 32x32"
    description = f"{name}; pixels repeated or left out for {sizes.sides[0]} and {sizes.sides[1]}"
    return Context(torch.device(device), sizes, small, large), description


def resize(pixels: np.ndarray, side: int) -> np.ndarray:
    """Repeat or leave out pixels of square images ``(n, h, h)``, for another side."""
    index = np.arange(side) * pixels.shape[1] // side
    return np.ascontiguousarray(pixels[:, index][:, :, index])


def hash_state(trainer: Trainer) -> str:
    """Compute the SHA-256 of the state of a training: all but its times."""
    state = trainer.state_dict()
    del state["times"], state["seconds"]
    digest = hashlib.sha256()
    for name, value in flatten(state, ""):
        digest.update(name.encode())
        is_tensor = isinstance(value, Tensor)
        digest.update(value.cpu().numpy().tobytes() if is_tensor else repr(value).encode())
    return digest.hexdigest()


def flatten(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the leaves of nested dictionaries and sequences, with their paths."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from flatten(part, f"{name}/{key}")
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield from flatten(part, f"{name}/{index}")
    else:
        yield name, value


def train(trainer: Trainer, start: int, stop: int, steps: int) -> None:
    """Train from one step to another, with logs, health and snapshots as the pipeline has them.

    Args:
        trainer: after ``start`` steps.
        start, stop: steps done before and after.
        steps: of the whole training; it logs in the middle and at the end.
    """
    for step in range(start, stop):
        trainer.step(step / steps)
        if (step + 1) % (steps // 2) == 0:
            trainer.curves.read(trainer.samples_seen)
            trainer.store_finite_average()
            trainer.log_health()
            trainer.take_snapshot(16)
    if stop == steps:
        trainer.recompute_batch_norm()


def compare_hashes(first: str, second: str) -> dict[str, Any]:
    """Return whether two hashes are equal, and the first."""
    return {"equal": first == second, "sha256": first}


def list_repeated(context: Context) -> Items:
    """Two trainings each, which must give the same bits."""
    cases = {name: (name, "float32") for name in VARIANTS}
    cases |= {"dcgan, bfloat16": ("dcgan", "bfloat16")}
    items: Items = {
        case: partial(repeat_training, context, name, OPTIONS[option])
        for case, (name, option) in cases.items()
    }
    return items | {"dcgan, images streamed from memory": partial(stream_training, context)}


def hash_training(context: Context, trainer: Trainer) -> str:
    """Train a short run and hash its state."""
    train(trainer, 0, context.sizes.steps, context.sizes.steps)
    return hash_state(trainer)


def repeat_training(context: Context, name: str, option: Option) -> dict[str, Any]:
    """Train twice and compare the bits."""
    hashes = [hash_training(context, context.build(name, context.small, option)) for _ in range(2)]
    return compare_hashes(*hashes) | {"steps": context.sizes.steps}


def stream_training(context: Context) -> dict[str, Any]:
    """Train on resident images and on images that threads load, and compare the bits."""
    hashes = []
    for is_streamed in (False, True):
        trainer = context.build("dcgan", context.small, Option())
        if is_streamed:
            images = torch.from_numpy(context.small[:, None])
            trainer.batches = StreamedBatches(images, context.sizes.batch, 0, device=context.device)
        hashes.append(hash_training(context, trainer))
    return compare_hashes(*hashes) | {"steps": context.sizes.steps}


def list_resumed(context: Context) -> Items:
    """A checkpoint in the middle, which must give the bits of the whole run."""
    cases = {name: (name, "float32") for name in VARIANTS}
    cases |= {"dcgan, bfloat16": ("dcgan", "bfloat16")}
    return {
        case: partial(resume_training, context, name, OPTIONS[option])
        for case, (name, option) in cases.items()
    }


def resume_training(context: Context, name: str, option: Option) -> dict[str, Any]:
    """Train without and with a checkpoint between two logs, and compare the bits."""
    steps = context.sizes.steps
    middle = steps // 2 + 1
    whole = hash_training(context, context.build(name, context.small, option))
    trainer = context.build(name, context.small, option)
    train(trainer, 0, middle, steps)
    file = io.BytesIO()
    torch.save(trainer.state_dict(), file)
    resumed = context.build(name, context.small, option)
    torch.manual_seed(2)  # the state restores the generators
    file.seek(0)
    resumed.load_state_dict(torch.load(file, map_location=context.device, weights_only=True))
    train(resumed, middle, steps, steps)
    return compare_hashes(whole, hash_state(resumed)) | {"steps": steps, "resumed_at": middle}


def list_deterministic(context: Context) -> Items:
    """Two steps of each variant in deterministic mode, twice; an error names the operation."""
    return {name: partial(step_twice, context, name) for name in sorted(gans.files())}


def step_twice(context: Context, name: str) -> dict[str, Any]:
    """Train a small variant for two steps with a snapshot, twice, and compare the bits."""
    return compare_hashes(*(hash_small(context, name) for _ in range(2)))


def hash_small(context: Context, name: str) -> str:
    """Train a small variant for two steps on random data and hash its state."""
    variant, batches = build_small(context, name)
    trainer = Trainer(variant, Settings(), batches, half_life=100, seed=0)  # type: ignore[arg-type]
    train(trainer, 0, 2, 2)
    return hash_state(trainer)


def build_small(context: Context, name: str) -> tuple[Variant, Batches]:
    """Build a small variant and batches of random data for it, on the device."""
    side = min(context.sizes.sides[0], 16)
    shape = (1, side, side)
    if gans.family(name) == "video":
        shape = (1, 8, side, side)
    elif gans.family(name) == "text":
        shape = builders.get_default_shape(name)
    variant = builders.build(name, shape).to(context.device)
    return variant, builders.make_batches(name, shape, 8, device=context.device)


def list_evaluation(context: Context) -> Items:
    """Draw, score and reconstruct samples of each variant, as the pipeline does."""
    return {name: partial(evaluate_small, context, name) for name in sorted(gans.files())}


def evaluate_small(context: Context, name: str) -> dict[str, Any]:
    """Draw samples of a small variant for stored conditions; score and reconstruct real ones."""
    variant, batches = build_small(context, name)
    variant.eval()
    condition = None if batches.condition is None else batches.condition[:8]
    stored = None if condition is None else condition.cpu().numpy()
    samples, _ = draw(variant, 8, seed=0, batch=4, conditions=stored)
    real = to_unit(batches.images[:8])
    given = None if condition is None else to_unit(condition)
    with torch.no_grad():
        variant.discriminator_score(real, given)
        if gans.family(name) not in ("text", "text_to_image"):
            variant.reconstruct(given if variant.condition_key == "condition" else real)
    return {"samples": len(samples), "finite": bool(np.isfinite(samples).all())}


def list_loops(context: Context) -> Items:
    """Images per second of the textbook loop and of the benchmark's, in turn."""
    wide, narrow = context.sizes.widths
    cases = ((context.small, wide), (context.large, wide), (context.small, narrow))
    return {
        f"{name}, {describe_side(pixels)}, width {width}": partial(
            compare_loops, context, name, pixels, width
        )
        for pixels, width in cases
        for name in TEXTBOOK
        if name in context.sizes.variants
    }


def describe_side(pixels: np.ndarray) -> str:
    """Describe the size of square images, such as ``32x32``."""
    return f"{pixels.shape[1]}x{pixels.shape[2]}"


def compare_loops(context: Context, name: str, pixels: np.ndarray, width: int) -> dict[str, Any]:
    """Compare the loops of a variant, without those of the benchmark that raise an error.

    Raises:
        RuntimeError: the textbook loop raises an error, such as without torchvision.
    """
    reset_compiler()
    sizes = context.sizes
    loops = make_loops(
        name,
        pixels,
        LOOP_OPTIONS,
        batch=sizes.batch,
        width=width,
        n_critic=sizes.n_critic,
        device=context.device,
    )
    loops["textbook"] = allow_any_algorithm(loops["textbook"])
    loops, errors = warm_up(loops)
    if "textbook" in errors:
        raise RuntimeError(f"textbook loop: {errors['textbook']}")
    seconds = compare(
        loops, blocks=sizes.blocks, rounds=sizes.rounds, synchronize=context.synchronize
    )
    facts: dict[str, Any] = {"loops": rates(seconds, count_images(context, name))}
    return facts | {"errors": errors} if errors else facts


def count_images(context: Context, name: str) -> int:
    """Count the real images of a round of a variant."""
    return context.sizes.batch * (context.sizes.n_critic if name == "wgan_gp" else 1)


def allow_any_algorithm(loop: Loop) -> Loop:
    """Run a loop outside of deterministic mode, as the tutorials do."""

    def step() -> None:
        torch.use_deterministic_algorithms(False)
        try:
            loop()
        finally:
            torch.use_deterministic_algorithms(True)

    return step


def warm_up(loops: dict[str, Loop], rounds: int = 4) -> tuple[dict[str, Loop], dict[str, str]]:
    """Run each loop, so that it is compiled and recorded; return the loops that can, and errors."""
    working, errors = {}, {}
    for name, loop in loops.items():
        try:
            for _ in range(rounds):
                loop()
            working[name] = loop
        except Exception as error:  # any: the other loops are still worth comparing
            errors[name] = describe_error(error)
    return working, errors


def list_options(context: Context) -> Items:
    """Images per second and losses of each option of the benchmark's loop."""
    cases = [
        (option, name, pixels)
        for pixels in (context.small, context.large)
        for name in context.sizes.variants
        for option in OPTIONS
    ]
    cases.sort(key=lambda case: OPTIONS[case[0]].compile is not None)  # the quick ones first
    return {
        f"{option}: {name}, {describe_side(pixels)}": partial(
            measure_option, context, name, pixels, OPTIONS[option]
        )
        for option, name, pixels in cases
    }


def measure_option(
    context: Context, name: str, pixels: np.ndarray, option: Option
) -> dict[str, Any]:
    """Measure the loop with an option; read losses and health as the pipeline does."""
    reset_compiler()
    trainer = context.build(name, pixels, option)
    loop = partial(trainer.step, 0)
    started = time.monotonic()
    for _ in range(4):
        loop()
    context.synchronize()
    first = round(time.monotonic() - started, 2)
    seconds = compare(
        {name: loop},
        blocks=context.sizes.blocks,
        rounds=context.sizes.rounds,
        synchronize=context.synchronize,
    )
    losses = trainer.curves.read(trainer.samples_seen)
    facts: dict[str, Any] = {
        "images_per_second": rates(seconds, count_images(context, name))[name]["rate"],
        "finite": is_finite(losses),
        "seconds_of_first_steps": first,
        "losses": losses,
    }
    try:
        trainer.log_health()
    except RuntimeError as error:  # such as a gradient that a CUDA graph has overwritten
        facts["health_error"] = describe_error(error)
    return facts


def reset_compiler() -> None:
    """Drop compiled code and CUDA graphs, without loading the compiler."""
    if "torch._dynamo" in sys.modules:
        torch._dynamo.reset()


def list_launches(context: Context) -> Items:
    """Kernels of a step, and the share of time in which the device computes."""
    return {
        f"{name}, {describe_side(pixels)}": partial(profile_step, context, name, pixels)
        for pixels in (context.small, context.large)
        for name in context.sizes.variants
    }


def profile_step(context: Context, name: str, pixels: np.ndarray) -> dict[str, Any]:
    """Profile the loop in float32; without a GPU, count the operations only."""
    loop = partial(context.build(name, pixels, Option()).step, 0)
    rounds = context.sizes.rounds
    compare({name: loop}, blocks=1, rounds=3)
    seconds = compare({name: loop}, blocks=1, rounds=rounds, synchronize=context.synchronize)[name]
    activities = [torch.profiler.ProfilerActivity.CPU]
    if context.device.type == "cuda":
        activities.append(torch.profiler.ProfilerActivity.CUDA)
    with torch.profiler.profile(activities=activities) as profile:
        for _ in range(rounds):
            loop()
        context.synchronize()
    events = profile.events()
    kernels = [
        event
        for event in events
        if event.device_type.name == "CUDA" and not event.is_user_annotation
    ]
    operations = sum(event.name.startswith("aten::") for event in events)
    facts: dict[str, Any] = {
        "milliseconds_per_step": round(1000 * seconds, 3),
        "operations_per_step": round(operations / rounds),
    }
    if kernels:
        busy = sum(kernel.time_range.elapsed_us() for kernel in kernels) / rounds / 1e6
        facts["kernels_per_step"] = round(len(kernels) / rounds)
        facts["percent_busy"] = round(100 * busy / seconds)
    return facts


class Scoring:
    """Draw samples, embed them by a random network, and score the features.

    Args:
        context: of the sections.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.samples = np.empty(0)
        self.features: dict[int, tuple[Tensor, Tensor]] = {}

    def list_items(self) -> Items:
        """List what is measured; items use the results of earlier ones."""
        items: Items = {"draw": self.draw}
        for count in self.context.sizes.features:
            items[f"embed, {count} features"] = partial(self.embed, count)
            for metric in ("fid", "fid_on_device", "kid", "prdc"):
                items[f"{metric}, {count} features"] = partial(self.score, metric, count)
        return items

    def draw(self) -> dict[str, Any]:
        """Draw samples as the pipeline does."""
        trainer = self.context.build("dcgan", self.context.small, Option())
        started = time.perf_counter()
        self.samples, _ = draw(trainer.averaged, self.context.sizes.samples, seed=0)
        return describe_rate(len(self.samples), time.perf_counter() - started)

    def embed(self, count: int) -> dict[str, Any]:
        """Embed real images and samples; the time is that of both."""
        network = build_network(count).to(self.context.device)
        real = self.context.small[: self.context.sizes.samples, None]
        embed_images(network, real[:100])  # the first convolution loads libraries
        self.context.synchronize()
        started = time.perf_counter()
        self.features[count] = embed_images(network, real), embed_images(network, self.samples)
        self.context.synchronize()
        seconds = time.perf_counter() - started
        return describe_rate(len(real) + len(self.samples), seconds)

    def score(self, metric: str, count: int) -> dict[str, Any]:
        """Compute a metric of the features, which the pipeline moves to the CPU."""
        real, generated = self.features[count]
        if metric != "fid_on_device":
            real, generated = real.double().cpu(), generated.double().cpu()
        size = min(1000, len(real), len(generated))
        metrics: dict[str, Callable[[], Any]] = {
            "fid": lambda: compute_fid(real, generated),
            "fid_on_device": lambda: compute_fid(real, generated),
            "kid": lambda: kid(real.numpy(), generated.numpy(), subset_size=size)[0],
            "prdc": lambda: prdc(real.numpy(), generated.numpy()),
        }
        started = time.perf_counter()
        value = metrics[metric]()
        return {"value": value, "seconds_of_metric": round(time.perf_counter() - started, 3)}


def describe_rate(count: int, seconds: float) -> dict[str, Any]:
    """Describe so many images in so many seconds."""
    return {"images": count, "images_per_second": round(count / seconds, 1)}


def build_network(features: int) -> nn.Module:
    """Build a random convolutional network of so many features."""
    torch.manual_seed(stream(0, "features"))
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(32, 64, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.LazyLinear(features),
        nn.ReLU(),
    ).eval()


@torch.no_grad()
def embed_images(network: nn.Module, images: np.ndarray, batch: int = 1000) -> Tensor:
    """Embed images, uint8 ``(n, 1, h, w)``, in batches; features ``(n, d)`` on the device."""
    device = next(network.parameters()).device
    parts = torch.from_numpy(images).split(batch)
    return torch.cat([network(to_unit(part.to(device))) for part in parts])


def compute_fid(real: Tensor, generated: Tensor) -> float:
    """Compute the Frechet distance, its moments on the device of the features."""
    return frechet_distance_from_moments(*feature_moments(real), *feature_moments(generated))


TOTAL = 540  # seconds of all sections; loading torch takes up to a minute more
# name -> items, and the budget in seconds; the last one has the rest
SECTIONS: dict[str, tuple[Callable[[Context], Items], int]] = {
    "repeated_bits": (list_repeated, 45),
    "resumed_bits": (list_resumed, 40),
    "deterministic_mode": (list_deterministic, 60),
    "evaluation": (list_evaluation, 30),
    "launches": (list_launches, 25),
    "scoring": (lambda context: Scoring(context).list_items(), 60),
    "loops": (list_loops, 150),
    "options": (list_options, TOTAL),
}


def run_sections(
    report: Report, names: list[str], *, images: Path | None, device: str, tiny: bool
) -> None:
    """Run sections in turn.

    Args:
        report: that they are recorded in.
        names: of the sections.
        images: the idx file of MNIST's images; None for random images.
        device: ``cpu`` or ``cuda``.
        tiny: whether to use sizes for a test of the program.
    """
    started = time.monotonic()
    make_deterministic()
    if tiny:
        torch.set_num_threads(1)  # tests run beside each other
    context, description = load_context(images, device, TINY if tiny else Sizes())
    report.add_facts(device=device, data=description, tiny=tiny, goal=GOAL, **describe_machine())
    for name in names:
        list_items, seconds = SECTIONS[name]
        start_section(context)
        left = TOTAL - (time.monotonic() - started)
        report.run_section(
            name,
            list_items(context),
            seconds=max(1, min(seconds, round(left))),
            finish=partial(measure_memory, context),
        )


def describe_machine() -> dict[str, Any]:
    """Describe versions and hardware, the libraries of the GPU included."""
    facts = provenance()
    facts["packages"] |= {"cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version()}
    return facts


def start_section(context: Context) -> None:
    """Free the memory of the section before, and reset its peak."""
    reset_compiler()
    gc.collect()
    if context.device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def measure_memory(context: Context) -> dict[str, Any]:
    """Measure the peak memory of the section on a GPU; on a CPU, that of the process so far."""
    if context.device.type == "cuda":
        return {"peak_memory_bytes": torch.cuda.max_memory_allocated()}
    return {"peak_memory_bytes": peak_process_memory()}
