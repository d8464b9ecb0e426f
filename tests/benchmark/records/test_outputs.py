"""Records of runs and references that are damaged: one line that names the file."""

import json
import shutil
from pathlib import Path

import pytest

from benchmark.reporting import report
from tests.benchmark.website.made_up import REPOSITORY, make_params, write_results
from tests.command import error_line

RUN = "runs/images/digits/dcgan"
METRICS = f"{RUN}/metrics/0.json"
CHANGES = [
    (METRICS, {"fid": float("nan")}, "NaN is not JSON"),
    (METRICS, {"fid": float("inf")}, "Infinity is not JSON"),
    (METRICS, {"fid": "1.5"}, "fid is no number"),
    (METRICS, {"fid": [1.5]}, "fid is no number"),
    (METRICS, {"fid": None}, "fid is no number"),
    (METRICS, {"fid": True}, "fid is no number"),
    (METRICS, {"recal": 1.5}, "recal is no metric; did you mean recall?"),
    ("references/digits.json", {"held_out": {"0": {"fid": "low"}}}, "fid is no number"),
    ("references/digits.json", {"held_out": {"a": {"fid": 1}}}, "invalid literal for int()"),
    ("references/digits.json", {"held_out": [1]}, "'list' object has no attribute 'items'"),
    ("references/digits/evaluation.json", {"samples": "64"}, 'samples is "64"'),
    ("references/digits/evaluation.json", {"feature_space": None}, "feature_space is null"),
    (f"{RUN}/trained/0/training.json", {"status": "fine"}, "status is fine"),
    (f"{RUN}/trained/0/training.json", {"seconds": "1"}, 'seconds is "1"'),
    (f"{RUN}/trained/0/training.json", {"updates": float("nan")}, "NaN is not JSON"),
    (f"{RUN}/trained/0/training.json", {"hardware": []}, "hardware has no keys"),
    (f"{RUN}/scored/0/health.json", {"verdict": 1}, "verdict is 1"),
    (f"{RUN}/scored/0/evaluation.json", {"samples": [64]}, "samples is [64]"),
]


@pytest.mark.parametrize(("path", "change", "reason"), CHANGES)
def test_a_wrong_value_is_one_line(tmp_path, monkeypatch, capsys, path, change, reason):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site").mkdir()
    shutil.copy(REPOSITORY / "site/claims.yaml", "site/claims.yaml")
    settings = make_params(["dcgan"], [0], ["images"])
    write_results(settings, diverged=[])
    content = json.loads(Path(path).read_text())
    Path(path).write_text(json.dumps(content | change))
    line = error_line(capsys, lambda: report.write_tables(settings))
    assert line.startswith(f"{path}: expected ") and f"got a damaged file ({reason}" in line
    assert line.endswith("; delete it and run make repro")
