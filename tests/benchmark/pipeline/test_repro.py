"""Runs side by side: processes that several threads start and wait for."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from benchmark.pipeline import processes, recipes, repro
from benchmark.pipeline.processes import FORKS, join, start
from benchmark.pipeline.repro import deleted


def exit_code(_):
    child = FORKS.Process(target=os.getpid)
    start(child)
    join(child)
    return child.exitcode


def test_each_thread_hears_how_its_own_process_ended():
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(exit_code, range(100))) == {0}


def test_processes_that_have_ended_are_not_signalled(monkeypatch):
    def denied(*_):  # what macOS answers for a process that has ended and was not waited for yet
        raise PermissionError

    monkeypatch.setattr(os, "killpg", denied)
    with subprocess.Popen(["true"]) as child, processes.running(child):
        processes.end_children()
    assert child.returncode == 0


def test_outputs_that_are_gone_are_no_change_of_what_they_are_made_from():
    assert deleted({"changed outs": {"runs/a": "deleted", "runs/b": "deleted"}})
    assert not deleted({"changed outs": {"runs/a": "deleted", "runs/b": "modified"}})
    assert deleted({"changed deps": {"runs/a": "deleted"}})  # what is made before it is gone too
    assert not deleted({"changed deps": {"params.yaml": {"images.training.batch": "modified"}}})
    assert not deleted("changed command")


def test_only_the_boards_asked_for_are_made(monkeypatch):
    asked = []

    class Recorder:
        def __init__(self, parts, jobs, made_from):
            asked.extend(step.stage for part in parts for task in part for step in task.steps)

        def run(self):
            pass

    rows = "digits-dcgan", "digits-wgan"
    found = {f"{step}@{row}" for row in rows for step in ("train", "evaluate")}
    other = {"train_toy@ring8-dcgan", "references_translation@outline"}
    monkeypatch.setattr(repro, "outdated", lambda: found | other)
    monkeypatch.setattr(repro, "Tasks", Recorder)
    monkeypatch.setattr(recipes, "write", lambda settings: None)
    repro.run(2, ["images"])
    assert set(asked) == found | {"report", "site"}
    asked.clear()
    repro.run(2, [])
    assert set(asked) >= found | other
