"""Train the runs of a row, one seed after another: `gan-benchmark train digits-dcgan`.

Outputs below runs/images/digits/dcgan/, of seed 0:

- trained/0/weights.safetensors: the moving average of the weights at the end of the budget;
- trained/0/unaveraged.safetensors: the weights themselves, unless the run diverged;
- trained/0/health.csv: norms of gradients and weights, and discriminator scores, over the run;
- trained/0/snapshots.npz: samples at intervals, from the same noise each time; for points also
  the discriminator scores of the plane;
- trained/0/times.csv: updates, samples seen and seconds at each log entry;
- trained/0/training.json: status, cost and provenance;
- losses/0.csv: every loss term over the run.
"""

import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

import gans
from benchmark import config, tracks
from benchmark.common import imports, processes
from benchmark.common.arithmetic import describe_arithmetic
from benchmark.common.devices import default_device, make_deterministic
from benchmark.common.hashing import sha256, sha256_of_folder
from benchmark.common.interruption import Interruption
from benchmark.common.messages import stop
from benchmark.common.paths import check_folder, make_folder
from benchmark.common.provenance import peak_memory, provenance
from benchmark.common.seeds import stream
from benchmark.common.writing import replace_file, write_csv, write_json
from benchmark.config import Budget, Run
from benchmark.data.batches import make_batches
from benchmark.data.splits import map_samples, map_split
from benchmark.training import weights
from benchmark.training.checkpoints import (
    Checkpoint,
    compute_fingerprint,
    delete_checkpoint,
    hold_run_lock,
)
from benchmark.training.curves import is_finite
from benchmark.training.progress import Progress
from benchmark.training.tensorboard import Events
from benchmark.training.trainer import Trainer
from gans.common.variant import Variant

CHECKPOINT_SECONDS = 20


def is_due(now: int, before: int, *, budget: int, moments: int) -> bool:
    """Whether a step passed one of ``moments`` evenly spaced moments, the last one at the end.

    Args:
        now, before: completed part of the budget after and before the step, at most ``budget``.
        budget: of the whole run, in updates or samples.
        moments: number of moments.
    """
    return now * moments // budget > before * moments // budget


def measure_cost(variant: Variant) -> dict[str, int]:
    """Count the parameters, and the multiply-adds of drawing one sample."""
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        variant.sample(1)
    return {
        "parameters": sum(parameter.numel() for parameter in variant.parameters()),
        "multiply_adds_per_sample": counter.get_total_flops() // 2,
    }


def build_trainer(
    run: Run, settings: config.Params, device: torch.device, budget: Budget | None = None
) -> Trainer:
    """Build the trainer of a run, before its first step; exit with a line if the data do not fit.

    Args:
        run: the run.
        settings: the parameters.
        device: device of weights and data.
        budget: the length of the run, by default that of its row.
    """
    track = settings.tracks[run.track].for_dataset(run.dataset)
    budget = budget or track.budget_of(run.dataset, run.variant)
    training, kind = track.training_of(run.variant), gans.load(run.variant)
    try:
        batches = make_batches(
            run.dataset,
            training.batch,
            stream(run.seed, "order"),
            device,
            condition_key=kind.condition_key,
            paired=kind.paired,
            flips=mirrors_images(run, settings),
        )
    except ValueError as error:  # the batch or the pairing does not fit the data
        stop(f"{run.row}: {error}")
    torch.manual_seed(stream(run.seed, "initialisation"))
    variant = build_variant(run, settings, tuple(batches.images.shape[1:]), device)
    torch.manual_seed(stream(run.seed, "noise"))
    trainer = Trainer(
        variant,
        track.variants[run.variant],
        batches,
        half_life=training.half_life * budget.amount,
        seed=run.seed,
        unit=budget.unit,
        precision=getattr(torch, training.precision),
        held_out=map_samples(run.dataset, "test", kind.condition_key or "labels"),
    )
    if training.compile != "none":
        trainer.compile(training.compile)
    return trainer


def build_variant(
    run: Run, settings: config.Params, shape: tuple[int, ...], device: torch.device
) -> Variant:
    """Build the variant of a run, with the pretrained networks that its losses use.

    Args:
        run: its features stage has run if the losses use pretrained networks.
        settings: the parameters.
        shape: shape of one sample.
        device: device of the weights.
    """
    track = tracks.load(run.track)
    variant = gans.load(run.variant)(shape, **collect_model_kwargs(run, settings)).to(device)
    variant.load_networks(
        perceptual=lambda: track.load_perceptual_layers(run, settings, variant.shape, device),
        caption_encoder=lambda: track.load_caption_encoder(run.dataset),
    )
    if settings.tracks[run.track].training.channels_last:
        variant.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return variant


