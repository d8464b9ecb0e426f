"""Measure what a row and a run cost the head of a cluster, and extrapolate: `make bench-scaling`.

A small project is given more and more rows, which are copies of one trained row. For each number of
rows, the functions of `gan-benchmark repro` are timed in a new process, and straight lines are
fitted. The outputs of runs are sent through a DVC remote on this disk, one after another, as the
head does. Written to results/bench/scaling.json, which the site shows.
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


def list_copies(project: Path, count: int) -> list[Path]:
    """List the folders of all rows but the trained one, if a project has this many."""
    return [project / f"runs/toy/ring8/copy_{number}" for number in range(1, count)]


def set_rows(project: Path, count: int) -> None:
    """Give a project this many rows, which are copies of the trained one."""
    source = (project / SOURCE).read_text().replace("class DCGAN", "class Copy")
    folders = list_copies(project, count)
    for folder in folders:
        (project / SOURCE).with_stem(folder.name).write_text(source)
        if not folder.exists():
            shutil.copytree(folder.with_name("dcgan"), folder)

    def set_variants(tree: dict[str, Any]) -> None:
        entry = tree["toy"]["variants"]["dcgan"]
        names = ["dcgan", *(folder.name for folder in folders)]
        tree["toy"]["variants"] = dict.fromkeys(names, entry)

    edit(project, set_variants)


def distinguish(folder: Path) -> None:
    """Make all files in a folder differ from those of other folders: DVC stores equal ones once."""
    for file in filter(Path.is_file, folder.rglob("*")):
        with file.open("a") as appended:
            appended.write(f"{folder.name}\n")


def measure_pages() -> dict[str, float]:
    """Time the report and the site, in this folder; run in a new process."""
    from benchmark import config
    from benchmark.reporting.report import write_tables
    from benchmark.website.site import build_site

    settings, seconds = config.load_params(), {}
    for name, call in (("write the tables", write_tables), ("build the site", build_site)):
        started = time.monotonic()
        call(settings)
        seconds[name] = round(time.monotonic() - started, 3)
    return seconds


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
    """Fit a line to each cost, and extend it to the goal.

    The tables compare each pair of rows of a leaderboard; all other costs are of single rows.
    """
    lines = {}
    for name in next(iter(measured.values())):
        unit = "pair of rows" if name == "write the tables" else "row"
        counts = [count_units(count, unit) for count in measured]
        slope, start = np.polyfit(counts, [costs[name] for costs in measured.values()], 1)
        total = start + slope * count_units(GOAL["runs"] // SEEDS, unit)
        lines[name] = {"unit": unit, "each": float(f"{slope:.3g}"), "goal": round(float(total), 1)}
    return lines


def count_units(rows: int, unit: str) -> int:
    """Count the rows, or the pairs of rows."""
    return rows * (rows - 1) // 2 if unit == "pair of rows" else rows


def main() -> None:
    measured = {}
    with tempfile.TemporaryDirectory() as name:
        project = clusters.make_project(Path(name).resolve() / "head", updates=20)
        edit(project, lambda tree: tree["toy"].update(seeds=list(range(SEEDS))))
        run(project, "python", "-m", "benchmark", "repro")
        for count in ROWS:
            set_rows(project, count)
            measured[count] = measure_in(project, "measure_pages")
        for folder in list_copies(project, ROWS[-1]):
            distinguish(folder)
        for count in ROWS:
            set_rows(project, count)
            measured[count] |= measure_in(project, "measure_rows")
            print(count, measured[count], flush=True)
        parcels = measure_in(project, "measure_parcels")
    facts = {
        "goal": GOAL,
        "seeds": SEEDS,
        "rows": measured,
        "lines": fit_lines(measured),
        "parcels": parcels,
        # the head fetches one run after another: with shorter runs, workers outrun it
        "busy_below_seconds": round(parcels["seconds to fetch a run"] * GOAL["workers"], 1),
    }
    print(json.dumps({name: facts[name] for name in ("lines", "parcels")}, indent=1))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(facts | provenance(), indent=1) + "\n")


if __name__ == "__main__":
    main()
