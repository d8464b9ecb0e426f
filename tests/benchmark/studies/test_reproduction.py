"""Rows that were made again against their records: identical, within a repetition, or different."""

import math

import numpy as np
import pytest
from scipy import stats

from benchmark.common.writing import write_json
from benchmark.config import Params
from benchmark.records.restore import read_scores
from benchmark.records.schema import locate_record
from benchmark.records.write import record_rows
from benchmark.studies.reproduction import (
    DIFFERENT,
    IDENTICAL,
    NOT_JUDGED,
    WITHIN,
    compare_row,
    compare_rows,
    compute_limit,
    print_comparison,
)
from tests.benchmark.records.conftest import write_recipe


def publish(params: Params, row: str, metric: str, values: list[float]) -> None:
    """Replace the recorded scores of a row by one metric."""
    path = locate_record(params.rows[row][0]) / "scores.json"
    scores = read_scores(path)
    for seed, value in enumerate(values):
        scores[str(seed)][metric] = value
    write_json(path, scores)


def test_rows_have_one_verdict_each(params: Params) -> None:
    record_rows(params)  # FID of digits-dcgan is 1.5 and 2.5
    publish(params, "digits-dcgan", "fid", [1.6, 2.3])
    publish(params, "ring8-dcgan", "wasserstein", [50.0, 50.5])
    compared = {row.row: row for row in compare_rows(params, params.rows)}
    assert compared.keys() == params.rows.keys()
    assert compared["digits-dcgan"].verdict == WITHIN
    assert compared["digits-dcgan"][1:4] == ("fid", pytest.approx(1.95), pytest.approx(2.0))
    assert compared["ring8-dcgan"].verdict == DIFFERENT
    others = {row.verdict for name, row in compared.items() if not name.endswith("-dcgan")}
    assert others == {IDENTICAL}


def test_rows_with_other_settings_or_without_a_record_are_left_out(params: Params) -> None:
    record_rows(params, ["digits-dcgan", "digits-wgan"])
    write_recipe("digits-wgan", {"variant": {"lr": 0.1}})
    assert [row.row for row in compare_rows(params, params.rows)] == ["digits-dcgan"]
    assert not compare_rows(params, ["ring8-dcgan"])


def test_the_limit_is_the_prediction_interval_of_a_difference_of_means() -> None:
    first, second = [1.0, 2.0, 4.0], [2.0, 3.0, 3.5, 5.0]
    interval = stats.ttest_ind(first, second).confidence_interval(0.95)
    assert compute_limit(first, second, tests=1) == pytest.approx(np.ptp(interval) / 2)
    # a single new score, with the variance of the others: Student's interval of a prediction
    expected = stats.t.isf(0.025, 2) * np.std(first, ddof=1) * math.sqrt(1 + 1 / 3)
    assert compute_limit(first, [9.0], tests=1) == pytest.approx(expected)
    assert compute_limit(first, second, tests=20) > compute_limit(first, second, tests=1)


def test_single_seeds_are_not_judged(params: Params) -> None:
    assert math.isnan(compute_limit([1.0], [2.0], tests=1))
    run = params.rows["digits-dcgan"][0]
    row = compare_row(run, {0: {"fid": 1.0}}, {0: {"fid": 2.0}}, tests=1)
    assert row.verdict == NOT_JUDGED and math.isnan(row.limit)


@pytest.mark.parametrize("seeds", [3, 5])
def test_repetitions_are_seldom_called_different(params: Params, seeds: int) -> None:
    generator = np.random.default_rng(seeds)
    run, rows, times = params.rows["digits-dcgan"][0], 20, 300
    wrong = 0
    for _ in range(times):
        draws = generator.normal(5, 1, (rows, 2, seeds))
        wrong += any(
            compare_row(
                run,
                *({seed: {"fid": x} for seed, x in enumerate(side)} for side in row),
                tests=rows,
            ).verdict
            == DIFFERENT
            for row in draws
        )
    assert stats.binomtest(wrong, times, 0.05, alternative="greater").pvalue > 0.01


def test_a_change_of_two_deviations_in_each_of_many_seeds_is_noticed(params: Params) -> None:
    generator = np.random.default_rng(0)
    run = params.rows["digits-dcgan"][0]
    sides = [generator.normal(mean, 1, 5) for mean in (5, 11)]
    row = compare_row(
        run, *({seed: {"fid": x} for seed, x in enumerate(side)} for side in sides), tests=20
    )
    assert row.verdict == DIFFERENT


def test_the_output_names_counts_machines_and_other_rows(params: Params, capsys) -> None:
    record_rows(params)
    publish(params, "digits-dcgan", "fid", [1.6, 2.3])
    print_comparison(params, compare_rows(params, params.rows))
    text = capsys.readouterr().out
    assert text.startswith("of 8 rows with a record: 7 identical, 1 within a repetition, 0 diff")
    assert "made here on <b>Processor</b>" in text and "published from <b>Processor</b>" in text
    assert "digits-dcgan" in text and "digits-wgan" not in text
