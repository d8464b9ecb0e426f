"""Completion on the command line, and what it and the help import."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.cli import completion
from tests.benchmark.config.params import load_repository_params

ROOT = Path(__file__).parents[2]


SETTINGS = load_repository_params()


def test_completion_knows_the_tracks_that_the_schema_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    runs = SETTINGS.runs  # with those of optional rows
    assert completion.complete_track("") == list(dict.fromkeys(run.track for run in runs))
    assert completion.complete_dataset("") == list(dict.fromkeys(run.dataset for run in runs))
    assert completion.complete_row("") == list(SETTINGS.rows)


def run_process(*arguments: str, folder: Path = ROOT, **variables: str) -> tuple[str, set[str]]:
    """Run the command in a process of its own: what it prints, and the modules it imported."""
    code = (
        "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr));"
        "from benchmark.cli import main; main()"
    )
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": path} | variables
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    return done.stdout, set(done.stderr.split())


def complete(line: str, *, folder: Path = ROOT) -> tuple[list[str], set[str]]:
    """Return the completions of the last word of a line, and the modules imported for them."""
    shown, modules = run_process(
        folder=folder,
        _GAN_BENCHMARK_COMPLETE="complete_bash",
        COMP_WORDS=line,
        COMP_CWORD=str(line.count(" ")),
    )
    return shown.split(), modules


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["repro", "--jobs", "x"]])
def test_help_and_mistakes_import_nothing_heavy(arguments: list[str]) -> None:
    _, modules = run_process(*arguments)
    assert "benchmark.cli" in modules
    assert not modules & {"torch", "dvc", "pandas", "numpy", "benchmark.config"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("gan-benchmark re", ["repro", "restamp", "recipes", "references", "report", "record"]),
        ("gan-benchmark train ring8-wg", ["ring8-wgan", "ring8-wgan_gp"]),
        ("gan-benchmark verify ring8-wgan digits-cg", ["digits-cgan"]),
        ("gan-benchmark prepare cif", ["cifar10", "cifar100"]),
        ("gan-benchmark repro --track te", ["text_to_image", "text"]),
        ("gan-benchmark repro --row moving_digits-m", ["moving_digits-mocogan"]),
        ("gan-benchmark train digits-unr", ["digits-unrolled"]),
        ("gan-benchmark search wgan_", ["wgan_gp"]),
    ],
)
def test_names_are_completed_without_heavy_imports(line: str, words: list[str]) -> None:
    shown, modules = complete(line)
    assert shown == words
    assert not modules & {"torch", "dvc", "pandas", "numpy", "benchmark.config"}


@pytest.mark.parametrize("text", [None, "", "- a\n", "images: {datasets: [}", "images: {a: 1}\n"])
def test_a_file_that_cannot_be_read_completes_nothing(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "params.yaml").write_text(text)
    assert complete("gan-benchmark train d", folder=tmp_path)[0] == []
