"""`dvc repro` with the cells side by side: `python -m benchmark.repro --jobs 2`.

The same stages in the same order as plain `dvc repro`, which takes one after the other: first what
the cells share, then all cells that are not up to date, several at a time, then what is made of
them. Cells are trained and scored by the code that the stages call, and recorded by `dvc commit`.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock
from typing import Any

from rich.console import Console
from rich.progress import Progress, TextColumn
from rich.table import Column
from ruamel.yaml import YAML

from benchmark import evaluate, params, train
from benchmark.checkpoint import fingerprint, forget, only_one
from benchmark.interruption import Interruption
from benchmark.messages import nearest, stop

DVC = [sys.executable, "-m", "dvc"]
# `python` in a stage is the one that runs this, whether or not its environment is active
ENVIRONMENT = os.environ | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    "PYTHONUNBUFFERED": "1",
}
PROCESSES = multiprocessing.get_context("forkserver")
# the server imports torch, and what its optimisers import late, and runs nothing: children start
# at once and inherit no state
PROCESSES.set_forkserver_preload(["__main__", "benchmark.evaluate", "torch._inductor"])
STEPS = ("train", "evaluate")
OUTPUTS = {"train": ("trained", "losses"), "evaluate": ("scored", "metrics", "trajectory")}
LAST = ("report", "site")
BESIDE = {"theory"}  # stages that neither need cells nor are needed by them
# to start a process is to ask after all others, and only one thread may hear how each ended
ASKING = Lock()
RUNNING: set[subprocess.Popen | BaseProcess] = set()


def start(child: BaseProcess) -> None:
    """Start a process; safe in several threads at once."""
    with ASKING:
        child.start()


def join(child: BaseProcess) -> None:
    """Wait for the end of a process; safe in several threads at once."""
    wait_for([child.sentinel])
    with ASKING:
        child.join()


@contextmanager
def running(child: subprocess.Popen | BaseProcess) -> Iterator[None]:
    """A process that is told if a signal comes, and waited for at the end of the block."""
    RUNNING.add(child)
    if interruption.number:  # it came before this child could be told
        end_children()
    try:
        yield
    finally:
        join(child) if isinstance(child, BaseProcess) else child.wait()
        RUNNING.discard(child)


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
    with running(child):
        yield child


def end_children() -> None:
    """Ask every DVC, and the stage that it runs, to end; a cell in training is saved first."""
    for child in list(RUNNING):
        with suppress(ProcessLookupError):
            if isinstance(child, BaseProcess):
                os.kill(child.pid or 0, signal.SIGINT)
            else:
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
    """The stages that would run now, those behind them not yet counted.

    Outputs that are merely not there are fetched from DVC's cache first, if it has them.
    """
    found = json.loads(answer("status", "--json") or "{}")
    gone = [name for name, changes in found.items() if changes and all(map(deleted, changes))]
    if not gone or not Path(".dvc/cache").exists():
        return set(found)
    with dvc("checkout", "--quiet", *gone, stderr=subprocess.DEVNULL):
        pass  # what the cache does not have is made again
    return set(json.loads(answer("status", "--json") or "{}"))


def deleted(change: Any) -> bool:
    """Whether a change that `dvc status` tells of is that files are not there, and no other."""
    if not isinstance(change, dict):
        return False
    kinds = [kind for files in change.values() for kind in dict(files).values()]
    return bool(kinds) and all(kind == "deleted" for kind in kinds)


def repro(*arguments: str) -> None:
    """Run `dvc repro` in the foreground; exit as it does if it fails."""
    with dvc("repro", *arguments) as child:
        pass
    heed()
    if child.returncode:
        raise SystemExit(child.returncode)


def step(name: str, cell: params.Cell, settings: params.Params, out: Connection) -> None:
    """What a process of a cell does: one stage of it, said to the other end of a pipe."""
    os.setpgid(0, 0)  # Ctrl-C on a terminal goes to the program alone, which passes it on
    for stream in (1, 2):
        os.dup2(out.fileno(), stream)
    if name == "evaluate":
        evaluate.evaluate(cell, settings)
        return
    with only_one(cell.name):
        train.train(cell, settings)


def sources() -> str:
    """A fingerprint of the parameters and of all code that a cell is made from.

    That is the code which dvc.yaml names for its stages, and the variants.
    """
    stages = YAML(typ="safe").load(Path("dvc.yaml").read_text())["stages"]
    named = [Path(dep) for name in stages if name.startswith(STEPS) for dep in stages[name]["deps"]]
    code = [path for path in named if path.parts[0] == "benchmark"] + [Path("gans")]
    files = {file for path in code for file in (path, *path.rglob("*.py")) if file.is_file()}
    return fingerprint({}, [params.FILE, *files])


class Cells:
    """Trains and scores cells side by side, shows how far each is, and tells DVC of whole rows.

    A process that has imported what a cell needs is forked for each, so that nothing is imported
    twice. DVC is told of all rows at the end, as it writes the whole of dvc.lock each time; until
    then their last checkpoints stay.

    Args:
        settings: of the boards.
        changed: the stages that are not up to date.
        jobs: how many cells at a time.
    """

    def __init__(self, settings: params.Params, changed: set[str], jobs: int) -> None:
        self.settings = settings
        self.jobs = jobs
        self.steps = {  # of each cell: to be scored again if it is trained again
            cell: STEPS[STEPS.index(first) :]
            for cell in settings.cells
            if (first := next((s for s in STEPS if cell.stage(s) in changed), None))
        }
        self.beside = sorted(changed & BESIDE)
        self.sources = sources()
        self.console = Console(highlight=False)
        self.failed = False

    def run(self) -> None:
        """Run them all; at the first that fails end the others, and exit with what it said."""
        for cell, steps in self.steps.items():
            for folder in [folder for name in steps for folder in OUTPUTS[name]]:
                shutil.rmtree(cell.row / folder, ignore_errors=True)
        started = time.monotonic()
        bar = Progress(
            # a row is what a cell said last, the last row is how many are done
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        with bar, ThreadPoolExecutor(self.jobs) as pool:
            total = bar.add_task("", total=len(self.steps))
            waiting = {pool.submit(self.run_stage, stage, bar) for stage in self.beside}
            waiting |= {pool.submit(self.run_cell, cell, bar) for cell in self.steps}
            while waiting:
                ready = len(self.steps) - min(len(waiting), len(self.steps))
                bar.update(total, description=f"{ready} of {len(self.steps)} cells done")
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for failure in filter(None, [future.result() for future in done]):
                    end_children()
                    stop(failure)
        heed()
        self.tell()
        if self.steps:
            seconds = time.monotonic() - started
            at_once = min(self.jobs, len(self.steps) + len(self.beside))
            share = worked(self.steps, self.beside) / (seconds * at_once)
            print(
                f"{len(self.steps)} cells in {seconds:.0f} s, {self.jobs} at a time: {share:.0%}"
                " training and scoring, the rest DVC, starts of processes and waiting"
            )

    def run_stage(self, name: str, bar: Progress) -> str | None:
        """Run another stage by DVC; what it said if it failed."""
        command = ("--wait-for-lock", "repro", "--single-item", name)
        with dvc(*command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
            said = self.show(name, child.stdout or (), bar)
        return self.outcome(name, child.returncode, said)

    def run_cell(self, cell: params.Cell, bar: Progress) -> str | None:
        """Train and score a cell, as far as it needs it; what it said if it failed."""
        for name in self.steps[cell]:
            if interruption.number or self.failed:
                return None
            reader, writer = PROCESSES.Pipe(duplex=False)
            child = PROCESSES.Process(target=step, args=(name, cell, self.settings, writer))
            start(child)
            with running(child), open(reader.fileno(), closefd=False) as lines:
                writer.close()
                said = self.show(str(cell), lines, bar)
            if failure := self.outcome(str(cell), child.exitcode, said):
                return failure
        return None

    def show(self, title: str, lines: Iterable[str], bar: Progress) -> list[str]:
        """Show the lines as they come; all of them, once there are no more."""
        said = []
        task = bar.add_task(title, total=None)
        for line in lines:
            said.append(line)
            if line.startswith("cell ") or line.startswith(f"{title}:"):
                bar.update(task, description=f"  {line.strip()}")
                if not self.console.is_terminal:
                    print(line, end="", flush=True)
        bar.remove_task(task)
        return said

    def outcome(self, title: str, code: int | None, said: list[str]) -> str | None:
        """What is to be said of a process that has ended; None if it did well, or had to end."""
        if interruption.number or self.failed or not code:
            return None
        self.failed = True
        return f"{title} failed with status {code}:\n{''.join(said[-20:])}"

    def tell(self) -> None:
        """Tell DVC of all rows, now that they are whole; no checkpoint of theirs is needed then.

        It is told of a stage with all its rows at once: one by one they would take a second or
        more each. Rows that were up to date stay so.
        """
        groups = {
            cell.stage(name).split("@")[0] for cell, steps in self.steps.items() for name in steps
        }
        if not groups:
            return
        if sources() != self.sources:
            stop("a source file has changed while cells were trained: run again, with it as it is")
        answer("--wait-for-lock", "commit", "--force", *sorted(groups))
        for cell in self.steps:
            forget(cell.name)


def worked(cells: Iterable[params.Cell], beside: list[str]) -> float:
    """Seconds that cells were trained and scored, and other stages at work, by their records."""
    records = [Path(stage) / f"{stage}.json" for stage in beside]
    for cell in cells:
        records += [cell.trained / "training.json", cell.scored / "evaluation.json"]
    return sum(json.loads(record.read_text())["seconds"] for record in records)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count(), help="cells at a time (default: one a core)"
    )
    parser.add_argument("--boards", nargs="*", default=[], help="default: all of params.yaml")
    asked = parser.parse_args()
    if asked.jobs < 1:
        stop(f"--jobs: {asked.jobs} should be at least 1")
    with interruption:
        run(asked.jobs, asked.boards)


def board_of(stage: str) -> str | None:
    """The board that a stage works for; None for one that all share."""
    step, *row = stage.split("@")
    if not row:
        return None
    return step.partition("_")[2] or "images"


def run(jobs: int, boards: list[str]) -> None:
    """The whole pipeline, as far as it is not up to date.

    Args:
        jobs: how many cells at a time.
        boards: names of the boards that are wanted; none for all.
    """
    settings = params.load()
    for name in boards:
        if name not in settings.boards:
            stop(f"--boards: {name}: no such board; {nearest(name, settings.boards)}")
    whole = not boards or set(boards) == set(settings.boards)
    mine = [name for name in stages() if whole or board_of(name) in (None, *boards)]
    changed = outdated() & set(mine)
    if not changed:
        print("everything is up to date")
        return
    first = ("prepare", "features", "references", "variants")
    repro(*(name for name in mine if name.split("@")[0].split("_")[0] in first))
    changed |= outdated() & set(mine)
    Cells(settings, changed, jobs).run()
    repro(*([] if whole else ["--single-item", *LAST]))


if __name__ == "__main__":
    main()
