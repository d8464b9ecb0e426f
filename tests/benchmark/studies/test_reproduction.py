"""Rows that were made again against their records: identical, within a repetition, or different."""

import itertools
import math
from collections.abc import Collection

import numpy as np
import pytest
from scipy import stats

from benchmark.common.files import read_json
from benchmark.common.writing import write_json
from benchmark.config import Params, Run
from benchmark.records.restore import read_scores
from benchmark.records.schema import locate_record
from benchmark.records.write import record_rows
from benchmark.studies.repetition import Recorded, Repetition
from benchmark.studies.reproduction import (
    DIFFERENT,
    IDENTICAL,
    NOT_JUDGED,
    WITHIN,
    RowComparison,
    compare_row,
    compare_rows,
    compute_limit,
    print_comparison,
    sort_rows,
)
from tests.benchmark.records.conftest import change_recorded_rate, write_recipe

RUN = Run("images", "digits", "dcgan", 0)
LATER = "2026-03-01T00:00:00+00:00"  # than the training of the recorded runs


def change_training(params: Params, **facts: object) -> None:
    """Change facts of the training of all runs that were made here."""
    for run in params.runs:
        path = run.trained / "training.json"
        write_json(path, read_json(path) | facts)


def replace_scores(params: Params, row: str, metric: str, values: list[float]) -> None:
    """Replace the recorded scores of a row in one metric."""
    path = locate_record(params.rows[row][0]) / "scores.json"
    scores = read_scores(path)
    for seed, value in enumerate(values):
        scores[str(seed)][metric] = value
    write_json(path, scores)


def compare(
    recorded: dict[int, float],
    repeated: dict[int, float],
    *,
    tests: int = 1,
    diverged: tuple[Collection[int], Collection[int]] = ((), ()),
) -> RowComparison:
    """Compare FIDs by seed; seeds of both sides may have diverged."""
    return compare_row(
        RUN,
        Recorded({seed: {"fid": x} for seed, x in recorded.items()}, {*diverged[0]}, None),
        {seed: Repetition({"fid": x}, seed in diverged[1]) for seed, x in repeated.items()},
        tests=tests,
    )


def test_rows_have_one_verdict_each(params: Params) -> None:
    record_rows(params)  # FID of digits-dcgan is 1.5 and 2.5
    replace_scores(params, "digits-dcgan", "fid", [1.6, 2.3])
    replace_scores(params, "ring8-dcgan", "wasserstein", [50.0, 50.5])
    compared = {row.row: row for row in compare_rows(params, params.rows)}
    assert compared.keys() == params.rows.keys()
    assert compared["digits-dcgan"].verdict == WITHIN
    assert compared["digits-dcgan"][1:4] == ("fid", pytest.approx(1.95), pytest.approx(2.0))
    assert compared["ring8-dcgan"].verdict == DIFFERENT
    others = {row.verdict for name, row in compared.items() if not name.endswith("-dcgan")}
    assert others == {IDENTICAL}


def test_rows_are_sorted_by_the_state_of_their_records(params: Params) -> None:
    record_rows(params, ["digits-dcgan", "digits-wgan", "ring8-dcgan"])
    path = params.rows["digits-dcgan"][1].trained / "training.json"
    write_json(path, read_json(path) | {"date": LATER})
    write_recipe("digits-wgan", {"variant": {"lr": 0.1}})
    record_rows(params, ["grammar-dcgan"])
    change_recorded_rate(params.rows["grammar-dcgan"][0], 0.5)
    rows = sort_rows(params, params.rows)
    groups = ["digits-dcgan"], ["ring8-dcgan"], ["grammar-dcgan"]
    assert rows[:3] == groups and "ring8-wgan" in rows.unrecorded
    assert "digits-wgan" not in itertools.chain(*rows), "it is outdated"


@pytest.mark.parametrize(
    ("recorded", "repeated", "verdict"),
    [
        ({}, {}, NOT_JUDGED),
        ({}, {7: 1.0}, NOT_JUDGED),
        ({0: 1.0}, {}, NOT_JUDGED),
        ({0: 1.0}, {0: 1.0}, IDENTICAL),
        ({0: 1.0}, {0: 1.0, 1: 1.2, 2: 1.4}, WITHIN),
        ({0: 1.0, 1: 1.2, 2: 1.4}, {0: 1.0}, WITHIN),
        ({0: 1.0, 1: 1.2}, {2: 1.0, 3: 1.2}, WITHIN),
        ({0: 1.0, 1: 1.2, 2: 1.4}, {0: 1.0, 1: 1.2, 2: 90.0}, WITHIN),  # of a wide interval
        ({0: 1.0, 1: 1.2, 2: 1.4}, {0: 91.0, 1: 91.2, 2: 91.4}, DIFFERENT),
    ],
)
def test_only_equal_sets_of_seeds_are_identical(
    recorded: dict[int, float], repeated: dict[int, float], verdict: str
) -> None:
    row = compare(recorded, repeated)
    assert row.verdict == verdict
    assert math.isnan(row.recorded) == (not recorded)


