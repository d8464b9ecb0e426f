"""`dvc repro` with the cells side by side: `python -m benchmark.repro --jobs 2`.

The same stages in the same order as plain `dvc repro`, which takes one after the other: first what
the cells share, then all cells that are not up to date, several at a time, then what is made of
them. Each cell is a `dvc repro` of its own that waits for the lock of the others.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, TextColumn
from rich.table import Column

from benchmark import params
from benchmark.messages import stop

DVC = [sys.executable, "-m", "dvc"]
# `python` in a stage is the one that runs this, whether or not its environment is active
ENVIRONMENT = os.environ | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    "PYTHONUNBUFFERED": "1",
}


def stages() -> list[str]:
    """Every stage of dvc.yaml, the cells of a matrix by their full names."""
    listed = subprocess.run(
        [*DVC, "stage", "list", "--name-only"], capture_output=True, text=True, env=ENVIRONMENT
    )
    if listed.returncode:
        stop(listed.stderr.strip())
    return listed.stdout.split()


def outdated() -> set[str]:
    """The stages that would run now, those behind them not yet counted."""
    status = subprocess.run(
        [*DVC, "status", "--json"], capture_output=True, text=True, env=ENVIRONMENT
    )
    if status.returncode:
        stop(status.stderr.strip())
    return set(json.loads(status.stdout or "{}"))


def repro(*arguments: str) -> None:
    """Run `dvc repro` in the foreground; exit as it does if it fails."""
    done = subprocess.run([*DVC, "repro", *arguments], env=ENVIRONMENT)
    if done.returncode:
        raise SystemExit(done.returncode)


class Cells:
    """Runs cells side by side and shows how far each is."""

    def __init__(self, cells: list[params.Cell], jobs: int) -> None:
        self.cells = cells
        self.jobs = jobs
        self.console = Console(highlight=False)
        self.children: set[subprocess.Popen] = set()
        self.guard = threading.Lock()
        self.stopping = False

    def run(self) -> None:
        """Run them all; at the first that fails let no other start, and exit with what it said."""
        bar = Progress(
            # a row is what a cell said last, the last row is how many are done
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        with bar, ThreadPoolExecutor(self.jobs) as pool:
            total = bar.add_task(f"0 of {len(self.cells)} cells done", total=len(self.cells))
            waiting = {pool.submit(self.cell, cell, bar) for cell in self.cells}
            try:
                while waiting:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    self.finish(done)
                    ready = len(self.cells) - len(waiting)
                    bar.update(total, description=f"{ready} of {len(self.cells)} cells done")
            except BaseException:
                self.stopping = True
                for future in waiting:
                    future.cancel()
                with self.guard:
                    for child in self.children:
                        child.terminate()
                raise

    def finish(self, done: set[Future]) -> None:
        for future in done:
            if failure := future.result():
                stop(failure)

    def cell(self, cell: params.Cell, bar: Progress) -> str | None:
        """Train and evaluate one cell; what it said if it failed."""
        if self.stopping:
            return None
        names = [f"train@{cell.stage}", f"evaluate@{cell.stage}"]
        child = subprocess.Popen(
            [*DVC, "--wait-for-lock", "repro", "--single-item", *names],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=ENVIRONMENT,
        )
        with self.guard:
            self.children.add(child)
        task = bar.add_task(str(cell), total=None)
        said = []
        for line in child.stdout or ():
            said.append(line)
            if line.startswith("cell ") or line.startswith(f"{cell}:"):
                bar.update(task, description=f"  {line.strip()}")
                if not self.console.is_terminal:
                    print(line, end="", flush=True)
        child.wait()
        with self.guard:
            self.children.discard(child)
        bar.remove_task(task)
        return f"{cell} failed:\n{''.join(said[-20:])}" if child.returncode else None


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
    settings = params.load()
    changed = outdated()
    if not changed:
        print("everything is up to date")
        return
    known = stages()
    shared = [name for name in known if name.split("@")[0] in ("prepare", "features", "references")]
    repro(*shared)
    changed |= outdated()
    cells = [
        cell
        for cell in settings.cells
        if {f"train@{cell.stage}", f"evaluate@{cell.stage}"} & changed
    ]
    Cells(cells, jobs).run()
    repro()


if __name__ == "__main__":
    main()
