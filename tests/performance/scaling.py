"""Measure what a row and a run cost the head of a cluster, and extrapolate: `make bench-scaling`.

A small project is given more and more rows, which are copies of one trained row. For each number of
rows, the functions of `gan-benchmark repro` are timed in a new process, and straight lines are
fitted. The outputs of runs are sent through a DVC remote on this disk, one after another, as the
head does. Written to results/bench/scaling.json, from which site/docs/clusters.md is filled.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.common.provenance import provenance
from tests.benchmark.pipeline import clusters
from tests.benchmark.pipeline.project import ENVIRONMENT, edit, run

OUT = Path("results/bench/scaling.json")
ROWS = 25, 50, 100, 200
SEEDS = 5
PARCELS = 10  # runs that are sent through the remote
GOAL = {"runs": 10_000, "workers": 100}
SOURCE = Path("gans/unconditional/dcgan.py")


def add_rows(project: Path, count: int) -> None:
    """Give a project this many rows, with outputs that all differ."""
    source = (project / SOURCE).read_text().replace("class DCGAN", "class Copy")
    trained = project / "runs/toy/ring8/dcgan"
    names = [f"copy_{number}" for number in range(1, count)]
    for name in names:
        (project / SOURCE).with_stem(name).write_text(source)
        folder = trained.with_name(name)
        if folder.exists():
            continue
        shutil.copytree(trained, folder)
        for file in filter(Path.is_file, folder.rglob("*")):
            with file.open("a") as appended:
                appended.write(f"{name}\n")

    def add_variants(tree: dict[str, Any]) -> None:
        tree["toy"]["variants"] |= {name: tree["toy"]["variants"]["dcgan"] for name in names}

    edit(project, add_variants)


def measure_rows() -> dict[str, float]:
    """Time what the head does for all rows, in this folder; run in a new process."""
    from benchmark import config
    from benchmark.pipeline import recipes, rows
    from benchmark.pipeline.dvc_stages import commit_stages, find_outdated_stages
    from benchmark.pipeline.plan import list_tasks

    seconds = {}

    def clock(name: str, call: Callable[..., Any], *arguments: Any) -> Any:
        started = time.monotonic()
        result = call(*arguments)
        seconds[name] = round(time.monotonic() - started, 3)
        return result

    settings = clock("check params.yaml", config.load_params)
    rows.write_rows(settings)
    clock("write recipes", recipes.write_recipes, settings)
    clock("plan tasks", list_tasks, settings)
    clock("find outdated stages", find_outdated_stages)
    stages = [run.stage(step) for run in settings.runs for step in ("train", "evaluate")]
    clock("commit all rows", commit_stages, ["recipes", *stages])
    clock("find that nothing is outdated", find_outdated_stages)
    return seconds | {"megabytes of dvc.lock": round(Path("dvc.lock").stat().st_size / 1e6, 4)}


def measure_parcels() -> dict[str, float]:
    """Send the outputs of runs through the remote, in this folder; run in a new process."""
    from benchmark import config
    from benchmark.pipeline import transfer
    from benchmark.pipeline.plan import list_run_steps

    runs = config.load_params().runs[SEEDS : SEEDS + PARCELS]
    outputs = [[path for step in list_run_steps(run) for path in step.makes] for run in runs]
    started = time.monotonic()
    parcels = [transfer.publish(paths) for paths in outputs]
    published = time.monotonic()
    files = [file for paths in outputs for path in paths for file in (path, *path.rglob("*"))]
    size = sum(file.stat().st_size for file in files if file.is_file())
    for paths in outputs:
        for path in paths:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    deleted = time.monotonic()
    for parcel in parcels:
        transfer.fetch(parcel)
    return {
        "seconds to publish a run": round((published - started) / PARCELS, 3),
        "seconds to fetch a run": round((time.monotonic() - deleted) / PARCELS, 3),
        "megabytes of a run": round(size / PARCELS / 1e6, 3),
    }


def measure_in(project: Path, name: str) -> dict[str, float]:
    """Call a function of this module in a new process in a project."""
    code = (
        f"import json; from tests.performance import scaling; print(json.dumps(scaling.{name}()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project,
        env=ENVIRONMENT | {"PYTHONPATH": str(project)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def fit_lines(measured: dict[int, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Fit a line to each cost over the number of rows, and extend it to the goal."""
    counts, rows = list(measured), GOAL["runs"] / SEEDS
    lines = {}
    for name in next(iter(measured.values())):
        slope, start = np.polyfit(counts, [measured[count][name] for count in counts], 1)
        lines[name] = {
            "each row": round(float(slope), 5),
            f"{GOAL['runs']} runs": round(float(start + slope * rows), 1),
        }
    return lines


def main() -> None:
    measured = {}
    with tempfile.TemporaryDirectory() as name:
        project = clusters.make_project(Path(name).resolve() / "head", samples_seen=2560)
        edit(project, lambda tree: tree["toy"].update(seeds=list(range(SEEDS))))
        run(project, "python", "-m", "benchmark", "repro")
        for count in ROWS:
            add_rows(project, count)
            measured[count] = measure_in(project, "measure_rows")
            print(count, measured[count], flush=True)
        parcels = measure_in(project, "measure_parcels")
    facts = {
        "goal": GOAL,
        "seeds": SEEDS,
        "rows": measured,
        "lines": fit_lines(measured),
        "parcels": parcels,
        # the head fetches one run after another
        "seconds of a run that keep the head busy": round(
            parcels["seconds to fetch a run"] * GOAL["workers"], 1
        ),
    }
    print(json.dumps({name: facts[name] for name in ("lines", "parcels")}, indent=1))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(facts | provenance(), indent=1) + "\n")


if __name__ == "__main__":
    main()
