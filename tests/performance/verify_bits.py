"""Train each run of params.yaml once more, in another way, and compare: `make verify-bits`.

What `make repro` recorded was trained side by side, in the order of the file, with plain output or
a terminal, with a checkpoint every 20 seconds. Here it is trained in the opposite order, as on a
terminal, with a checkpoint every second. The report is results/bench/verify_bits.json. `make
verify-bits TRACKS="images toy"` does so for these tracks alone.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmark import config
from benchmark.common.messages import stop
from benchmark.common.provenance import provenance
from benchmark.pipeline.child import run_in_child
from benchmark.pipeline.cluster import open_cluster
from benchmark.pipeline.gpus import hold_gpu
from benchmark.training import train
from benchmark.training.checkpoints import hold_run_lock
from tests.performance.faults import hashes

OUT = Path("results/bench/verify_bits.json")
AGAIN = {"jobs": os.cpu_count() or 1, "terminal": True, "checkpoint_seconds": 1.0}


def child(
    folder: Path,
    tree: dict[str, Any],
    run: config.Run,
    terminal: bool,
    checkpoint_seconds: float,
) -> dict[str, str]:
    """Train one run in a folder; SHA-256 of each output."""
    os.chdir(folder)
    if terminal:
        os.environ["FORCE_COLOR"] = "1"  # rich then takes the output for a terminal
    train.CHECKPOINT_SECONDS = checkpoint_seconds
    with hold_gpu(runs_per_gpu=1), hold_run_lock(run.name):
        train.train(run, config.parse_params(tree))
    return hashes(Path(), run)


def train_all(
    folder: Path,
    settings: config.Params,
    *,
    jobs: int,
    terminal: bool,
    checkpoint_seconds: float,
) -> list[dict[str, str]]:
    """Train all runs in a folder with the data, so many at a time, the last first; their hashes.

    Returns:
        Those of each run, in the order of ``settings.runs``.
    """
    tree = settings.model_dump(exclude_unset=True)
    with open_cluster(jobs=jobs) as client:
        futures = [
            client.submit(
                run_in_child, child, folder, tree, run, terminal, checkpoint_seconds, pure=False
            )
            for run in settings.runs[::-1]
        ]
        return [future.result() for future in futures][::-1]


def compare(
    settings: config.Params, ones: list[dict[str, str]], others: list[dict[str, str]]
) -> list[dict[str, Any]]:
    """Which outputs of each run are the same in one list of hashes and in another."""
    return [
        {
            "run": str(run),
            "sha256": one,
            "identical": {name: one[name] == other[name] for name in one},
        }
        for run, one, other in zip(settings.runs, ones, others, strict=True)
    ]


def main() -> None:
    settings = config.load_params()
    asked = sys.argv[1:] or list(settings.tracks)
    settings = settings.model_copy(
        update={name: None for name in settings.tracks if name not in asked}
    )
    if not settings.runs:
        stop(f"{' '.join(asked)}: no track of {config.FILE}")
    for run in settings.runs:
        if not (run.trained / "weights.safetensors").is_file():
            stop(f"{run.trained}: not trained yet; run make repro first")
    recorded = [hashes(Path(), run) for run in settings.runs]
    with tempfile.TemporaryDirectory() as folder:
        for needed in ("data", "features"):
            (Path(folder) / needed).symlink_to(Path(needed).resolve())
        rows = compare(settings, recorded, train_all(Path(folder), settings, **AGAIN))
    shown = Table("run", *rows[0]["identical"])
    for row in rows:
        shown.add_row(
            row["run"], *("same" if same else "DIFFERS" for same in row["identical"].values())
        )
    identical = sum(all(row["identical"].values()) for row in rows)
    Console().print(shown, f"{identical} of {len(rows)} runs came out the same to the byte")
    facts = {"identical": identical, "of": len(rows), "tracks": asked, "way": AGAIN}
    facts |= {"runs": rows, **provenance()}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(facts, indent=1) + "\n")
    raise SystemExit(identical < len(rows))


if __name__ == "__main__":
    main()
