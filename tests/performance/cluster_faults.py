"""Kill a worker in the middle of a run, on a cluster of this machine: `make bench-cluster`.

A scheduler and two workers run one row of points twice: in clones with a DVC remote, and in a
shared folder. One worker is killed with -9 while it trains. The outputs are compared with those of
an undisturbed run. Written to results/bench/cluster.json: the lines of the command, and whether
every hash is equal.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

from benchmark.common.provenance import provenance
from tests.benchmark.pipeline import clusters
from tests.benchmark.pipeline.project import run

OUT = Path("results/bench/cluster.json")


def kill_one_worker(project: Path, folder: Path, *, is_shared: bool) -> dict[str, Any]:
    """Run a project on two workers, and kill the one that trains first.

    Args:
        project: a project without results.
        folder: an empty folder, for clones and logs.
        is_shared: whether the workers share the folder of the project.
    """
    with clusters.start_processes(folder / "logs", project) as processes:
        places = [project] if is_shared else [folder / "a", folder / "b"]
        for place in places:
            if not is_shared:
                clusters.clone(project, place)
        for place in (places * 2)[:2]:
            processes.start_worker(place)
        head = clusters.start_repro(project, "--scheduler", processes.address)
        clusters.kill_training_worker(processes.address, places)
        lines = head.communicate()[0].splitlines()
    return {
        "files": "shared folder" if is_shared else "clones and a DVC remote",
        "status": head.returncode,
        "hashes": clusters.list_hashes(project),
        "dvc_status": run(project, "dvc", "status").strip(),
        "lines": lines,
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        project = clusters.make_project(folder / "head")
        run(project, "python", "-m", "benchmark", "repro")
        expected, trials = clusters.list_hashes(project), []
        for is_shared in (False, True):
            clusters.forget_results(project)
            place = folder / f"trial-{is_shared}"
            place.mkdir()
            trial = kill_one_worker(project, place, is_shared=is_shared)
            trial["identical"] = trial["status"] == 0 and trial["hashes"] == expected
            trials.append(trial)
            print(*trial["lines"], sep="\n")
    identical = sum(trial["identical"] for trial in trials)
    facts = {"identical": identical, "of": len(trials), "hashes": expected, "trials": trials}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(facts | provenance(), indent=1) + "\n")
    print(f"{identical} of {len(trials)} trials ended with the hashes of an undisturbed run")
    raise SystemExit(identical < len(trials))


if __name__ == "__main__":
    main()
