"""How long `make repro` takes, environment aside: `make bench-repro`.

Clones the last commit, has the clone make its own environment and then, on the clock, run `make
repro` from nothing and once more; writes the minutes to results/bench/repro.json and to README.md.
"""

import json
import re
import subprocess
import tempfile
import time
from pathlib import Path

from benchmark import params
from benchmark.provenance import provenance

OUT = Path("results/bench/repro.json")
README = Path("README.md")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", ".", str(clone)], check=True)
        subprocess.run(["make", ".venv/lock.sha256"], cwd=clone, check=True)
        started = time.monotonic()
        with subprocess.Popen(
            ["make", "repro"], cwd=clone, text=True, stdout=subprocess.PIPE
        ) as child:
            share = None
            for line in child.stdout or ():
                print(line, end="", flush=True)
                share = re.search(r"(\d+)% training and scoring", line) or share
        if child.returncode or not share:
            raise SystemExit(child.returncode or "no line said how much of the time was work")
        minutes = (time.monotonic() - started) / 60
        started = time.monotonic()
        subprocess.run(["make", "repro"], cwd=clone, check=True)
        again = time.monotonic() - started
        # the same tables out: every score that another machine state could have changed
        same = (clone / "results/scores.csv").read_bytes() == Path(
            "results/scores.csv"
        ).read_bytes()
    facts = {
        "minutes": round(minutes, 1),
        "seconds_when_up_to_date": round(again, 1),
        "scores_identical_to_committed": same,
        "cells": len(params.load().cells),
        "percent_of_cells_in_training_and_scoring": int(share[1]),
        **provenance(),
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(facts, indent=1) + "\n")
    cores = facts["hardware"]["cores"]
    text = f"The pipeline took {minutes:.1f} minutes on {cores} cores"
    text += f"; when nothing has changed it takes {again:.0f} s."
    readme = README.read_text()
    README.write_text(
        re.sub(r"(<!-- time -->).*(<!-- /time -->)", rf"\g<1>{text}\g<2>", readme, flags=re.S)
    )
    print(text, "Scores identical to the committed ones." if same else "SCORES DIFFER.")


if __name__ == "__main__":
    main()
