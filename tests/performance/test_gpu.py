"""`make bench-gpu` runs every line on a CPU, and without the packages of the pipeline."""

import json
import os
import subprocess
import sys
import time

import pytest

from tests.performance import gpu
from tests.performance.gpu_report import NOT_REACHED, Report

BLOCKED = (
    "distributed", "dvc", "mkdocs", "pandas", "pydantic", "pytest", "rich", "ruamel", "safetensors",
    "sklearn", "tensorboard", "threadpoolctl", "typer",
)  # fmt: skip
PROGRAM = """
import runpy, sys
for name in sys.argv.pop(1).split(","):
    sys.modules[name] = None
runpy.run_module("tests.performance.gpu", run_name="__main__", alter_sys=True)
"""


def run_gpu(*arguments, blocked=BLOCKED):
    """Run the program in a process that cannot import the blocked packages, nor compile C++."""
    command = [sys.executable, "-c", PROGRAM, ",".join(blocked), *map(str, arguments)]
    environment = os.environ | {"CXX": "/nonexistent"}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


@pytest.mark.slow
def test_all_sections_run_without_the_pipeline(tmp_path):
    out = tmp_path / "new" / "gpu.json"
    done = run_gpu("--out", out, "--device", "cpu", "--tiny")
    assert done.returncode == 0, done.stderr
    report = json.loads(out.read_text())
    assert report["device"] == "cpu" and "random images" in report["data"]
    assert report["hardware"] and report["packages"]["torch"]
    sections = report["sections"]
    assert list(sections) == [
        "repeated_bits", "resumed_bits", "deterministic_mode", "evaluation", "launches",
        "scoring", "loops", "options",
    ]  # fmt: skip
    for section in sections.values():
        assert section["status"] == "complete" and section["peak_memory_bytes"] > 0
    for name in ("repeated_bits", "resumed_bits", "deterministic_mode"):
        assert all(item["equal"] for item in sections[name]["items"].values())
    assert all(item["finite"] for item in sections["evaluation"]["items"].values())
    for item in sections["loops"]["items"].values():
        assert set(item["loops"]) == {"textbook", "float32", "bfloat16"}
        assert "compiler" in item["errors"]["CUDA graphs"]
    for name, item in sections["options"]["items"].items():
        if "graphs" in name or "compile" in name:
            assert "compiler" in item["error"]
        else:
            assert item["finite"] and item["images_per_second"] > 0
    assert "float32" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "blocked", "message"),
    [
        (["--data", "tests"], (), "tests: expected train-images-idx3-ubyte, got no such file"),
        (["--sections", "speed"], (), "expected one of repeated_bits, resumed_bits"),
        ([], ("scipy",), "expected the packages numpy, scipy, torch, got no scipy"),
    ],
)
def test_mistakes_end_with_one_line(arguments, blocked, message, tmp_path):
    done = run_gpu("--out", tmp_path / "gpu.json", *arguments, blocked=("dvc", *blocked))
    assert done.returncode == 1
    assert done.stderr.startswith(message) and done.stderr.count("\n") == 1


def test_missing_gpu_ends_with_one_line(monkeypatch, capsys):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(SystemExit):
        gpu.choose_device("cuda")
    assert capsys.readouterr().err.startswith("expected a GPU")
    assert gpu.choose_device(None) == "cpu"


def test_a_section_ends_with_its_budget(tmp_path):
    report = Report(tmp_path / "gpu.json")
    items = {"quick": lambda: {"equal": True}, "slow": lambda: time.sleep(60), "last": dict}
    report.run_section("bits", items, seconds=0.2, finish=lambda: {"peak": 1})
    section = json.loads(report.path.read_text())["sections"]["bits"]
    assert section["status"] == NOT_REACHED and section["peak"] == 1 and section["seconds"] < 30
    assert section["items"]["quick"]["equal"]
    assert section["items"]["slow"] == section["items"]["last"] == {"status": NOT_REACHED}
    assert not report.list_failures()


def test_other_bits_and_errors_are_failures(tmp_path, capsys):
    def fail():
        raise RuntimeError("no deterministic implementation\nof this")

    report = Report(tmp_path / "gpu.json")
    items = {"same": lambda: {"equal": True}, "other": lambda: {"equal": False}, "broken": fail}
    for name in ("repeated_bits", "deterministic_mode"):
        report.run_section(name, items, seconds=60, finish=dict)
    assert report.list_failures() == [
        "repeated_bits: other", "repeated_bits: broken", "deterministic_mode: other"
    ]  # fmt: skip
    report.print_table()
    assert "RuntimeError: no deterministic implementation;" in capsys.readouterr().out
