"""Repeated runs, and the records of their rows."""

import numpy as np
import pytest

from benchmark.config import Params, Run
from benchmark.records.write import record_rows
from benchmark.reporting.statistics import LEVEL
from benchmark.studies.repetition import Recorded, Repetition
from benchmark.studies.reproduction import DIFFERENT, IDENTICAL, NOT_JUDGED, WITHIN, compute_limit
from benchmark.studies.run_comparison import compare_run, compare_runs, read_recorded
from tests.benchmark.records.conftest import change_recorded_rate
from tests.command import error_line

ROWS, VERIFICATIONS = 20, 400
RUN = Run("images", "digits", "dcgan", 0)


def make_recorded(*scores: float, diverged: tuple[int, ...] = ()) -> Recorded:
    """A record with an FID for each seed from 0 on."""
    return Recorded({seed: {"fid": score} for seed, score in enumerate(scores)}, {*diverged}, None)


def judge_score(recorded: Recorded, score: float, *, has_diverged: bool = False) -> str:
    return compare_run(RUN, recorded, Repetition({"fid": score}, has_diverged), tests=1).verdict


@pytest.mark.parametrize("seeds", [3, 5])
def test_at_most_one_verification_in_twenty_has_a_different_run_by_chance(seeds: int) -> None:
    generator = np.random.default_rng(seeds)
    runs = [Run("images", "digits", f"variant_{row}", 0) for row in range(ROWS)]
    failures = 0
    for _ in range(VERIFICATIONS):
        draws = generator.normal(size=(ROWS, seeds + 1)).tolist()
        recorded = {
            run.row: make_recorded(*scores[1:]) for run, scores in zip(runs, draws, strict=True)
        }
        repetitions = [Repetition({"fid": scores[0]}, has_diverged=False) for scores in draws]
        compared = compare_runs(runs, recorded, repetitions)
        failures += any(row.verdict == DIFFERENT for row in compared)
    expected = 1 - (1 - LEVEL / ROWS) ** ROWS
    error = np.sqrt(expected * (1 - expected) / VERIFICATIONS)
    assert abs(failures / VERIFICATIONS - expected) < 3 * error < LEVEL


def test_the_interval_is_that_of_one_more_run() -> None:
    scores = [1.0, 2.0, 4.5]
    row = compare_run(RUN, make_recorded(*scores), Repetition({"fid": 3.0}, False), tests=2)
    limit = compute_limit(scores, [3.0], tests=2)
    assert (row.low, row.high) == pytest.approx((2.5 - limit, 2.5 + limit))
    assert (row.metric, row.recorded, row.repeated, row.verdict) == ("fid", 1.0, 3.0, WITHIN)


def test_identical_runs_count_in_no_correction() -> None:
    runs = [Run("images", "digits", "dcgan", seed) for seed in range(3)]
    recorded = {"digits-dcgan": make_recorded(1.0, 2.0, 3.0)}
    repetitions = [Repetition({"fid": score}, has_diverged=False) for score in (1.0, 2.0, 2.5)]
    *identical, last = compare_runs(runs, recorded, repetitions)
    assert [row.verdict for row in identical] == [IDENTICAL, IDENTICAL]
    assert last.high - 2 == pytest.approx(compute_limit([1.0, 2.0, 3.0], [2.5], tests=1))


def test_all_metrics_that_both_have_decide_whether_a_run_is_identical() -> None:
    recorded = Recorded(
        {0: {"fid": 0.1 + 0.2, "is": 5.0, "gone": 1.0}, 1: {"fid": 1.0}}, set(), None
    )
    new = {"fid": 0.1 + 0.2, "is": 5.0, "added": 2.0}
    assert compare_run(RUN, recorded, Repetition(new, False), tests=0).verdict == IDENTICAL
    for change in ({"is": 5.1}, {"fid": 0.3}):
        repetition = Repetition(new | change, has_diverged=False)
        assert compare_run(RUN, recorded, repetition, tests=1).verdict == WITHIN


@pytest.mark.parametrize(
    ("recorded", "score", "has_diverged", "verdict"),
    [
        (make_recorded(1.0, 1.1, 1.2), 1.05, False, WITHIN),
        (make_recorded(1.0, 1.1, 1.2), 9.0, False, DIFFERENT),
        (make_recorded(1.0, 1.1, 1.2), -9.0, False, DIFFERENT),
        (make_recorded(1.0), 9.0, False, NOT_JUDGED),
        (make_recorded(1.0), 1.0, True, NOT_JUDGED),
        (make_recorded(1.0, 1.1, 1.2), 1.0, True, DIFFERENT),
        (make_recorded(1.0, 1.1, 1.2, diverged=(1,)), 9.0, True, WITHIN),
        (make_recorded(1.0, 900.0, 1.2, diverged=(1,)), 900.0, False, DIFFERENT),
        (make_recorded(1.0, 1.1, 1.2, diverged=(0, 1)), 9.0, False, NOT_JUDGED),
        (make_recorded(1.0, 1.1, diverged=(0,)), 1.0, True, IDENTICAL),
    ],
)
def test_diverged_runs_enter_no_interval(
    recorded: Recorded, score: float, has_diverged: bool, verdict: str
) -> None:
    assert judge_score(recorded, score, has_diverged=has_diverged) == verdict


def test_records_are_read_by_seed(params: Params) -> None:
    record_rows(params)
    recorded = read_recorded(params.rows["digits-wgan"])["digits-wgan"]
    assert recorded.scores.keys() == {0, 1} and recorded.diverged == {1}
    assert recorded.scores[1]["fid"] == 2.5 and recorded.fingerprint


def test_a_row_without_a_record_is_one_line(params: Params, capsys) -> None:
    row = params.rows["digits-dcgan"]
    line = error_line(capsys, lambda: read_recorded(row))
    assert line == (
        "digits-dcgan: expected a record in results/images/digits/dcgan, got none;"
        " run make repro ROWS=digits-dcgan RECORD=1"
    )
    record_rows(params, ["digits-dcgan"])
    others = [Run("images", "digits", "dcgan", seed) for seed in (7, 8)]
    line = error_line(capsys, lambda: read_recorded([*row, *others]))
    assert line == (
        "digits-dcgan: expected a record of seeds 7, 8 in results/images/digits/dcgan, got seeds 0,"
        " 1; run make repro ROWS=digits-dcgan RECORD=1"
    )


def test_a_record_of_other_settings_is_one_line(params: Params, capsys) -> None:
    record_rows(params, ["digits-dcgan"])
    row = params.rows["digits-dcgan"]
    change_recorded_rate(row[0], 0.5)
    line = error_line(capsys, lambda: read_recorded(row))
    assert line == (
        "digits-dcgan: expected the settings of params.yaml in results/images/digits/dcgan, got"
        " another entry.lr; run make repro ROWS=digits-dcgan RECORD=1"
    )
