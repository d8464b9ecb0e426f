"""Commands on a full disk, with an output that lacks characters, or outside of the repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.pipeline import dvc_stages
from tests.command import error_line, mistake_of

ROOT = Path(__file__).parents[2]


def run_program(*arguments, folder, stdout=subprocess.PIPE, **environment):
    """Run the program in a folder; return its status, its output and its errors."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmark", *map(str, arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )
    return done.returncode, done.stdout, done.stderr.decode()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
def test_an_output_that_is_full_is_one_line(tmp_path):
    with Path("/dev/full").open("w") as full:
        status, _, errors = run_program("--version", folder=tmp_path, stdout=full)
    assert status == 1
    assert errors == (
        "output: expected a file to use, got an error (No space left on device); free some space"
        " and run again\n"
    )


def test_characters_that_the_output_lacks_are_escaped(tmp_path):
    code = "from benchmark import cli; cli.app.command('say')(lambda: print('ü“'))"
    code += "; cli.main(['say'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
    )
    assert (done.returncode, done.stdout) == (0, b"\\xfc\\u201c\n"), done.stderr


def test_a_missing_pipeline_is_not_up_to_date(tmp_path, capsys, monkeypatch):
    content = (ROOT / "params.yaml").read_text(encoding="utf-8")
    (tmp_path / "params.yaml").write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for command in ("repro", "restamp"):
        line = mistake_of(capsys, command, status=1)
        assert line == "dvc.yaml: expected a file, got none; run in the root of the repository"
    assert [file.name for file in tmp_path.iterdir()] == ["params.yaml"]


@pytest.mark.parametrize("content", ["", "a: [", "schema: '2.0'\nstages: 3\n", "\udcff"])
def test_a_damaged_record_of_dvc_is_one_line(tmp_path, capsys, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    subprocess.run([sys.executable, "-m", "dvc", "init", "--no-scm", "-q"], check=True)
    Path("dvc.yaml").write_text("stages:\n  a:\n    cmd: 'true'\n")
    Path("dvc.lock").write_bytes(content.encode(errors="surrogateescape"))
    line = error_line(capsys, dvc_stages.find_outdated_stages)
    assert line.startswith("dvc.lock: expected a file of DVC, got a damaged one (")
    assert line.endswith("; run git checkout dvc.lock, or delete it")
