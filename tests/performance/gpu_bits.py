"""The checks on a GPU that compare bits, and those that run every variant."""

import hashlib
import io
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

import gans
from benchmark.data.batches import Batches, StreamedBatches
from benchmark.data.pixels import to_unit
from benchmark.evaluation.sampling import draw
from benchmark.training.trainer import Trainer
from gans.common.variant import Variant
from tests.gans import builders
from tests.performance.gpu_context import OPTIONS, VARIANTS, Context
from tests.performance.gpu_report import Items
from tests.performance.loops import (
    Option,
    Settings,
)


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
