"""The speed of training loops on a GPU."""

import sys
import time
from functools import partial
from typing import Any

import numpy as np
import torch

from benchmark.training.curves import is_finite
from tests.performance.gpu_context import LOOP_OPTIONS, OPTIONS, Context
from tests.performance.gpu_report import Items, describe_error
from tests.performance.loops import (
    TEXTBOOK,
    Loop,
    Option,
    compare,
    make_loops,
    rates,
)


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
