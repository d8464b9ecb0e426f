"""The stages that `gan-benchmark repro` selects."""

import inspect
import os
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
from queue import SimpleQueue

import dvc.output
import pytest

from benchmark import config
from benchmark.common.interruption import Interruption
from benchmark.pipeline import recipes, repro, session
from benchmark.pipeline.dvc_stages import is_deletion
from benchmark.pipeline.plan import Task
from benchmark.pipeline.session import Session, TasksFailed
from tests.benchmark.config.params import (
    PARAMS_FILE,
    load_repository_params,
    read_params,
    write_params,
)
from tests.command import mistake_of


def test_deleted_outputs_are_no_other_change():
    assert is_deletion({"changed outs": {"runs/a": "deleted", "runs/b": "deleted"}})
    assert not is_deletion({"changed outs": {"runs/a": "deleted", "runs/b": "modified"}})
    assert is_deletion(
        {"changed deps": {"runs/a": "deleted"}}
    )  # its stage's outputs are missing too
    assert not is_deletion({"changed deps": {"params.yaml": {"images.training.batch": "modified"}}})
    assert not is_deletion("changed command")


ROWS = "digits-dcgan", "digits-wgan", "ring8-dcgan", "grid25-dcgan"


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the stages that run when several are outdated."""
    executed: list[str] = []

    class Recorder:
        def __init__(self, name: str, parts: list[list[Task]], *_: object, **__: object) -> None:
            executed.extend(stage for part in parts for task in part for stage in task.stages)

        def run(self, *_: object) -> None: ...

    changed = {f"{step}@{row}" for row in ROWS for step in ("train", "evaluate")}
    changed |= {"references@digits", "references@outline"}
    monkeypatch.setattr(repro, "find_outdated_stages", lambda: changed)
    monkeypatch.setattr(session, "Session", Recorder)
    monkeypatch.setattr(repro.Pages, "finish", lambda pages: executed.extend(pages.stages))
    monkeypatch.setattr(recipes, "write_recipes", lambda settings: {})
    monkeypatch.setattr(repro, "write_rows", lambda settings, named: False)
    return executed


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
def test_only_named_stages_run(
    executed: list[str], named: dict[str, list[str]], stages: set[str]
) -> None:
    repro.reproduce(jobs=2, **named)
    scored = {stage.replace("train", "evaluate") for stage in stages if "train" in stage}
    assert set(executed) == stages | scored | {"report", "site"}


@pytest.mark.parametrize(
    ("named", "printed"),
    [({}, set()), ({"rows": ["digits-wgan", "ring8-dcgan"]}, {"digits", "ring8"})],
)
def test_leaderboards_of_selected_rows_are_printed(
    executed: list[str],
    monkeypatch: pytest.MonkeyPatch,
    named: dict[str, list[str]],
    printed: set[str],
) -> None:
    monkeypatch.setattr(repro.Pages, "finish", lambda pages: executed.append(pages.datasets))
    repro.reproduce(**named)
    assert executed[-1] == printed


@pytest.mark.parametrize(("is_recorded", "status"), [(False, 1), (True, None)])
def test_different_rows_end_it_unless_they_are_recorded(
    executed: list[str], monkeypatch: pytest.MonkeyPatch, is_recorded: bool, status: int | None
) -> None:
    replaced: list[list[str]] = []
    monkeypatch.setattr(repro, "compare_with_records", lambda settings, names: ["digits-dcgan"])
    monkeypatch.setattr(repro, "record_results", lambda settings, rows: replaced.append(rows))
    with nullcontext() if status is None else pytest.raises(SystemExit, match=str(status)):
        repro.reproduce(is_recorded=is_recorded)
    assert replaced == ([["digits-dcgan"]] if is_recorded else [])


def test_all_outdated_stages_but_those_of_optional_rows_run_by_default(
    executed: list[str],
) -> None:
    repro.reproduce(jobs=2)
    optional = {"references@outline", "train@grid25-dcgan", "evaluate@grid25-dcgan"}
    assert optional < repro.find_outdated_stages()
    assert set(executed) == repro.find_outdated_stages() - optional | {"report", "site"}


@pytest.mark.parametrize("row", ["digits-unrolled", "grid25-dcgan"])
def test_a_named_optional_row_enters_rows_yaml(
    executed: list[str], monkeypatch: pytest.MonkeyPatch, row: str
) -> None:
    written: list[str] = []
    monkeypatch.setattr(repro, "write_rows", lambda settings, named: written.extend(named))
    repro.reproduce(rows=[row])
    assert written == [row] and row in config.load_params().optional_rows


def test_other_rows_cause_no_second_round(
    executed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = [{"prepare@digits", "train@digits-dcgan", "evaluate@digits-dcgan"}]
    monkeypatch.setattr(repro, "find_outdated_stages", changed.pop)  # a second call would raise
    repro.reproduce(rows=["digits-dcgan"])
    assert {"prepare@digits", "report", "site"} < set(executed)


def test_shared_stages_run_for_any_selection(
    executed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repro, "find_outdated_stages", lambda: {"theory", "prepare@ring8"})
    repro.reproduce(leaderboards=["grid25"])
    assert set(executed) == {"theory", "report", "site"}


@pytest.mark.parametrize(
    ("named", "line"),
    [
        ({"tracks": ["imges"]}, "--track: expected a track of params.yaml, got imges; did you"),
        ({"leaderboards": ["rnig8"]}, "--leaderboard: expected a data set of params.yaml, got"),
        ({"rows": ["digits-dcgan", "ring8-wgn"]}, "got ring8-wgn; did you mean ring8-wgan?"),
        ({"rows": ["?"]}, "got ?; name data set and variant, such as digits-gan"),
    ],
)
def test_an_unknown_name_is_one_line(
    executed: list[str], capsys: pytest.CaptureFixture[str], named: dict[str, list[str]], line: str
) -> None:
    with pytest.raises(SystemExit):
        repro.reproduce(**named)
    (printed,) = capsys.readouterr().err.splitlines()
    assert line in printed and not executed


@pytest.mark.parametrize("command", ["check", "report", "repro"])
def test_a_mistake_stops_every_command_with_a_line(tmp_path, monkeypatch, capsys, command):
    tree = read_params()
    tree["images"]["variants"]["dcgan"]["lr"] = -1
    write_params(tree, tmp_path)
    monkeypatch.chdir(tmp_path)
    assert re.fullmatch(
        r"params.yaml: images.variants.dcgan.lr: expected a number greater .*, got -1(\.0)?; .*",
        mistake_of(capsys, command),
    )


def test_a_file_that_cannot_be_parsed_any_more_has_changed(monkeypatch):
    def fail(settings):
        raise SyntaxError("invalid syntax")

    monkeypatch.setattr(recipes, "render_recipes", fail)
    running = Session("name", [], config.load_params(), {}, SimpleQueue(), Interruption())
    with pytest.raises(TasksFailed, match="source files changed while runs were trained"):
        running.commit_tasks([])


def test_empty_folders_of_studies_are_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert "\"'%s' is empty.\"" in inspect.getsource(dvc.output), "the message of DVC"
    dvc.output.logger.warning("'%s' is empty.", "sensitivity")
    dvc.output.logger.warning("other")
    assert caplog.messages == ["other"]


def test_finding_nothing_to_do_imports_no_torch(tmp_path, monkeypatch):
    """Torch takes a second or two to import, which would be a third of an idle `make repro`."""
    shutil.copy(PARAMS_FILE, tmp_path)
    shutil.copy(PARAMS_FILE.with_name("dvc.yaml"), tmp_path)
    monkeypatch.chdir(tmp_path)
    recipes.write_recipes(load_repository_params())
    code = """if True:
        import sys
        from benchmark.pipeline import repro
        repro.find_outdated_stages = lambda: {}
        repro.reproduce()
        assert "torch" not in sys.modules
    """
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(PARAMS_FILE.parent)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "everything is up to date\n"
