"""Runs that `make repro` trains in parallel: their bytes, and an interruption."""

import signal
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

from tests.benchmark.pipeline.project import ENVIRONMENT, edit, run


def test_parallel_runs_equal_those_of_the_stages(changed):
    """Runs that `make repro` trains in forks equal those of the stages, to the byte."""
    lock, stages = changed / "dvc.lock", ("train@digits-wgan", "evaluate@digits-wgan")
    before = YAML(typ="safe").load(lock.read_text())
    for stage in stages:
        run(changed, "dvc", "repro", "--force", "--single-item", stage)
    after = YAML(typ="safe").load(lock.read_text())
    compared = 0
    for stage in stages:
        one, other = (
            {out["path"]: out["md5"] for out in tree["stages"][stage]["outs"]}
            for tree in (before, after)
        )
        for path in one:
            if Path(path).name in ("losses", "metrics", "trajectory"):  # the others hold times
                assert one[path] == other[path]
                compared += 1
    assert compared == 3


def test_an_interruption_saves_parallel_runs(changed):
    edit(changed, lambda tree: tree["images"]["training"].update(logs=10_000))
    edit(changed, lambda tree: tree["images"]["datasets"]["digits"].update(updates=150_000))
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmark", "repro", "--jobs", "2"],
        cwd=changed,
        env=ENVIRONMENT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    lines = []
    for line in child.stdout:  # each of the two says every few seconds where it is
        lines.append(line)
        if all(any(f"dcgan seed {seed}: update" in line for line in lines) for seed in (0, 1)):
            break
    child.send_signal(signal.SIGINT)
    output = child.communicate(timeout=60)[0]
    assert child.returncode == 128 + signal.SIGINT, "".join(lines) + output
    assert output.splitlines()[-1] == (
        "stopped; runs in training are saved, and the same command resumes them"
    )
    assert "Traceback" not in "".join(lines) + output
    assert len(list(changed.glob(".checkpoints/*.pt"))) == 2
