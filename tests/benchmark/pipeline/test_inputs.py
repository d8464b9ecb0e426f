"""Data and feature spaces that are made when they are missing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.pipeline import inputs
from benchmark.pipeline.rows import list_rows
from tests.benchmark.tracks.test_text import SETTINGS

RUN = SETTINGS.runs[0]
STAGES = """
stages:
  prepare:
    foreach: [{dataset}]
    do:
      cmd: python -c "import sys; print(sys.prefix)" && mkdir data/{dataset}
      outs: [data/{dataset}]
  features:
    foreach: [{dataset}]
    do:
      cmd: {command}
      deps: [data/{dataset}]
      outs: [features/{dataset}]
"""


@pytest.fixture
def write_stages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Make a folder with stages of DVC, whose stage of features runs a command."""
    monkeypatch.chdir(tmp_path)
    subprocess.run([sys.executable, "-m", "dvc", "init", "--no-scm", "--quiet"], check=True)
    for kind in inputs.FOLDERS:
        Path(kind).mkdir()
    return lambda command: Path("dvc.yaml").write_text(
        STAGES.format(dataset=RUN.dataset, command=command)
    )


def test_missing_inputs_are_made_and_the_output_is_shown(write_stages, capfd) -> None:
    write_stages(f"mkdir features/{RUN.dataset}")
    assert not inputs.has_inputs(RUN)
    inputs.make_inputs(SETTINGS, [RUN, RUN])
    assert inputs.has_inputs(RUN)
    shown = capfd.readouterr().out
    assert f"prepare@{RUN.dataset}" in shown and f"features@{RUN.dataset}" in shown
    assert f"\n{sys.prefix}\n" in shown, "the Python of this environment"
    assert f"{RUN.dataset}:" in Path("rows.yaml").read_text()


def test_rows_enter_rows_yaml_only_with_data_sets_that_are_not_listed(write_stages) -> None:
    write_stages(f"mkdir features/{RUN.dataset}")
    section = SETTINGS.tracks[RUN.track]
    for optional, listed in (([RUN.variant], set()), (True, {RUN.row})):
        block = section.datasets[RUN.dataset].model_copy(update={"optional": optional})
        datasets = section.datasets | {RUN.dataset: block}
        params = SETTINGS.model_copy(
            update={RUN.track: section.model_copy(update={"datasets": datasets})}
        )
        inputs.make_inputs(params, [RUN])
        assert {*list_rows()} & {RUN.row} == listed
        shutil.rmtree(f"features/{RUN.dataset}")
        Path("rows.yaml").unlink()


def test_existing_inputs_are_kept(write_stages, capfd) -> None:
    write_stages("false")
    for path in inputs.list_inputs(RUN):
        path.mkdir()
    inputs.make_inputs(SETTINGS, [RUN])
    assert capfd.readouterr() == ("", "")


def test_a_stage_that_fails_ends_in_one_line(write_stages, capfd) -> None:
    write_stages("false")
    with pytest.raises(SystemExit):
        inputs.make_inputs(SETTINGS, [RUN])
    assert capfd.readouterr().err.splitlines()[-1] == (
        f"dvc repro features@{RUN.dataset}: expected outputs, got an error; see the lines above"
    )


def test_another_folder_is_one_line(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        inputs.make_inputs(SETTINGS, [RUN])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("dvc.yaml: expected a file, got none")
