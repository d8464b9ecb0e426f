"""Verdicts by curves and by the headline score."""

import json
from pathlib import Path

import pytest

from benchmark.config import Run
from benchmark.reporting.health import check_quality, diagnose_run

RUN = Run("images", "digits", "stylegan", 0)
HEALTHY = {"verdict": "healthy", "reason": "nothing is wrong", "samples_seen": None}
COLLAPSED = {"verdict": "mode collapse", "reason": "all look the same", "samples_seen": 100}
ROWS = {"noise": {0: {"fid": 20.0}, 1: {"fid": 28.0}}, "held_out": {0: {"fid": 0.2}}}


def diagnose(folder: Path, monkeypatch: pytest.MonkeyPatch, health, scores, rows):
    monkeypatch.chdir(folder)
    for file, content in (
        (RUN.scored / "health.json", health),
        (RUN.metrics, scores),
        (Path("references/digits.json"), rows),
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))
    return diagnose_run(RUN)


@pytest.mark.parametrize(("fid", "verdict"), [(17.8, "not trained"), (6.9, "healthy")])
def test_a_run_near_noise_is_not_trained(tmp_path, monkeypatch, fid, verdict):
    result = diagnose(tmp_path, monkeypatch, HEALTHY, {"fid": fid}, ROWS)
    assert result["verdict"] == verdict and result["samples_seen"] is None
    assert (result == HEALTHY) == (verdict == "healthy")


def test_a_failure_with_a_cause_stays(tmp_path, monkeypatch):
    assert diagnose(tmp_path, monkeypatch, COLLAPSED, {"fid": 17.8}, ROWS) == COLLAPSED


@pytest.mark.parametrize("rows", [{}, {"noise": ROWS["noise"]}, ROWS | {"noise": {0: {"is": 1}}}])
def test_without_reference_rows_the_curves_decide(tmp_path, monkeypatch, rows):
    assert diagnose(tmp_path, monkeypatch, HEALTHY, {"fid": 17.8}, rows) == HEALTHY


@pytest.mark.parametrize(
    ("metric", "noise", "held_out", "limit"),
    [("fid", 25.0, 1.0, 9.0), ("wasserstein", 0.5, 0.1, 0.3), ("r_precision", 0.0, 0.9, 0.45)],
)
def test_a_score_nearer_to_noise_is_not_trained(metric, noise, held_out, limit):
    """Halfway in the distance, which is the root of FID."""
    towards_noise = 1e-6 if noise > held_out else -1e-6
    ends = {"noise": noise, "held_out": held_out}
    assert check_quality(metric, limit - towards_noise, **ends) is None
    assert check_quality(metric, held_out, **ends) is None
    for score in (limit + towards_noise, noise, noise + 1e3 * towards_noise):
        reason = check_quality(metric, score, **ends)
        assert reason is not None and f"{noise:.3g}" in reason


@pytest.mark.parametrize(("noise", "held_out"), [(1.0, 1.0), (float("nan"), 1.0)])
def test_without_a_scale_no_score_is_judged(noise, held_out):
    assert check_quality("fid", 5.0, noise=noise, held_out=held_out) is None
