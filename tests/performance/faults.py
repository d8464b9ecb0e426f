"""Kill -9 at random moments, then compare every byte: `make faults`.

Each trial kills a training process, lets another go on from what is left, and compares the SHA-256
of the outputs with those of a run that nobody disturbed. The report is results/bench/faults.json.
"""

import contextlib
import hashlib
import io
import itertools
import json
import os
import random
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

from benchmark import config
from benchmark.common.provenance import provenance
from benchmark.data.parts import save_parts
from benchmark.data.sources.images import divide_digits
from benchmark.pipeline.child import FORKS
from benchmark.training import train
from benchmark.training.checkpoints import DIGEST_SIZE, delete_checkpoint, hold_run_lock
from benchmark.training.curves import Curves

OUT = Path("results/bench/faults.json")
TRIALS = 20
OUTPUTS = ("weights.safetensors", "unaveraged.safetensors", "health.csv", "snapshots.npz")
ANY_TIME = "at any time"  # from outside, by the clock; the others by its own hand
WRITE = "inside the checkpoint's write"
RENAME = "before the checkpoint's rename"
BETWEEN = "between two outputs"
REMOVAL = "before the checkpoint's removal"
MOMENTS = (ANY_TIME, WRITE, ANY_TIME, RENAME, ANY_TIME, WRITE, BETWEEN, ANY_TIME, REMOVAL, ANY_TIME)


def small(images: int, *variants: str) -> config.Params:
    """Variants of params.yaml, all by default, small and brief."""
    tree = config.load_params().model_dump(exclude_unset=True)
    track = tree["images"]
    track["variants"] = {name: track["variants"][name] for name in variants or track["variants"]}
    track["seeds"] = [0]
    for name in config.load_params().tracks.keys() - {"images"}:
        del tree[name]
    track["datasets"] = {"digits": {"samples_seen": images, "networks": {"latent": 8, "width": 8}}}
    track["training"] |= {"logs": 20, "snapshots": 5, "snapshot_samples": 50}
    return config.parse_params(tree)


def workplace(folder: Path) -> Path:
    """Make a folder in which a run can be trained."""
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.chdir(folder):
        save_parts("digits", divide_digits())
    return folder


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def child(folder: Path, run: config.Run, tree: dict[str, Any], moment: str, seed: int) -> None:
    """Train a run in a folder, and die at a moment, its exact place drawn from a seed."""
    settings = config.parse_params(tree)
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    train.CHECKPOINT_SECONDS = 0.1
    draw = random.Random(seed)
    whole, flush = draw.randrange(1, 5), os.fsync

    def torn(file: int) -> None:
        """Flush the first checkpoints; leave what was written of the next, and die."""
        nonlocal whole
        flush(file)
        whole -= 1
        if whole < 0:
            if moment == WRITE:
                os.ftruncate(file, draw.randrange(os.fstat(file).st_size))
            die()

    if moment in (WRITE, RENAME):
        os.fsync = torn
    elif moment == BETWEEN:
        Curves.write = die  # type: ignore[method-assign]
    with hold_run_lock(run.name):
        train.train(run, settings)
    if moment == REMOVAL:
        die()
    delete_checkpoint(run.name)


def start_process(
    folder: Path,
    run: config.Run,
    settings: config.Params,
    *,
    moment: str = "",
    seed: int = 0,
    seconds: float | None = None,
) -> int:
    """The exit code of a training process, killed where it runs so many seconds into its run."""
    process = FORKS.Process(
        target=child, args=(folder, run, settings.model_dump(exclude_unset=True), moment, seed)
    )
    process.start()
    while not (folder / ".checkpoints").exists() and process.is_alive():
        time.sleep(0.01)
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode


def hashes(folder: Path, run: config.Run) -> dict[str, str]:
    """SHA-256 of each output that holds no time."""
    files = [run.losses, *(run.trained / name for name in OUTPUTS)]
    return {file.name: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in files}


def saved(folder: Path) -> int | None:
    """The image at which the only checkpoint of a folder stands, or None without one."""
    for path in folder.glob(".checkpoints/*.pt"):
        content = io.BytesIO(path.read_bytes()[DIGEST_SIZE:])
        return torch.load(content, weights_only=True)["batches"]["samples_seen"]
    return None


def trials(folder: Path, count: int, settings: config.Params) -> list[dict[str, Any]]:
    """Disturb ``count`` runs, the variants by turns; what happened to each."""
    undisturbed: dict[config.Run, tuple[dict[str, str], float]] = {}
    rows = []
    for trial in range(count):
        run = settings.runs[trial % len(settings.runs)]
        if run not in undisturbed:
            place, started = workplace(folder / f"whole-{run.name}"), time.monotonic()
            assert start_process(place, run, settings) == 0
            undisturbed[run] = hashes(place, run), time.monotonic() - started
        expected, duration = undisturbed[run]
        moment = MOMENTS[trial % len(MOMENTS)]
        seconds = duration * random.Random(trial).random() if moment == ANY_TIME else None
        for attempt in itertools.count():
            place = workplace(folder / f"trial-{trial}-{attempt}")
            ended = start_process(place, run, settings, moment=moment, seed=trial, seconds=seconds)
            if ended == -signal.SIGKILL:
                break
            assert seconds, f"the run was to end {moment}"
            seconds /= 2  # it was faster than the undisturbed one and had ended
        image = saved(place)
        again = start_process(place, run, settings)
        rows.append(
            {
                "variant": run.variant,
                "moment": moment,
                "checkpoint_at_image": image,
                "identical": again == 0 and hashes(place, run) == expected,
            }
        )
        print(*rows[-1].values(), sep="  ", flush=True)
    return rows


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = trials(Path(folder), TRIALS, small(6400))
    identical = sum(row["identical"] for row in rows)
    facts = {"identical": identical, "of": TRIALS, "trials": rows, **provenance()}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(facts, indent=1) + "\n")
    print(f"{identical} of {TRIALS} killed runs went on to the same bytes")
    raise SystemExit(identical < TRIALS)


if __name__ == "__main__":
    main()
