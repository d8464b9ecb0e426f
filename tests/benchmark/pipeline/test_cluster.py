"""Runs on Dask workers: killed workers, heads and schedulers, full disks, clones without a folder.

Every test ends with the bytes of an undisturbed run, and with no process left behind.
"""

import os
import re
import signal
from pathlib import Path

import pytest

from tests.benchmark.pipeline import clusters
from tests.benchmark.pipeline.clusters import (
    clone,
    kill,
    list_hashes,
    list_processes,
    start_processes,
    start_repro,
    wait_until,
)
from tests.benchmark.pipeline.project import run

SAVED = "runs in training are saved, and"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A small project that a local cluster has run; its runs take seconds."""
    project = clusters.make_project(tmp_path_factory.mktemp("cluster") / "head")
    output = run(project, "python", "-m", "benchmark", "repro", "--jobs", "2")
    assert "2 at a time" in output
    assert "run 1 of 2: ring8 dcgan seed 0: update" in output
    return project


@pytest.fixture
def project(finished):
    """The project without data and runs."""
    hashes = list_hashes(finished)
    clusters.forget_results(finished)
    yield finished
    wait_until(lambda: not list_processes(finished))
    assert list_hashes(finished) == hashes
    assert "up to date" in run(finished, "dvc", "status")


def wait_for_run(folder, seed=0):
    """Wait until a run is in training and has a checkpoint."""
    wait_until((folder / ".checkpoints" / f"toy-ring8-dcgan-{seed}.pt").exists)


@pytest.mark.slow
def test_a_killed_worker_in_a_clone_is_replaced(project, tmp_path):
    with start_processes(tmp_path / "logs", project) as processes:
        clones = [clone(project, tmp_path / name) for name in ("a", "b")]
        for folder in clones:
            processes.start_worker(folder)
        head = start_repro(project, "--scheduler", processes.address)
        clusters.kill_training_worker(processes.address, clones)
        wait_until(lambda: not all(map(list_processes, clones)))
        output = head.communicate(timeout=600)[0]
    assert head.returncode == 0, output
    assert re.search(r"ring8 dcgan seed \d: lost worker tcp://[\d.:]+; trying again", output)
    assert "Traceback" not in output and not list(project.glob(".checkpoints/*.pt"))


@pytest.mark.slow
def test_a_killed_worker_of_a_shared_folder_is_replaced_from_its_checkpoint(project, tmp_path):
    with start_processes(tmp_path / "logs", project) as processes:
        for _ in range(2):
            processes.start_worker(project)
        head = start_repro(project, "--scheduler", processes.address)
        clusters.kill_training_worker(processes.address, [project])
        output = head.communicate(timeout=600)[0]
    assert head.returncode == 0 and "resumed at update" in output, output


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_an_ended_head_loses_nothing(project, number):
    head = start_repro(project, "--jobs", "2")
    wait_for_run(project)
    # Ctrl-C on a terminal reaches the whole process group
    head.kill() if number == signal.SIGKILL else os.killpg(head.pid, number)
    output = head.communicate(timeout=60)[0]
    if number == signal.SIGINT:
        assert head.returncode == 128 + number
        assert output.splitlines()[-1].endswith(f"{SAVED} the same command resumes them")
        assert not list_processes(project)
    assert "Traceback" not in output
    wait_until(lambda: not list_processes(project))
    assert list(project.glob(".checkpoints/*.pt"))
    assert "resumed at update" in run(project, "python", "-m", "benchmark", "repro")


@pytest.mark.slow
def test_a_killed_head_of_a_running_cluster_leaves_no_child(project, tmp_path):
    with start_processes(tmp_path / "logs", project) as processes:
        processes.start_worker(project)
        head = start_repro(project, "--scheduler", processes.address)
        wait_for_run(project)
        kill(head)
        wait_until(lambda: list(project.glob(".checkpoints/*.pt")))
        output = run(
            project, "python", "-m", "benchmark", "repro", "--scheduler", processes.address
        )
    assert "resumed at update" in output


@pytest.mark.slow
def test_a_killed_scheduler_is_one_line(project, tmp_path):
    with start_processes(tmp_path / "logs", project) as processes:
        processes.start_worker(project)
        head = start_repro(project, "--scheduler", processes.address)
        wait_for_run(project)
        kill(processes.scheduler)
        output = head.communicate(timeout=120)[0]
        wait_until(lambda: not list_processes(project))
    assert head.returncode == 1 and "Traceback" not in output
    assert output.splitlines()[-1] == (
        f"the scheduler ended; {SAVED} the same command resumes them"
    )
    assert "resumed at update" in run(project, "python", "-m", "benchmark", "repro")


@pytest.mark.slow
def test_a_full_disk_is_one_line(project):
    (project / ".checkpoints").mkdir()
    (project / ".checkpoints/toy-ring8-dcgan-0.tmp").symlink_to("/dev/full")
    output = run(project, "python", "-m", "benchmark", "repro", "--jobs", "2", ok=False)
    assert output.splitlines()[-1] == (
        ".checkpoints/toy-ring8-dcgan-0.pt: expected space for a checkpoint, got No space left on"
        " device (none is kept); free some space and run again"
    )
    assert "Traceback" not in output and not list_processes(project)
    run(project, "python", "-m", "benchmark", "repro", "--jobs", "2")


@pytest.mark.slow
def test_a_clone_with_other_code_is_refused(finished, tmp_path):
    clusters.forget_results(finished)
    folder = clone(finished, tmp_path / "a")
    file = folder / "benchmark/training/train.py"
    file.write_text(f"{file.read_text()}\nMORE = 1\n")
    with start_processes(tmp_path / "logs", finished) as processes:
        processes.start_worker(folder)
        arguments = ("--scheduler", processes.address)
        output = run(finished, "python", "-m", "benchmark", "repro", *arguments, ok=False)
    line = (
        f"expected the code of the head, got another; git pull in {folder} and restart the worker"
    )
    assert output.splitlines()[-1].endswith(line)


def test_one_command_runs_in_a_folder(tmp_path, monkeypatch, capsys):
    from benchmark.pipeline.folder import hold_folder, is_shared

    monkeypatch.chdir(tmp_path)
    Path("params.yaml").touch()
    with hold_folder() as session:
        assert is_shared(session) and not is_shared("another")
        with pytest.raises(SystemExit), hold_folder():
            pass
    assert capsys.readouterr().err == (
        "another `gan-benchmark repro` or `record` runs in this folder; wait for it or end it\n"
    )
    with hold_folder() as other:
        assert other != session and is_shared(other)
