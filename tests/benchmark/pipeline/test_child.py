"""Children of worker processes: lines, results, failures, signals and the death of the parent."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmark.common.interruption import Interruption
from benchmark.common.messages import stop
from benchmark.pipeline.child import Child, ChildFailed, run_in_child
from tests.benchmark.pipeline.clusters import wait_until
from tests.benchmark.pipeline.project import ROOT


def add(one, other):
    print(f"{one} + {other}")
    return one + other


def fail():
    stop("data: expected a folder, got none; make it")


def wait_for_signal(folder):
    """Wait for a signal as training does, and leave a file as a checkpoint."""
    with Interruption().defer_signals() as interruption:
        (folder / "pid").write_text(str(os.getpid()))
        while not interruption.number:
            time.sleep(0.01)
        (folder / "saved").touch()
    interruption.exit_if_interrupted("saved")


def wait_beside_sleeper(folder):
    """Wait beside a process that holds the pipe of the lines, as the site's processes do."""
    sleeper = subprocess.Popen(["sleep", "600"])
    (folder / "pid").write_text(str(sleeper.pid))
    sleeper.wait()


def parent(folder):
    run_in_child(wait_for_signal, folder)


def test_lines_and_results_come_back():
    lines = []
    assert Child(add, (1, 2)).wait(lines.append) == 3 and lines == ["1 + 2"]


def test_a_failure_has_the_last_lines():
    with pytest.raises(ChildFailed) as error:
        run_in_child(fail)
    assert str(error.value) == (
        "failed with status 1:\ndata: expected a folder, got none; make it\n"
    )


def test_a_child_that_is_ended_saves_first(tmp_path):
    child = Child(wait_for_signal, (tmp_path,))
    wait_until((tmp_path / "pid").exists)
    child.end()
    with pytest.raises(ChildFailed, match=f"status {128 + signal.SIGTERM}"):
        child.wait(lambda line: None)
    assert (tmp_path / "saved").exists()
    child.end()  # it has ended


def test_the_children_of_a_child_end_with_it(tmp_path):
    child = Child(wait_beside_sleeper, (tmp_path,))
    wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    child.end()
    with pytest.raises(ChildFailed):
        child.wait(lambda line: None)
    number = int((tmp_path / "pid").read_text())
    wait_until(lambda: not is_alive(number))


def test_a_killed_parent_leaves_no_child(tmp_path):
    code = (
        "from pathlib import Path; from benchmark.pipeline.child import FORKS;"
        " from tests.benchmark.pipeline.test_child import parent;"
        " FORKS.set_forkserver_preload([]);"  # the child needs no libraries
        f" parent(Path({str(tmp_path)!r}))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    process.kill()
    process.wait()
    wait_until((tmp_path / "saved").exists)
    number = int((tmp_path / "pid").read_text())
    wait_until(lambda: not is_alive(number))


def is_alive(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_each_thread_reads_the_result_of_its_child():
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda number: run_in_child(add, number, 1), range(60)))
    assert results == list(range(1, 61))
