"""Measure what a task of `make repro` costs beyond its work: `make bench-overhead`.

Tasks without steps go through the whole engine: Dask, a child process, the parameters, the plan and
the lines back. Written to results/bench/overhead.json.
"""

import json
import os
import time
from pathlib import Path

OUT = Path("results/bench/overhead.json")
TASKS = 200


def measure(count: int, jobs: int) -> dict[str, float]:
    """Measure seconds from start to end: of the cluster, the first tasks, and each further task."""
    # imported late: each child imports the main module
    from benchmark.pipeline.cluster import open_cluster
    from benchmark.pipeline.folder import hold_folder
    from benchmark.pipeline.worker import run_task

    started = time.monotonic()
    with hold_folder() as session, open_cluster(jobs=jobs) as client:
        assignment = {
            "session": session,
            "title": "theory",
            "stages": [],
            "recipes": {},
            "inputs": {},
            "runs_per_gpu": 1,
        }

        def run(number: int) -> float:
            before = time.monotonic()
            client.gather([client.submit(run_task, assignment, pure=False) for _ in range(number)])
            return time.monotonic() - before

        up, first = time.monotonic() - started, run(jobs)
        return {
            "seconds_of_cluster": round(up, 2),
            "seconds_of_first_tasks": round(first, 2),  # the libraries are imported
            "milliseconds_per_task": round(1000 * run(count) / count, 1),
        }


def main() -> None:
    from benchmark.common.provenance import provenance

    jobs = os.cpu_count() or 1
    facts = {"tasks": TASKS, "jobs": jobs, **measure(TASKS, jobs)}
    print(*(f"{name} {value}" for name, value in facts.items()), sep="\n")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(facts | provenance(), indent=1) + "\n")


if __name__ == "__main__":
    main()
