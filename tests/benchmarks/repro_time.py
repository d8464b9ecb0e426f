"""How long `make repro` takes, environment aside: `make bench-repro`.

Clones the last commit, has the clone make its own environment and then, on the clock, run `make
repro` from nothing, one board after another, and once more when all is there; writes the minutes to
results/bench/repro.json and to README.md. Given a folder, the clone is made there and stays:
`python -m tests.benchmarks.repro_time /tmp/clone`.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark import params
from benchmark.provenance import provenance

OUT = Path("results/bench/repro.json")
README = Path("README.md")
SCORES = Path("results/scores.csv")


def board(clone: Path, name: str) -> dict[str, Any]:
    """Make one board in a clone; minutes, cells, and the share of the time that was work."""
    started, share = time.monotonic(), None
    command = ["make", "repro", f"BOARDS={name}"]
    with subprocess.Popen(command, cwd=clone, text=True, stdout=subprocess.PIPE) as child:
        for line in child.stdout or ():
            print(line, end="", flush=True)
            share = re.search(r"(\d+) cells in .* (\d+)% training and scoring", line) or share
    if child.returncode or not share:
        raise SystemExit(child.returncode or "no line said how much of the time was work")
    return {
        "minutes": round((time.monotonic() - started) / 60, 1),
        "cells": int(share[1]),
        "percent_of_cells_in_training_and_scoring": int(share[2]),
    }


def unchanged(clone: Path) -> bool:
    """Whether every score that was committed came out again, to the last digit."""
    where = ["board", "dataset", "variant", "seed", "metric"]
    committed, found = (pd.read_csv(folder / SCORES, dtype=str) for folder in (Path(), clone))
    both = committed.merge(found, "left", on=where, suffixes=("", "_found"))
    return bool((both["value"] == both["value_found"]).all())


def main() -> None:
    kept = sys.argv[1] if len(sys.argv) > 1 else None
    with nullcontext(kept) if kept else tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", ".", str(clone)], check=True)
        subprocess.run(["make", ".venv/lock.sha256"], cwd=clone, check=True)
        boards = {name: board(clone, name) for name in params.load().boards}
        started = time.monotonic()
        subprocess.run(["make", "repro"], cwd=clone, check=True)
        again = time.monotonic() - started
        same = unchanged(clone)
    facts = {
        "boards": boards,
        "minutes": round(sum(own["minutes"] for own in boards.values()), 1),
        "seconds_when_up_to_date": round(again, 1),
        "scores_identical_to_committed": same,
        **provenance(),
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(facts, indent=1) + "\n")
    cores = facts["hardware"]["cores"]
    each = ", ".join(f"`{name}` {own['minutes']:.1f}" for name, own in boards.items())
    text = f"On {cores} cores the boards took, in minutes, {each}"
    text += f"; when nothing has changed, {again:.0f} s."
    readme = README.read_text()
    README.write_text(
        re.sub(r"(<!-- time -->).*(<!-- /time -->)", rf"\g<1>{text}\g<2>", readme, flags=re.S)
    )
    print(text, "Scores identical to the committed ones." if same else "SCORES DIFFER.")


if __name__ == "__main__":
    main()
