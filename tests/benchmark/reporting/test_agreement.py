"""The agreement of two orders, against closed forms."""

import math

import numpy as np
import pandas as pd
import pytest

from benchmark.reporting.agreement import compute_rank_agreement

NAMES = "abcdef"


def make_table(first, second):
    """Make the scores of variants by two metrics, each ``(variants, seeds)``."""
    rows = [
        (NAMES[variant], seed, metric, value)
        for metric, scores in (("fid", first), ("random_fid", second))
        for variant, seeds in enumerate(scores)
        for seed, value in enumerate(seeds)
    ]
    return pd.DataFrame(rows, columns=["variant", "seed", "metric", "value"])


def compare(first, second):
    return compute_rank_agreement(make_table(first, second), "fid", "random_fid")


def spread(means, width=0.2):
    """Give each variant three seeds around its mean."""
    return np.asarray(means, dtype=float)[:, None] + np.array([-width, 0, width])


def test_equal_and_reversed_orders():
    order = np.arange(6)
    same = compare(spread(order), 10 * spread(order) ** 3)
    assert (same.tau, same.low, same.high) == pytest.approx((1, 1, 1)) and same.variants == 6
    reverse = compare(spread(order), -spread(order))
    assert (reverse.tau, reverse.low, reverse.high) == pytest.approx((-1, -1, -1))


def test_one_swap_of_neighbours():
    agreement = compare(spread([0, 1, 2, 3, 4, 5]), spread([0, 1, 3, 2, 4, 5]))
    assert agreement.tau == pytest.approx(1 - 2 * 2 / (6 * 5))  # 1 of 15 pairs is discordant
    assert agreement.low == agreement.high == pytest.approx(agreement.tau)


def test_ties_lower_tau_b():
    first, second = [0, 1, 2, 3], [0, 0, 2, 3]  # 5 concordant pairs of 6, one tied by the second
    assert compare(spread(first, 0), spread(second, 0)).tau == pytest.approx(5 / math.sqrt(6 * 5))


def test_interval_is_that_of_all_resamples():
    # the means of resamples are 0, 1.5, 3 and 1, 2.5, 4: in 5 of 16 cases the order is reversed
    agreement = compare([[0, 3], [1, 4]], [[0, 0], [1, 1]])
    assert (agreement.tau, agreement.low, agreement.high) == pytest.approx((1, -1, 1))
    # in 1 of 256 it is reversed, which the interval leaves out
    seldom = compare([[0, 0, 0, 9], [8, 8, 8, 8]], [[0] * 4, [1] * 4])
    assert (seldom.tau, seldom.low, seldom.high) == pytest.approx((1, 1, 1))


def test_seeds_of_both_metrics_are_resampled_together():
    noise = np.random.default_rng(0).normal(size=(6, 4))
    agreement = compare(noise, 3 * noise + 1)  # equal orders, whichever seeds are drawn
    assert (agreement.tau, agreement.low) == pytest.approx((1, 1))


def test_diverged_seeds_are_left_out():
    first, second = spread([0, 1, 2]), spread([0, 1, 2])
    first[0, 2] = np.nan
    second[0, 2], second[2] = 100, np.nan  # by its mean, the first would be the worst
    agreement = compare(first, second)
    assert agreement.tau == pytest.approx(1) and agreement.variants == 2


def test_one_seed_has_no_interval():
    agreement = compare([[0], [1]], [[0], [1]])
    assert (
        agreement.tau == pytest.approx(1)
        and math.isnan(agreement.low)
        and math.isnan(agreement.high)
    )


def test_no_order_no_agreement():
    table = make_table(spread([0, 1]), spread([0, 1]))
    assert compute_rank_agreement(table, "fid", "missing") is None
    assert compute_rank_agreement(table[table["variant"] == "a"], "fid", "random_fid") is None
    assert compute_rank_agreement(table[table["metric"] == "fid"], "fid", "random_fid") is None
    assert compute_rank_agreement(table.iloc[:0], "fid", "random_fid") is None
    assert compare(spread([0, 1]), spread([1, 1])) is None
