"""Made-up trained runs, and their publication on a server of this machine."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmark import config
from benchmark.common.writing import write_json
from benchmark.config import Run
from benchmark.data.splits import save_split
from benchmark.pipeline.published import PublishedIndex
from benchmark.records import outputs
from benchmark.records.schema import Record, locate_record
from benchmark.training import weights
from tests.benchmark.website.made_up import KINDS, TRAINING
from tests.benchmark.website.made_up_runs import FACTS, MEASURED
from tests.gans.builders import build

WEIGHTS = "weights.safetensors"
COMMIT = "c" * 40
# track -> data set, and the variant with its constructor's arguments
ROWS = {
    "images": ("digits", "dcgan", (1, 8, 8), {"latent": 2, "width": 4}),
    "toy": ("ring8", "dcgan", (2,), {"latent": 2, "width": 4}),
    "text": ("grammar", "mle", (4,), {"vocabulary": 3, "width": 4, "hidden": 4}),
    "translation": ("outline", "pix2pix", (1, 8, 8), {"source": (1, 8, 8), "width": 4}),
}
RUNS = {
    f"{dataset}-{variant}": Run(track, dataset, variant, 0)
    for track, (dataset, variant, _, _) in ROWS.items()
}


def make_params() -> config.Params:
    """Make parameters with a row of each track, and a second one of digits that is not trained."""
    raw = {"features": {"seed": 0, "epochs": 1, "batch": 8, "lr": 1e-3}}
    for track, (dataset, variant, _, _) in ROWS.items():
        names = [variant, "wgan"] if track == "images" else [variant]
        raw[track] = {
            "seeds": [0, 1],
            "datasets": {dataset: {"samples_seen": 800, "networks": {}}},
            "training": TRAINING,
            "variants": {
                name: {"kind": KINDS.get(name, "controlled"), "lr": 1e-3} for name in names
            },
        }
    return config.parse_params(raw)


def write_weights(
    run: Run, *, seed: int = 0, changed_since: bool = False, **changes: object
) -> None:
    """Write the outputs of a run that was not trained; changes replace entries of its card."""
    _, variant, shape, model = ROWS[run.track]
    run.trained.mkdir(parents=True, exist_ok=True)
    card = {**run.keys, "shape": shape, "model": model} | changes
    weights.save(build(variant, shape, seed, **model), run.trained / WEIGHTS, card)
    facts = {"commit": COMMIT, "status": "ok", "changed_since": changed_since}
    (run.trained / "training.json").write_text(json.dumps(facts))
    write_fingerprint(run, None)


def write_fingerprint(run: Run, fingerprint: str | None) -> None:
    """Write that a run was scored, with code and settings of a fingerprint."""
    run.scored.mkdir(parents=True, exist_ok=True)
    (run.scored / "evaluation.json").write_text(json.dumps({"fingerprint": fingerprint}))


def write_record(run: Run, **evaluation: object) -> None:
    """Write record.json of the row of a run; the facts of its evaluation are the arguments."""
    costs = dict.fromkeys(outputs.COSTS, 1)
    training = {"status": "ok", "model": {}, **costs, **FACTS}
    record = Record(
        track=run.track,
        dataset=run.dataset,
        variant=run.variant,
        fingerprint=None,
        settings={},
        training={str(run.seed): training},
        evaluation={str(run.seed): MEASURED | evaluation},
        health={str(run.seed): {"verdict": "healthy", "reason": "", "samples_seen": None}},
    )
    locate_record(run).mkdir(parents=True, exist_ok=True)
    write_json(locate_record(run) / "record.json", record.model_dump())


def write_runs() -> None:
    """Write the first run of each row, and the words of its sentences."""
    for run in RUNS.values():
        write_weights(run)
    words = np.array(["", "a", "cat"])
    save_split("grammar", "train", {"words": words, "separator": np.array(" ")})


def find_published(folder: Path, row: str, name: str) -> Path:
    """Find a file of a row in published weights."""
    index = PublishedIndex.model_validate_json((folder / "index.json").read_bytes())
    return folder / index.rows[row].files[name].address


def edit_index(folder: Path, change: Callable[[dict], object]) -> None:
    """Change the index of published weights."""
    index = json.loads((folder / "index.json").read_text())
    change(index)
    (folder / "index.json").write_text(json.dumps(index))


def list_files(folder: Path) -> set[Path]:
    """List what is below a folder, but for folders."""
    return {path for path in folder.rglob("*") if not path.is_dir()}


def tear(path: Path) -> None:
    """Cut the end off a file."""
    path.write_bytes(path.read_bytes()[:-9])


def alter(path: Path) -> None:
    """Flip a bit of a file."""
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    path.write_bytes(content)


@contextmanager
def serve(folder: Path):
    """Serve a folder with `python -m http.server`; yields its address."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    server = subprocess.Popen(
        [*command, "--directory", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield re.search(r"http://[\d.:]+", server.stdout.readline())[0]
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()
