"""Runs side by side: processes that several threads start and wait for."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmark.pipeline import processes, recipes, repro
from benchmark.pipeline.plan import Task
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


ROWS = "digits-dcgan", "digits-wgan", "ring8-dcgan", "grid25-dcgan"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stages that are run of some that are outdated."""
    made: list[str] = []

    class Recorder:
        def __init__(self, parts: list[list[Task]], jobs: int, made_from: dict) -> None:
            made.extend(step.stage for part in parts for task in part for step in task.steps)

        def run(self) -> None: ...

    changed = {f"{step}@{row}" for row in ROWS for step in ("train", "evaluate")}
    changed |= {"references@digits", "references@outline"}
    monkeypatch.setattr(repro, "outdated", lambda: changed)
    monkeypatch.setattr(repro, "Tasks", Recorder)
    monkeypatch.setattr(recipes, "write", lambda settings: None)
    return made


@pytest.mark.parametrize(
    ("named", "stages"),
    [
        ({"tracks": ["images"]}, {"references@digits", "train@digits-dcgan", "train@digits-wgan"}),
        ({"leaderboards": ["ring8"]}, {"train@ring8-dcgan"}),
        ({"rows": ["digits-wgan"]}, {"references@digits", "train@digits-wgan"}),
        (
            {"tracks": ["translation"], "leaderboards": ["grid25"], "rows": ["ring8-dcgan"]},
            {
                "references@outline",
                "train@grid25-dcgan",
                "train@ring8-dcgan",
            },
        ),
    ],
)
def test_only_what_is_named_is_made(
    made: list[str], named: dict[str, list[str]], stages: set[str]
) -> None:
    repro.reproduce(jobs=2, **named)
    scored = {stage.replace("train", "evaluate") for stage in stages if "train" in stage}
    assert set(made) == stages | scored | {"report", "site"}


def test_everything_is_made_where_nothing_is_named(made: list[str]) -> None:
    repro.reproduce(jobs=2)
    assert set(made) == repro.outdated() | {"report", "site"}


def test_rows_that_are_not_named_cause_no_second_round(
    made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = [{"prepare@digits", "train@digits-dcgan", "evaluate@digits-dcgan"}]
    monkeypatch.setattr(repro, "outdated", changed.pop)  # asked once, or there is none to pop
    repro.reproduce(rows=["digits-dcgan"])
    assert {"prepare@digits", "report", "site"} < set(made)


def test_what_all_share_is_made_whatever_is_named(
    made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repro, "outdated", lambda: {"theory", "prepare@ring8"})
    repro.reproduce(leaderboards=["grid25"])
    assert set(made) == {"theory", "report", "site"}


@pytest.mark.parametrize(
    ("named", "line"),
    [
        ({"tracks": ["imges"]}, "--track: expected a track of params.yaml, got imges; did you"),
        ({"leaderboards": ["rnig8"]}, "--leaderboard: expected a data set of params.yaml, got"),
        ({"rows": ["digits-dcgan", "ring8-wgn"]}, "got ring8-wgn; did you mean ring8-wgan?"),
        ({"rows": ["?"]}, "got ?; name data set and variant, such as digits-gan"),
    ],
)
def test_a_name_that_there_is_not_is_one_line(
    made: list[str], capsys: pytest.CaptureFixture[str], named: dict[str, list[str]], line: str
) -> None:
    with pytest.raises(SystemExit):
        repro.reproduce(**named)
    (printed,) = capsys.readouterr().err.splitlines()
    assert line in printed and not made
