"""Each task has a GPU of its own; the GPUs exist by name only."""

import os
import time
from pathlib import Path

import pytest

from benchmark.pipeline import gpus
from benchmark.pipeline.child import Child
from benchmark.pipeline.cluster import count_slots, declare_resources, open_cluster

SECONDS = 0.5


@pytest.fixture(autouse=True)
def locks(tmp_path, monkeypatch):
    monkeypatch.setattr(gpus.tempfile, "gettempdir", lambda: str(tmp_path))


def use_gpu(folder: Path, runs_per_gpu: int) -> tuple[str, float, float]:
    """Hold a GPU for a moment; return it, and start and end."""
    gpus.tempfile.gettempdir = lambda: str(folder)
    os.environ[gpus.VARIABLE] = "0,1"  # as seen by all worker processes of a machine
    with gpus.hold_gpu(runs_per_gpu):
        started = time.monotonic()
        time.sleep(SECONDS)
        return os.environ[gpus.VARIABLE], started, time.monotonic()


def count_together(uses: list[tuple[str, float, float]]) -> int:
    """Count the most tasks that held one GPU at a time."""
    return max(
        sum(other == gpu and start <= moment < end for other, start, end in uses)
        for gpu, moment, _ in uses
    )


@pytest.mark.parametrize(("value", "expected"), [("0,2", ["0", "2"]), ("", []), ("-1", [])])
def test_visible_gpus_are_those_of_the_variable(value, expected, monkeypatch):
    monkeypatch.setenv(gpus.VARIABLE, value)
    assert gpus.list_gpus() == expected


def test_gpus_are_counted_without_cuda(monkeypatch, tmp_path):
    monkeypatch.delenv(gpus.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpus.list_gpus() == []
    (tmp_path / "nvidia-smi").write_text("#!/bin/sh\necho 0\necho 1\n")
    (tmp_path / "nvidia-smi").chmod(0o755)
    assert gpus.list_gpus() == ["0", "1"]


@pytest.mark.parametrize(("runs_per_gpu", "together"), [(1, 1), (2, 2)])
def test_tasks_share_a_gpu_only_if_they_may(runs_per_gpu, together, tmp_path):
    children = [Child(use_gpu, (tmp_path, runs_per_gpu)) for _ in range(6)]
    uses = [child.wait(print) for child in children]
    assert {gpu for gpu, _, _ in uses} == {"0", "1"}
    assert 1 <= count_together(uses) <= together


def test_a_local_cluster_has_the_visible_gpus(monkeypatch):
    monkeypatch.setenv(gpus.VARIABLE, "0,1")
    with open_cluster(jobs=4) as client:
        assert declare_resources(client, 1) == {"GPU": 1} and count_slots(client, 1) == 2
        assert declare_resources(client, 3)["GPU"] * 3 <= 1 and count_slots(client, 3) == 4
    monkeypatch.setenv(gpus.VARIABLE, "")
    with open_cluster(jobs=3) as client:
        assert declare_resources(client, 1) == {} and count_slots(client, 1) == 3
