"""How long `make repro` takes, environment aside: `make bench-repro`.

Clones the last commit, and has the clone make an environment. On the clock, the clone runs a plain
`make repro` from nothing, then the small leaderboards of one track after another, and all of these
once more when they are there, as plain `dvc repro` too. The minutes are written to
results/bench/repro.json and to README.md.

`python -m tests.performance.repro_time /tmp/clone` makes the clone there and leaves it; further
arguments are the parts to measure: `/tmp/clone "digits ring8" translation`. What was measured of
other parts stays in the record, with its date.
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

from benchmark import config
from benchmark.common.provenance import provenance
from benchmark.config.selection import expect, select_runs

OUT = Path("results/bench/repro.json")
README = Path("README.md")
SCORES = Path("results/scores.csv"), Path("tables/scores.csv")  # committed, and of the clone
# leaderboards of other tracks that train in minutes on a CPU, and need no download
SMALL = (
    "outline",
    "colours",
    "renderings",
    "photographs_x2",
    "photographs_x4",
    "captioned_digits",
    "moving_digits",
    "oracle",
    "grammar",
)


def list_parts(settings: config.Params) -> dict[str, list[str]]:
    """List the parts that are measured; part -> its leaderboards, none for the plain run."""
    plain = " ".join(dict.fromkeys(run.dataset for run in settings.list_runs()))
    parts: dict[str, list[str]] = {plain: []}
    for name, track in settings.tracks.items():
        if chosen := [dataset for dataset in track.datasets if dataset in SMALL]:
            parts[name] = chosen
    return parts


def command_of(leaderboards: list[str]) -> list[str]:
    """The command that makes leaderboards, or the plain one."""
    return ["make", "repro", *([f"LEADERBOARDS={' '.join(leaderboards)}"] if leaderboards else [])]


def make(clone: Path, leaderboards: list[str]) -> dict[str, Any]:
    """Make leaderboards in a clone; minutes, runs, and the share of the time that was work.

    And, on Linux, the share of the time of the cores that other guests of the host took.
    """
    started, share = time.monotonic(), None
    before = ticks()
    command = command_of(leaderboards)
    with subprocess.Popen(command, cwd=clone, text=True, stdout=subprocess.PIPE) as child:
        for line in child.stdout or ():
            print(line, end="", flush=True)
            share = re.search(r"(\d+) runs in .* (\d+)% training and scoring", line) or share
    if child.returncode or not share:
        raise SystemExit(child.returncode or "no line said how much of the time was work")
    timing = {
        "minutes": round((time.monotonic() - started) / 60, 1),
        "date": provenance()["date"],
        "runs": int(share[1]),
        "percent_of_runs_in_training_and_scoring": int(share[2]),
    }
    if before:
        timing["percent_taken_by_others"] = round(100 * taken(before, ticks()))
    return timing


def ticks() -> list[int]:
    """The time of all cores since the start of a Linux machine, by use (proc(5), /proc/stat).

    Empty on other systems.
    """
    stat = Path("/proc/stat")
    return [int(n) for n in stat.read_text().splitlines()[0].split()[1:9]] if stat.exists() else []


def taken(before: list[int], after: list[int]) -> float:
    """The share of the time between two readings of `ticks` that other guests of the host had."""
    spent = [late - early for early, late in zip(before, after, strict=True)]
    return spent[7] / sum(spent)


def seconds(clone: Path, *command: str) -> float:
    """How long a command takes in a clone."""
    started = time.monotonic()
    subprocess.run(command, cwd=clone, check=True, stdout=subprocess.DEVNULL)
    return round(time.monotonic() - started, 1)


def unchanged(clone: Path, rows: set[str]) -> dict[str, int]:
    """Of the rows that were made, how many have records, and equal them to the last digit."""
    where = ["track", "dataset", "variant", "seed", "metric"]
    committed, result = (pd.read_csv(path, dtype=str) for path in (SCORES[0], clone / SCORES[1]))
    committed = committed[(committed["dataset"] + "-" + committed["variant"]).isin(rows)]
    both = committed.merge(result, "left", on=where, suffixes=("", "_found"))
    same = (both["value"] == both["value_found"]).groupby([both[name] for name in where[:3]]).all()
    return {"rows_as_committed": int(same.sum()), "rows_committed": len(same)}


def main() -> None:
    kept, settings = sys.argv[1] if len(sys.argv) > 1 else None, config.load_params()
    parts = list_parts(settings)
    asked = [expect("a part", name, parts) for name in sys.argv[2:]] or list(parts)
    with nullcontext(kept) if kept else tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", ".", str(clone)], check=True)
        subprocess.run(["make", "environment"], cwd=clone, check=True)
        made = {part: make(clone, parts[part]) for part in asked}
        again: dict[str, Any] = {
            "tracks": asked[:1],
            "make_repro": seconds(clone, *command_of(parts[asked[0]])),
        }
        if not all(parts[part] for part in asked):  # else it would train what a plain run makes
            again["dvc_repro"] = seconds(clone, ".venv/bin/dvc", "repro")
        runs = [run for part in asked for run in select_runs(settings, leaderboards=parts[part])]
        same = unchanged(clone, {run.row for run in runs})
    before = json.loads(OUT.read_text())["tracks"] if OUT.exists() else {}
    timings = {part: timing for part in parts if (timing := (before | made).get(part))}
    facts = {"tracks": timings, "seconds_when_up_to_date": again, **same, **provenance()}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(facts, indent=1) + "\n")
    into_readme(facts)
    print("{rows_as_committed} of {rows_committed} rows came out as committed".format(**same))


def into_readme(facts: dict[str, Any]) -> None:
    """The minutes as a table in README.md, between its two marks."""
    tracks, up_to_date = facts["tracks"], facts["seconds_when_up_to_date"]
    names = [name.replace(" ", "+").replace("_", " ") for name in tracks]
    minutes = [f"{own['minutes']:.1f}" for own in tracks.values()]
    rows = [
        [f"minutes on {facts['hardware']['cores']} cores", *names, "no-op rerun"],
        [":--", *["--:"] * (len(names) + 1)],
        ["", *minutes, f"{up_to_date['make_repro'] / 60:.1f}"],
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    readme = README.read_text()
    README.write_text(
        re.sub(r"(<!-- time -->).*(<!-- /time -->)", rf"\g<1>\n{table}\n\g<2>", readme, flags=re.S)
    )


if __name__ == "__main__":
    main()
