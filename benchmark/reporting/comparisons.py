"""Compare each two variants of a data set: results/comparisons.csv."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from benchmark import tracks
from benchmark.reporting import statistics

COLUMNS = (
    *("track", "dataset", "condition", "metric", "first", "second"),
    *("difference", "low", "high", "improvement", "p", "p_permutation", "p_adjusted"),
)


def compare_variants(table: pd.DataFrame, ranking: pd.DataFrame) -> pd.DataFrame:
    """Compare each two trained variants with the same condition on a data set, the better first.

    Each row has the difference of the means of the headline metric with its interval, the
    probability that a run of the first variant is better, and p of Welch's t and of the permutation
    test, the former also adjusted for the number of pairs with the condition. Diverged seeds are
    left out, and with them variants of which fewer than two seeds finished.

    Args:
        table: of `report.collect_scores`, after `statistics.mask_diverged`.
        ranking: of `report.rank_variants`.
    """
    rows = []
    keys = ["track", "dataset", "condition"]  # reference rows have no condition
    for (name, dataset, condition), selection in ranking.groupby(keys, sort=False):
        metric = tracks.load(str(name)).headline
        better = bool(tracks.metric_directions()[metric])
        part = table[(table["track"] == name) & (table["dataset"] == dataset)]
        scores = part[part["metric"] == metric].groupby("variant")["value"]
        seeds = {
            str(variant): list(values.dropna())
            for variant, values in scores
            if values.notna().all() or values.notna().sum() > 1
        }
        # rows with diverged seeds may stand below others of a worse mean
        sign = -1 if better else 1
        ordered = sorted(
            (str(variant) for variant in selection["variant"] if variant in seeds),
            key=lambda variant: sign * np.mean(seeds[variant]),
        )
        pairs = list(itertools.combinations(ordered, 2))
        results = compare_pairs(seeds, pairs, higher_is_better=better)
        rows += [
            (name, dataset, condition, metric, *pair, *numbers)
            for pair, numbers in zip(pairs, results, strict=True)
        ]
    return pd.DataFrame(rows, columns=COLUMNS)


def compare_pairs(
    seeds: Mapping[str, Sequence[float]],
    pairs: Sequence[tuple[str, str]],
    *,
    higher_is_better: bool,
) -> list[tuple[float, ...]]:
    """Compare pairs of variants; the last seven of `COLUMNS` for each pair.

    Args:
        seeds: variant -> one score a finished seed.
        pairs: first and second variant of each.
        higher_is_better: direction of the scores.
    """
    results = np.empty((len(pairs), 7))
    counts = [tuple(len(seeds[variant]) for variant in pair) for pair in pairs]
    for count in set(counts):  # pairs with equal numbers of seeds at a time
        places = [place for place, entry in enumerate(counts) if entry == count]
        first, second = (
            np.array([seeds[pairs[place][side]] for place in places]) for side in (0, 1)
        )
        compared = statistics.compare_estimates(
            statistics.estimate_mean(first), statistics.estimate_mean(second)
        )
        results[places, :6] = np.column_stack(
            [
                *compared[:3],
                statistics.probability_of_improvement(
                    first, second, higher_is_better=higher_is_better
                ),
                np.nan_to_num(compared.p, nan=1.0),
                statistics.permutation_p(first, second),
            ]
        )
    results[:, 6] = statistics.adjust_holm(results[:, 4].tolist())
    return [tuple(row) for row in results.tolist()]
