"""A small project, and Dask clusters of processes on this machine that work on it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from distributed import Client

from tests.benchmark.pipeline.project import ENVIRONMENT, copy_of_repository, edit, run, shrink

WAIT_SECONDS = 180


def keep_ring8(tree: dict[str, Any], *, updates: int = 1000) -> None:
    """Keep one row of params.yaml, on points: its data needs no download and no classifier."""
    shrink(tree)
    for name in set(tree) - {"features", "toy"}:
        del tree[name]
    tree["toy"]["variants"] = {"dcgan": tree["toy"]["variants"]["dcgan"]}
    tree["toy"]["datasets"]["ring8"]["updates"] = updates


def make_project(folder: Path, **budget: int) -> Path:
    """Make a small project, committed to git, with a DVC remote beside it.

    Its runs are saved twice a second, so that a test can wait for a checkpoint.
    """
    copy_of_repository(folder)
    edit(folder, lambda tree: keep_ring8(tree, **budget))
    file = folder / "benchmark/training/train.py"
    often = re.sub(r"(?m)^CHECKPOINT_SECONDS = .*", "CHECKPOINT_SECONDS = 0.5", file.read_text())
    file.write_text(often)
    remote = folder.with_name("remote")
    run(folder, "dvc", "remote", "add", "--quiet", "--default", "storage", str(remote))
    commit(folder, "start")
    return folder


def commit(folder: Path, message: str) -> None:
    """Commit everything in a project."""
    run(folder, "git", "add", "--all")
    run(folder, "git", "commit", "--quiet", "--message", message)


def clone(project: Path, folder: Path) -> Path:
    """Clone a project."""
    run(project, "git", "clone", "--quiet", str(project), str(folder))
    return folder


class Processes:
    """Processes of a cluster, which the end of a block kills.

    Attributes:
        address: the address of the scheduler.
    """

    def __init__(self, folder: Path, project: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[str]] = []
        file = folder / "scheduler.json"
        self.scheduler = self.start(
            project, "scheduler", "--host", "127.0.0.1", "--port", "0",
            "--no-dashboard", "--scheduler-file", str(file),
        )  # fmt: skip
        self.address = wait_until(lambda: file.exists() and read_address(file))

    def start(self, folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command of Dask in a folder, in its own process group."""
        log = (self.folder / f"{len(self.started)}.log").open("w")
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            cwd=folder,
            env=ENVIRONMENT
            | {"PYTHONPATH": str(folder), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
            | environment,
            stdout=log,
            stderr=log,
            text=True,
            process_group=0,
        )
        self.started.append(process)
        return process

    def start_worker(
        self, folder: Path, *options: str, **environment: str
    ) -> subprocess.Popen[str]:
        """Start a worker of one thread in a clone."""
        return self.start(
            folder, "worker", self.address, "--host", "127.0.0.1", "--nthreads", "1",
            "--no-nanny", "--no-dashboard", *options, **environment,
        )  # fmt: skip

    def end(self) -> None:
        """Kill all processes."""
        for process in self.started:
            process.kill()
            process.wait()


def read_address(file: Path) -> str:
    """Read the address of a scheduler from its file; empty while it is written."""
    result = re.search(r'"address": "([^"]+)"', file.read_text())
    return result[1] if result else ""


@contextmanager
def start_processes(folder: Path, project: Path) -> Iterator[Processes]:
    """Start a scheduler, and kill it and its workers at the end of the block.

    Args:
        folder: folder for logs.
        project: folder of the scheduler.
    """
    folder.mkdir()
    processes = Processes(folder, project)
    try:
        yield processes
    finally:
        processes.end()


def wait_until(condition: Callable[[], Any], seconds: float = WAIT_SECONDS) -> Any:
    """Wait until a condition is true, and return its value."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "expected it within the time"
        time.sleep(0.05)
    return value


def start_repro(project: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    """Start `gan-benchmark repro` in a project."""
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "benchmark", "repro", *options],
        cwd=project,
        env=ENVIRONMENT | {"PYTHONPATH": str(project)} | environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        process_group=0,
    )


def list_processes(folder: Path) -> dict[int, str]:
    """List the processes whose working directory is a folder; identifier -> command line."""
    result = {}
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and (process / "cwd").readlink() == folder:
                result[int(process.name)] = (process / "cmdline").read_text().replace("\0", " ")
        except OSError:
            pass  # it has ended
    return result


def list_hashes(project: Path) -> dict[str, str]:
    """List the hashes in dvc.lock of the outputs that hold no time."""
    from ruamel.yaml import YAML

    tree = YAML(typ="safe").load((project / "dvc.lock").read_text())
    return {
        out["path"]: out["md5"]
        for stage in tree["stages"].values()
        for out in stage.get("outs", [])
        if out["path"].startswith("data/")
        or Path(out["path"]).name in ("losses", "metrics", "trajectory")
    }


def kill_training_worker(address: str, folders: Iterable[Path]) -> None:
    """Kill a worker with -9 while it works on a run that has a checkpoint.

    Args:
        address: address of the scheduler.
        folders: folders of the workers.
    """
    with Client(address) as client:

        def find_worker() -> str | None:
            names = {file.stem for folder in folders for file in folder.glob(".checkpoints/*.pt")}
            titles = {f"ring8 dcgan seed {name[-1]}" for name in names}
            tasks = client.processing().items()
            return next((name for name, keys in tasks if titles & {key[-1] for key in keys}), None)

        worker = wait_until(find_worker)
        os.kill(client.run(os.getpid, workers=[worker])[worker], signal.SIGKILL)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a process with -9."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def forget_results(project: Path) -> None:
    """Delete what a project has made, also from its cache, except for the theory."""
    for name in ("runs", "data", "features", "references", ".dvc/cache", ".checkpoints"):
        shutil.rmtree(project / name, ignore_errors=True)
    run(project, "dvc", "commit", "--quiet", "--force", "theory")
