"""Time `make repro` on short runs against another commit, in turn: `make bench-engine`.

Both commits are cloned, with a twentieth of the budgets and two seeds, and run the track images
from nothing, tables and site included. `make bench-engine COMMIT=abc1234` compares with that commit
instead of the last one that had a scheduler of its own. Written to results/bench/engine.json.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmark.common.provenance import provenance
from tests.benchmark.pipeline.project import ENVIRONMENT, run

OUT = Path("results/bench/engine.json")
BEFORE = "eabfc6d"  # the last commit with threads instead of Dask
PAIRS = 3
OUTPUTS = (
    "runs", "data", "features", "references", "theory", "recipes", "public", "dvc.lock",
    ".checkpoints", ".dvc/cache",
)  # fmt: skip


def clone(folder: Path, commit: str, *, divisor: int = 20, seeds: str = "[0, 1]") -> Path:
    """Clone a commit of this repository, with budgets divided by a number and other seeds."""
    run(Path(), "git", "clone", "--quiet", str(Path.cwd()), str(folder))
    run(folder, "git", "checkout", "--quiet", commit)
    file = folder / "params.yaml"
    budget = re.compile(r"(?m)^(      (?:images|updates|samples_seen)): (\d+)")  # of data sets
    text = budget.sub(lambda match: f"{match[1]}: {int(match[2]) // divisor}", file.read_text())
    file.write_text(re.sub(r"(?m)^  seeds: \[.*\]$", f"  seeds: {seeds}", text))
    return folder


def time_repro(folder: Path) -> tuple[float, str]:
    """Run the track images from nothing; return the seconds and the output."""
    for name in OUTPUTS:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    jobs = ["--jobs", str(os.cpu_count() or 1)]
    command = ["benchmark", "repro", *jobs, "--track", "images"]
    if (folder / "benchmark/repro.py").exists():
        command = ["benchmark.repro", *jobs, "--boards", "images"]
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=ENVIRONMENT | {"PYTHONPATH": str(folder), "NO_MKDOCS_2_WARNING": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return time.monotonic() - started, done.stdout


def compare(before: list[float], now: list[float]) -> list[float]:
    """Divide the seconds of each pair, sorted: the machine is equally fast within a pair."""
    return sorted(round(new / old, 2) for old, new in zip(before, now, strict=True))


def main() -> None:
    commits = {"before": sys.argv[1] if len(sys.argv) > 1 else BEFORE, "now": "HEAD"}
    seconds: dict[str, list[float]] = {name: [] for name in commits}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        clones = {name: clone(folder / name, commit) for name, commit in commits.items()}
        for _ in range(PAIRS):
            for name, place in clones.items():
                spent, output = time_repro(place)
                seconds[name].append(round(spent, 1))
                print(name, seconds[name][-1], flush=True)
    ratios = compare(**seconds)
    facts = {
        "compared_with": commits["before"],
        "runs": len(re.findall(r"(?m)^digits \w+ seed \d+: ", output)),
        "seconds": seconds,
        "ratios": ratios,
    }
    print("ratios", *ratios)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(provenance() | facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
