"""The sections of the checks on a GPU; needs torch, NumPy and SciPy."""

import gc
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch

from benchmark.common.devices import make_deterministic
from benchmark.common.provenance import peak_process_memory, provenance
from tests.performance.gpu_bits import (
    list_deterministic,
    list_evaluation,
    list_repeated,
    list_resumed,
)
from tests.performance.gpu_context import GOAL, TINY, Context, Sizes, load_context
from tests.performance.gpu_report import Items, Report
from tests.performance.gpu_scoring import Scoring
from tests.performance.gpu_speed import list_launches, list_loops, list_options, reset_compiler

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
