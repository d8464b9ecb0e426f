"""Give each task one of the visible GPUs, and no GPU to more tasks than allowed.

A GPU is taken by a lock on a file of this machine, so that worker processes which see the same GPUs
do not take the same one. The lock lasts as long as the process that computes, even if its worker is
killed.
"""

import fcntl
import getpass
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

VARIABLE = "CUDA_VISIBLE_DEVICES"
POLL_SECONDS = 0.5


def list_gpus() -> list[str]:
    """List the visible GPUs, as the variable of CUDA names them; CUDA is not initialised."""
    if VARIABLE in os.environ:
        names = [name.strip() for name in os.environ[VARIABLE].split(",")]
        return [name for name in names if name not in ("", "-1")]  # -1 hides all
    command = ["nvidia-smi", "--query-gpu=index", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:  # no driver
        return []
    return done.stdout.split() if done.returncode == 0 else []


def name_lock(gpu: str, slot: int) -> Path:
    """Name the file whose lock stands for one task on a GPU.

    Args:
        gpu: the GPU, as the variable of CUDA names it.
        slot: number of the task on this GPU.
    """
    return Path(tempfile.gettempdir()) / f"gan-benchmark-{getpass.getuser()}-gpu-{gpu}-{slot}.lock"


@contextmanager
def hold_gpu(runs_per_gpu: int) -> Iterator[None]:
    """Hold the first free GPU, and let CUDA see no other; wait if none is free.

    Args:
        runs_per_gpu: number of tasks that may share a GPU.
    """
    gpus = list_gpus()
    held = _lock_gpu(gpus, runs_per_gpu)
    while gpus and not held:
        time.sleep(POLL_SECONDS)
        held = _lock_gpu(gpus, runs_per_gpu)
    if not held:
        yield
        return
    gpu, file = held
    os.environ[VARIABLE] = gpu
    with file:
        yield


def _lock_gpu(gpus: list[str], runs_per_gpu: int) -> tuple[str, IO[str]] | None:
    for slot in range(runs_per_gpu):  # a second task on a GPU only if each has one
        for gpu in gpus:
            file = name_lock(gpu, slot).open("w")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
            else:
                return gpu, file
    return None
