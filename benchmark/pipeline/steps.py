"""Perform a task of `make repro` in a child process of a worker."""

import os
import shutil
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from benchmark import config
from benchmark.common.files import read_yaml
from benchmark.common.messages import stop
from benchmark.data import prepare
from benchmark.evaluation import evaluate, references
from benchmark.features import features
from benchmark.pipeline import recipes, transfer
from benchmark.pipeline.assignments import Assignment, Outcome, fingerprint_recipes
from benchmark.pipeline.folder import find_clone, is_shared
from benchmark.pipeline.gpus import hold_gpu
from benchmark.pipeline.plan import Step, Task, find_task
from benchmark.studies import sensitivity, theory
from benchmark.training import train
from benchmark.training.checkpoints import hold_run_lock

LOCK_SECONDS = 60  # the child of a killed worker may take as long to save its run


def read_params() -> config.Params:
    """Read the parameters, whose mistakes the command has reported already."""
    return config.parse_params(read_yaml(config.FILE))


def expect_recipes(assignment: Assignment, settings: config.Params) -> None:
    """Exit with one line if the code or the settings of a stage differ from those of the head."""
    expected = assignment["recipes"]
    if not expected:
        return
    # of the code that was imported first
    if fingerprint_recipes(recipes.render_recipes(settings), list(expected)) != expected:
        stop(
            f"{os.uname().nodename}: expected the code of the head, got another; git pull in"
            f" {Path.cwd()} and restart the worker"
        )


def expect_inputs(assignment: Assignment, task: Task) -> None:
    """Exit with one line if the head has not published the inputs of a task.

    It publishes none if all workers shared its folder when it sent the task.
    """
    for path in task.reads:
        if path.as_posix() not in assignment["inputs"]:
            stop(
                f"{os.uname().nodename}: expected {path} on the DVC remote, got nothing; a worker"
                " in a clone joined those that share the folder; run the command again"
            )


def perform(assignment: Assignment) -> Outcome:
    """Perform a task: fetch its inputs, run its steps, and publish its outputs.

    A worker that shares the folder of the head neither fetches nor publishes.
    """
    os.chdir(find_clone())
    with hold_gpu(assignment["runs_per_gpu"]):
        settings = read_params()
        expect_recipes(assignment, settings)
        task = find_task(settings, assignment["title"], assignment["stages"])
        assert task is not None, "a task with the right recipes"
        shared = is_shared(assignment["session"])
        if not shared:
            expect_inputs(assignment, task)
            transfer.fetch(assignment["inputs"])
            recipes.write_recipes(settings)  # whose fingerprint is stored with the scores
        started = time.monotonic()
        lock = hold_run_lock(task.run.name, seconds=LOCK_SECONDS) if task.run else nullcontext()
        with lock:
            for path in task.makes:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            for step in task.steps:
                run_step(step, task, settings)
        seconds = time.monotonic() - started
        return {"seconds": seconds, "outputs": {} if shared else transfer.publish(task.makes)}


def run_step(step: Step, task: Task, settings: config.Params) -> None:
    """Run the function of a stage for the data set or the run of a task."""
    arguments: tuple[Any, ...] = (task.run or task.dataset, settings)
    calls: dict[str, Any] = {
        "prepare": prepare.prepare,
        "features": features.compute_features,
        "references": references.references,
        "sensitivity": sensitivity.write_sensitivity,
        "train": train.train,
        "evaluate": evaluate.evaluate,
    }
    if step.group == "theory":
        theory.write_theory()
    else:
        calls[step.group](*arguments)