@pytest.mark.parametrize(
    ("diverged", "fids", "verdict"),
    [
        (([2], [2]), (1.0, 1.2, 900.0), IDENTICAL),
        (([2], [2]), (1.0, 1.3, 900.0), WITHIN),
        (([2], [2]), (91.0, 91.2, 1.4), DIFFERENT),  # 900 has no weight
        (([2], [1, 2]), (1.0, 900.0, 900.0), WITHIN),
        (([2], []), (1.0, 1.2, 900.0), WITHIN),
        (([2], [0, 1, 2]), (1.0, 1.2, 900.0), WITHIN),
        (([], [2]), (1.0, 1.2, 900.0), DIFFERENT),
    ],
)
def test_diverged_runs_enter_neither_mean_nor_limit(
    diverged: tuple[list[int], list[int]], fids: tuple[float, ...], verdict: str
) -> None:
    row = compare({0: 1.0, 1: 1.2, 2: 900.0}, dict(enumerate(fids)), diverged=diverged)
    assert row.verdict == verdict
    finished = [fid for seed, fid in enumerate(fids) if seed not in diverged[1]]
    mean = np.mean(finished) if finished else math.nan
    assert row.repeated == pytest.approx(mean, nan_ok=True)
    recorded = 1.1 if diverged[0] else (1.0 + 1.2 + 900.0) / 3
    assert row.recorded == pytest.approx(recorded)
    if finished and verdict not in (IDENTICAL, DIFFERENT):
        assert row.limit == pytest.approx(compute_limit([1.0, 1.2], finished, tests=1))


def test_the_limit_is_the_prediction_interval_of_a_difference_of_means() -> None:
    first, second = [1.0, 2.0, 4.0], [2.0, 3.0, 3.5, 5.0]
    interval = stats.ttest_ind(first, second).confidence_interval(0.95)
    assert compute_limit(first, second, tests=1) == pytest.approx(np.ptp(interval) / 2)
    # a single new score, with the variance of the others: Student's interval of a prediction
    expected = stats.t.isf(0.025, 2) * np.std(first, ddof=1) * math.sqrt(1 + 1 / 3)
    assert compute_limit(first, [9.0], tests=1) == pytest.approx(expected)
    assert compute_limit(first, second, tests=20) > compute_limit(first, second, tests=1)


def test_single_seeds_are_not_judged() -> None:
    assert math.isnan(compute_limit([1.0], [2.0], tests=1))
    row = compare({0: 1.0}, {0: 2.0})
    assert row.verdict == NOT_JUDGED and math.isnan(row.limit)
    assert compare({0: 1.0}, {0: 1.0}, diverged=((), [0])).verdict == NOT_JUDGED


@pytest.mark.parametrize("seeds", [3, 5])
def test_repetitions_are_seldom_called_different(seeds: int) -> None:
    generator = np.random.default_rng(seeds)
    rows, times = 20, 300
    wrong = 0
    for _ in range(times):
        draws = generator.normal(5, 1, (rows, 2, seeds)).tolist()
        wrong += any(
            compare(*(dict(enumerate(side)) for side in row), tests=rows).verdict == DIFFERENT
            for row in draws
        )
    assert stats.binomtest(wrong, times, 0.05, alternative="greater").pvalue > 0.01


def test_a_change_of_six_deviations_in_one_of_many_rows_is_noticed() -> None:
    generator = np.random.default_rng(0)
    sides = [dict(enumerate(generator.normal(mean, 1, 5).tolist())) for mean in (5, 11)]
    assert compare(*sides, tests=20).verdict == DIFFERENT


def test_the_output_names_counts_machines_and_other_rows(params: Params, capsys) -> None:
    record_rows(params)
    hardware = read_json(params.runs[0].trained / "training.json")["hardware"]
    change_training(params, date=LATER, hardware=hardware | {"processor": "Other processor"})
    replace_scores(params, "digits-dcgan", "fid", [1.6, 2.3])
    rows = sort_rows(params, params.rows)
    print_comparison(params, rows, compare_rows(params, rows.compared))
    text = capsys.readouterr().out
    assert text.startswith("of 8 rows with a record: 7 identical, 1 within a repetition, 0 diff")
    assert "made here on Other processor\nrecorded on <b>Processor</b> ~~~\n" in text
    assert "digits-dcgan" in text and "digits-wgan" not in text


def test_the_output_names_rows_that_are_not_compared(params: Params, capsys) -> None:
    record_rows(params, ["ring8-wgan"])
    print_comparison(params, sort_rows(params, ["ring8-wgan", "digits-dcgan"]), [])
    assert capsys.readouterr().out.splitlines() == [
        "1 row (ring8-wgan) not compared, recorded from these very runs",
        "1 row (digits-dcgan) without a record; gan-benchmark record digits-dcgan records what was"
        " made",
    ]
    change_recorded_rate(params.rows["ring8-wgan"][0], 0.5)
    print_comparison(params, sort_rows(params, ["ring8-wgan"]), [])
    assert capsys.readouterr().out == (
        "1 row (ring8-wgan) not compared, recorded with other settings\n"
    )
    print_comparison(params, sort_rows(params, params.rows), [])
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "7 rows without a record; gan-benchmark record records what was made"
    print_comparison(params, sort_rows(params, []), [])
    assert capsys.readouterr().out == ""