def train(run: Run, settings: config.Params) -> None:
    """Train a run, from its checkpoint if there is a valid one, and write its outputs.

    The last checkpoint is kept until `delete_checkpoint`: if a row is interrupted in its third
    seed, the first two are not trained again. A signal to end takes effect after a step.

    Raises:
        SystemExit: a signal was received; the state is saved.
    """
    track = settings.tracks[run.track]
    training, length = track.training, track.budget_of(run.dataset, run.variant)
    budget = length.amount
    for folder in (run.trained, run.losses.parent):  # before the training, which takes long
        check_folder(folder)
    device = default_device()
    processes.prepare(training.threads, training.precision)
    make_deterministic()
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()

    trainer, inputs = build_trainer(run, settings, device), collect_inputs(run, settings)
    checkpoint = Checkpoint(run.name, fingerprint_run(run, inputs, device))
    if state := checkpoint.load(device, like=trainer.state_dict()):
        trainer.load_state_dict(state)

    saved = time.monotonic()
    started = saved - trainer.seconds
    with (
        Interruption().defer_signals() as interruption,
        Progress(run, settings.list_runs([run.row]), length, trainer.completed) as progress,
        Events(run) as events,
    ):
        while trainer.completed < budget and not trainer.diverged:
            before = trainer.completed
            trainer.step(before / budget)
            now = min(trainer.completed, budget)
            if is_due(now, before, budget=budget, moments=training.logs):
                losses = trainer.curves.read(trainer.samples_seen)
                trainer.log_time(time.monotonic() - started)
                progress.show(now, losses)
                if not is_finite(losses):
                    trainer.restore_finite_average()
                    break
                trainer.store_finite_average()
                trainer.log_health()
                if is_due(now, before, budget=budget, moments=training.snapshots):
                    trainer.take_snapshot(training.snapshot_samples)
                events.write(trainer)
            if interruption.number or time.monotonic() - saved > CHECKPOINT_SECONDS:
                saved = time.monotonic()
                trainer.seconds = saved - started
                checkpoint.save(trainer.state_dict())
                interruption.exit_if_interrupted(
                    f"{run}: saved at {progress.describe(now)}; resume with `make repro"
                    f" ROWS={run.row}` or `dvc repro {run.stage('train')}`"
                )
        trainer.recompute_batch_norm()
        trainer.seconds = time.monotonic() - started
        checkpoint.save(trainer.state_dict())
        write_outputs(run, trainer, inputs)


def collect_model_kwargs(run: Run, settings: config.Params) -> dict[str, Any]:
    """Collect the constructor's keyword arguments, from params.yaml and from the data."""
    track = settings.tracks[run.track].for_dataset(run.dataset)
    model = config.model_keywords(track.datasets[run.dataset], track.variants[run.variant])
    return model | gans.load(run.variant).kwargs_from_data(map_split(run.dataset, "train"))


def collect_inputs(run: Run, settings: config.Params) -> dict[str, Any]:
    """Collect the inputs that determine the result of a run, except for code and versions."""
    track = settings.tracks[run.track].for_dataset(run.dataset)
    inputs: dict[str, Any] = {
        "run": str(run),
        "entry": track.variants[run.variant].model_dump(),
        "model": collect_model_kwargs(run, settings),
        "budget": track.budget_of(run.dataset, run.variant)._asdict(),
        "training": track.training.model_dump(),
        "data": sha256_of_folder(Path("data") / run.dataset / "train"),
    }
    if mirrors_images(run, settings):
        inputs["flips"] = True
    if gans.load(run.variant).needs_perceptual_layers:
        inputs["perceptual"] = tracks.load(run.track).describe_perceptual_network(run, settings)
    return inputs


def mirrors_images(run: Run, settings: config.Params) -> bool:
    """Whether training mirrors images at random; only the images track has this option."""
    return getattr(settings.tracks[run.track].datasets[run.dataset], "flips", False)


def fingerprint_run(run: Run, inputs: dict[str, Any], device: torch.device) -> str:
    """Compute the fingerprint of a run: inputs, code, version of torch, device and arithmetic."""
    packages = tracks.list_packages(run.track)
    roots = [__name__, packages[0], gans.load(run.variant).__module__]
    modules = imports.list_imports(roots, calls=[train.__name__], tracks=[packages])
    code = {module: imports.fingerprint(module) for module in modules}
    versions = {"torch": torch.__version__, "device": str(device)}
    versions["arithmetic"] = describe_arithmetic()
    return compute_fingerprint(inputs | versions | {"code": code})


def write_outputs(run: Run, trainer: Trainer, inputs: dict[str, Any]) -> None:
    """Write the outputs of a run: weights, curves, snapshots, and training.json."""
    make_folder(run.trained)
    make_folder(run.losses.parent)
    status = "diverged" if trainer.diverged else "ok"
    card = {
        **run.keys,
        "shape": trainer.variant.shape,
        "model": inputs["model"],
        "updates": trainer.updates,
        "samples_seen": trainer.samples_seen,
        "status": status,
    }
    weights.save(trainer.averaged, run.trained / "weights.safetensors", card)
    unaveraged = run.trained / "unaveraged.safetensors"
    if trainer.diverged:
        unaveraged.unlink(missing_ok=True)  # of an earlier run
    else:
        weights.save(trainer.variant, unaveraged, card)
    trainer.curves.write(run.losses)
    trainer.health.write(run.trained / "health.csv", term_column="quantity")
    with replace_file(run.trained / "snapshots.npz") as temporary:
        np.savez_compressed(
            temporary,
            samples_seen=np.array([seen for seen, _ in trainer.snapshots], dtype=np.int64),
            images=np.array([samples.numpy() for _, samples in trainer.snapshots]),
            discriminator_scores=np.array([scores.numpy() for scores in trainer.plane_scores]),
        )
    write_csv(run.trained / "times.csv", [("updates", "samples_seen", "seconds"), *trainer.times])
    facts = {
        "status": status,
        "updates": trainer.updates,
        "samples_seen": trainer.samples_seen,
        "lr_scale": trainer.variant.lr_scale(),
        "seconds": round(trainer.seconds, 2),
        "peak_memory_bytes": peak_memory(),
        "weights": sha256(run.trained / "weights.safetensors"),
        **measure_cost(trainer.averaged),
        **inputs,
        **provenance(),
    }
    write_json(run.trained / "training.json", facts)


def train_row(runs: list[Run], settings: config.Params) -> None:
    """Train the runs of a row in turn, then delete their checkpoints."""
    for run in runs:
        with hold_run_lock(run.name):
            train(run, settings)
    for run in runs:
        delete_checkpoint(run.name)
