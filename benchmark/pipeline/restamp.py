"""Accept a change of code that changes no result: `gan-benchmark restamp`.

A changed module makes the stages that use it outdated. This command runs them once more in a
temporary folder, of each row one seed only, and compares the outputs with those that exist. Where
all bytes are equal, DVC takes the existing outputs over as those of the new code; where they
differ, the stage stays outdated, and `make repro` runs it. Times, provenance and memory in JSON
files do not count.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dvc.repo import Repo

from benchmark import config
from benchmark.common.files import read_json
from benchmark.common.fingerprints import fingerprint_row
from benchmark.common.messages import stop
from benchmark.common.writing import write_json
from benchmark.pipeline import recipes
from benchmark.pipeline.dvc_stages import check_pipeline, commit_stages, read_status
from benchmark.pipeline.rows import write_rows

ROOT = Path(__file__).parents[2]
INPUTS = ("data", "features", "references", "runs", "params.yaml", "site")
# keys of JSON files that hold costs and provenance
NOT_COMPARED = {
    "fingerprint",  # of the code: what this command replaces
    *("changed_since", "commit", "date", "hardware", "packages", "peak_memory_bytes", "seconds"),
}
COMPARED_STAGES = (
    *("prepare", "features", "references", "sensitivity", "theory"),
    *("train", "evaluate"),
)


@dataclass(frozen=True)
class Rerun:
    """One stage, its command, and the outputs to compare.

    Attributes:
        stage: name of the stage.
        command: arguments of `gan-benchmark`.
        outputs: files and folders; of a row, those of one seed.
    """

    stage: str
    command: tuple[str, ...]
    outputs: tuple[Path, ...]


def plan_rerun(stage: str, settings: config.Params) -> Rerun:
    """Plan how a stage is run once more."""
    step, _, name = stage.partition("@")
    folders = {
        "prepare": (Path("data", name),),
        "features": (Path("features", name), Path("features", f"{name}.json")),
        "references": (Path("references", name), Path("references", f"{name}.json")),
        "sensitivity": (Path("sensitivity", f"{name}.csv"),),
        "theory": (Path("theory"),),
    }
    if step in folders:
        return Rerun(stage, (step, name) if name else (step,), folders[step])
    run = settings.rows[name][0]
    seed = ("--seed", str(run.seed))
    if step == "train":
        return Rerun(stage, (step, name, *seed), (run.trained, run.losses))
    return Rerun(stage, (step, name, *seed), (run.scored, run.metrics, run.trajectory))


def list_files(path: Path) -> Iterator[Path]:
    """List a file, or the files of a folder."""
    if path.is_file():
        yield path
    yield from (file for file in sorted(path.rglob("*")) if file.is_file())


def read_content(file: Path) -> Any:
    """Read what is compared of a file: its bytes, or JSON or times.csv without NOT_COMPARED."""
    if file.name == "times.csv":
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        return [{key: row[key] for key in row if key not in NOT_COMPARED} for row in rows]
    if file.suffix != ".json":
        return file.read_bytes()
    content = json.loads(file.read_text(encoding="utf-8"))
    if isinstance(content, dict):
        content = {key: value for key, value in content.items() if key not in NOT_COMPARED}
    return content


def find_differences(outputs: Iterable[Path], folder: Path) -> list[str]:
    """List the files of outputs that differ from those in another folder, or that one lacks."""
    names = {file for path in outputs for file in list_files(path)}
    names |= {file.relative_to(folder) for path in outputs for file in list_files(folder / path)}
    return [
        str(file)
        for file in sorted(names)
        if not file.is_file()
        or not (folder / file).is_file()
        or read_content(file) != read_content(folder / file)
    ]


def rerun_stage(rerun: Rerun) -> list[str]:
    """Run a stage in a temporary folder; return the outputs that differ, or its last line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        link_inputs(folder, rerun.outputs)
        done = subprocess.run(
            [sys.executable, "-m", "benchmark", *rerun.command],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            return [(done.stdout.strip().splitlines() or ["no output"])[-1]]
        return find_differences(rerun.outputs, folder)


def link_inputs(folder: Path, outputs: Iterable[Path]) -> None:
    """Link the inputs of stages in a folder, except for outputs, which are written anew."""
    for name in INPUTS:
        link_except(Path(name), folder, set(outputs))


def link_except(path: Path, folder: Path, outputs: set[Path]) -> None:
    """Link a path in a folder; of a folder that contains outputs, link all other content."""
    if path in outputs or not path.exists():
        return
    if any(path in output.parents for output in outputs):
        (folder / path).mkdir(parents=True)
        for child in path.iterdir():
            link_except(child, folder, outputs)
    else:
        (folder / path).symlink_to(path.resolve())


def read_recorded_recipes() -> dict[str, dict[str, Any]]:
    """Read the recipe of each stage as of its last commit to DVC; stage -> recipe."""
    recorded = {}
    with Repo() as repo:
        for stage in repo.index.stages:
            for dependency in stage.deps:
                hash_info = dependency.hash_info
                if Path(str(dependency)).parts[0] != recipes.FOLDER.name or not hash_info:
                    continue
                file = Path(repo.cache.local.oid_to_path(hash_info.value))
                if file.is_file():
                    recorded[stage.addressing] = json.loads(file.read_text(encoding="utf-8"))
    return recorded


def find_affected_stages() -> list[str]:
    """Find the stages that only a change of code has made outdated, in order of execution.

    Stages whose settings, inputs or outputs have changed too are left out.
    """
    recorded = read_recorded_recipes()
    affected = []
    for stage, changes in read_status().items():
        step, _, name = stage.partition("@")
        path = recipes.FOLDER / step / f"{name}.json" if name else recipes.FOLDER / f"{step}.json"
        is_code = changes == [{"changed deps": {str(path): "modified"}}]
        if step in COMPARED_STAGES and is_code and stage in recorded:
            now = json.loads(path.read_text())
            if now["settings"] == recorded[stage]["settings"]:
                affected.append(stage)
    return sorted(affected, key=lambda stage: COMPARED_STAGES.index(stage.partition("@")[0]))


def stamp_runs(settings: config.Params, equal: Iterable[str]) -> list[str]:
    """Write the present fingerprint to the runs of rows with equal stages.

    A row of which another stage is still outdated keeps the earlier one.

    Returns:
        The stages whose outputs have changed.
    """
    outdated, stamped = set(read_status()) - set(equal), []
    for row in dict.fromkeys(stage.partition("@")[2] for stage in equal):
        runs = settings.rows.get(row, [])
        if (
            not runs
            or {run.stage(step) for run in runs for step in ("train", "evaluate")} & outdated
        ):
            continue
        for run in runs:
            path = run.scored / "evaluation.json"
            write_json(path, read_json(path) | {"fingerprint": fingerprint_row(row)})
        stamped.append(runs[0].stage("evaluate"))
    return stamped


def restamp(*, jobs: int = 1) -> bool:
    """Run the stages that a change of code has made outdated once more, and take over equal ones.

    Args:
        jobs: number of parallel stages.

    Returns:
        Whether all of them came out equal.
    """
    settings = config.load_params()
    check_pipeline()
    write_rows(settings)
    recipes.write_recipes(settings)
    stages = find_affected_stages()
    if not stages:
        stop(
            "expected stages that only a change of code has made outdated, got none; run make repro"
        )
    plans, equal = [plan_rerun(stage, settings) for stage in stages], []
    with ThreadPoolExecutor(jobs) as pool:
        for plan, differences in zip(plans, pool.map(rerun_stage, plans), strict=True):
            if differences:
                print(f"{plan.stage}: {', '.join(differences[:3])} differ: not taken over")
            else:
                print(f"{plan.stage}: equal, taken over")
                equal.append(plan.stage)
    commit_stages(["recipes", *equal, *stamp_runs(settings, equal)])
    print(f"{len(equal)} of {len(stages)} stages are equal; `make repro` runs the others")
    return len(equal) == len(stages)
