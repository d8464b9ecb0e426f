"""Time the pipeline when nothing has changed, against another commit: `make bench-idle`.

Both commits are cloned and run all rows with one seed and a hundredth of the budgets. Then the
commands that find nothing to do take turns. `make bench-idle COMMIT=abc1234` compares with that
commit. Written to results/bench/idle.json.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmark.common.provenance import provenance
from tests.benchmark.pipeline.project import ENVIRONMENT
from tests.performance.engine_speed import clone

OUT = Path("results/bench/idle.json")
BEFORE = "fd0b4b1"  # before recipes were rendered only on a change
TURNS = 7
JOBS = str(os.cpu_count() or 1)


def time_command(folder: Path, *command: str) -> float:
    """Run a command in a clone; return the seconds."""
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=ENVIRONMENT | {"PYTHONPATH": str(folder), "NO_MKDOCS_2_WARNING": "1"},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.monotonic() - started


def main() -> None:
    before = sys.argv[1] if len(sys.argv) > 1 else BEFORE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        clones = {
            side: clone(folder / side, commit, divisor=100, seeds="[0]")
            for side, commit in (("before", before), ("now", "HEAD"))
        }
        for side, place in clones.items():
            print(side, f"{time_command(place, 'benchmark', 'repro', '--jobs', JOBS):.0f} s")
        stages = len(list((clones["now"] / "recipes").rglob("*.json")))
        commands = {
            "before": (clones["before"], "benchmark", "repro", "--jobs", JOBS),
            "now": (clones["now"], "benchmark", "repro", "--jobs", JOBS),
            "dvc status": (clones["now"], "dvc", "status"),
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(TURNS):
            for name, (place, *command) in commands.items():
                seconds[name].append(round(time_command(place, *command), 2))
                print(name, seconds[name][-1], flush=True)
    facts = {
        "compared_with": before,
        "stages": stages,
        "seconds": {name: statistics.median(values) for name, values in seconds.items()},
        "ratio": round(
            statistics.median(
                old / new for old, new in zip(seconds["before"], seconds["now"], strict=True)
            ),
            2,
        ),
    }
    print(facts)
    OUT.write_text(json.dumps(facts | provenance(), indent=1) + "\n")


if __name__ == "__main__":
    main()
