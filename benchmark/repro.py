"""`dvc repro` with the cells side by side: `python -m benchmark.repro --jobs 2`.

The same stages in the same order as plain `dvc repro`, which takes one after the other: first what
the cells share, then all cells that are not up to date, several at a time, then what is made of
them. Each cell is a `dvc repro` of its own that waits for the lock of the others.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, TextColumn
from rich.table import Column

from benchmark import params
from benchmark.interruption import Interruption
from benchmark.messages import stop

DVC = [sys.executable, "-m", "dvc"]
# `python` in a stage is the one that runs this, whether or not its environment is active
ENVIRONMENT = os.environ | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    "PYTHONUNBUFFERED": "1",
}
RUNNING: set[subprocess.Popen] = set()


@contextmanager
def dvc(*arguments: str, **streams: Any) -> Iterator[subprocess.Popen]:
    """A process of DVC, waited for at the end of the block.

    In a group of its own: Ctrl-C on a terminal goes to this program alone, which passes it on.
    """
    child = subprocess.Popen(
        [*DVC, *arguments],
        stdin=subprocess.DEVNULL,
        text=True,
        env=ENVIRONMENT,
        process_group=0,
        **streams,
    )
    RUNNING.add(child)
    if interruption.number:  # it came before this child could be told
        end_children()
    try:
        yield child
    finally:
        child.wait()
        RUNNING.discard(child)


def end_children() -> None:
    """Ask every DVC, and the stage that it runs, to end; a cell in training is saved first."""
    for child in list(RUNNING):
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGINT)


interruption = Interruption(also=end_children)


def heed() -> None:
    """End here if a signal asked for it."""
    if interruption.number:
        interruption.stop(
            "stopped; cells in training are saved, and `make repro` goes on from there"
        )


def answer(*arguments: str) -> str:
    """What a command of DVC prints; exit with what it complains of if it fails."""
    with dvc(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        printed, complaint = child.communicate()
    heed()
    if child.returncode:
        stop(complaint.strip())
    return printed


def stages() -> list[str]:
    """Every stage of dvc.yaml, the cells of a matrix by their full names."""
    return answer("stage", "list", "--name-only").split()


def outdated() -> set[str]:
    """The stages that would run now, those behind them not yet counted."""
    return set(json.loads(answer("status", "--json") or "{}"))


def repro(*arguments: str) -> None:
    """Run `dvc repro` in the foreground; exit as it does if it fails."""
    with dvc("repro", *arguments) as child:
        pass
    heed()
    if child.returncode:
        raise SystemExit(child.returncode)


def stages_of(cell: params.Cell) -> list[str]:
    """The stages that a cell goes through."""
    return [f"train@{cell.stage}", f"evaluate@{cell.stage}"]


def worked(cells: list[params.Cell], beside: list[str]) -> float:
    """Seconds that cells were trained and scored, and other stages at work, by their records."""
    records = [Path(stage) / f"{stage}.json" for stage in beside]
    for cell in cells:
        records += [cell.folder / "training.json", cell.folder / "evaluation.json"]
    return sum(json.loads(record.read_text())["seconds"] for record in records)


class Cells:
    """Runs cells side by side and shows how far each is.

    Args:
        cells: to be trained and scored.
        jobs: how many at a time.
        beside: stages that neither need cells nor are needed by them, run among them.
    """

    def __init__(self, cells: list[params.Cell], jobs: int, beside: Iterable[str] = ()) -> None:
        self.cells = cells
        self.beside = list(beside)
        self.jobs = jobs
        self.console = Console(highlight=False)
        self.failed = False

    def run(self) -> None:
        """Run them all; at the first that fails end the others, and exit with what it said."""
        started = time.monotonic()
        bar = Progress(
            # a row is what a cell said last, the last row is how many are done
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        with bar, ThreadPoolExecutor(self.jobs) as pool:
            total = bar.add_task(f"0 of {len(self.cells)} cells done", total=len(self.cells))
            waiting = {pool.submit(self.run_one, stage, [stage], bar) for stage in self.beside}
            waiting |= {pool.submit(self.run_one, str(c), stages_of(c), bar) for c in self.cells}
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for failure in filter(None, [future.result() for future in done]):
                    end_children()
                    stop(failure)
                if not interruption.number:  # else those that never began would count as done
                    ready = max(len(self.cells) - len(waiting), 0)
                    bar.update(total, description=f"{ready} of {len(self.cells)} cells done")
        heed()
        if self.cells:
            seconds = time.monotonic() - started
            at_once = min(self.jobs, len(self.cells) + len(self.beside))
            share = worked(self.cells, self.beside) / (seconds * at_once)
            print(
                f"{len(self.cells)} cells in {seconds:.0f} s, {self.jobs} at a time: {share:.0%}"
                " training and scoring, the rest DVC, starts of processes and waiting"
            )

    def run_one(self, title: str, names: list[str], bar: Progress) -> str | None:
        """Run the stages of a cell, or another; what they said if they failed."""
        if interruption.number or self.failed:
            return None
        command = ("--wait-for-lock", "repro", "--single-item", *names)
        said = []
        with dvc(*command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
            task = bar.add_task(title, total=None)
            for line in child.stdout or ():
                said.append(line)
                if line.startswith("cell ") or line.startswith(f"{title}:"):
                    bar.update(task, description=f"  {line.strip()}")
                    if not self.console.is_terminal:
                        print(line, end="", flush=True)
            bar.remove_task(task)
        if interruption.number or self.failed or not child.returncode:
            return None
        self.failed = True
        return f"{title} failed:\n{''.join(said[-20:])}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count(), help="cells at a time (default: one a core)"
    )
    jobs = parser.parse_args().jobs
    if jobs < 1:
        stop(f"--jobs: {jobs} should be at least 1")
    with interruption:
        run(jobs)


def run(jobs: int) -> None:
    """The whole pipeline, as far as it is not up to date."""
    settings = params.load()
    changed = outdated()
    if not changed:
        print("everything is up to date")
        return
    known = stages()
    first = ("prepare", "features", "references", "variants")
    shared = [name for name in known if name.split("@")[0] in first]
    repro(*shared)
    changed |= outdated()
    cells = [cell for cell in settings.cells if changed.intersection(stages_of(cell))]
    Cells(cells, jobs, beside=changed & {"theory"}).run()
    repro()


if __name__ == "__main__":
    main()
