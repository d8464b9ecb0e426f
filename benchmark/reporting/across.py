"""Each variant over all data sets that it shares with the same others: results/across.csv."""

import math
from typing import Any

import numpy as np
import pandas as pd

import gans
from benchmark import config, tracks
from benchmark.reporting import statistics

REFERENCES = ("noise", "held_out")  # the ends of the scale by which data sets are compared
BARS = tuple(bar / 20 for bar in range(1, 21))  # of performance profiles, on that scale
COLUMNS = (
    *("datasets", "variant", "family", "runs", "iqm", "low", "high", "rank_best", "rank_worst"),
    *("beats", "worst", *(f"at_{bar:.2f}" for bar in BARS)),
)


def table(scores: pd.DataFrame, settings: config.Params) -> pd.DataFrame:
    """Each variant over all data sets of tracks that share their variants, the best first.

    By the headline metric of each data set, on a scale from noise, 0, to held-out data, 1: the
    interquartile mean of all runs, each data set of equal weight, with its interval and range of
    ranks; how probable it is that a run is better than one of another variant; the worst run; and
    the share of runs that reach each of some bars.

    Args:
        scores: results/scores.csv.
        settings: the parameters.
    """
    rows: list[list[Any]] = []
    for names, places in _together(settings):
        runs = {place: _runs(scores, *place) for place in places}
        runs = {place: own for place, own in runs.items() if set(REFERENCES) <= set(own)}
        if len(runs) > 1 and len(names) > 1:
            rows += _over(runs, sorted(names))
    return pd.DataFrame(rows, columns=COLUMNS)


def _together(settings: config.Params) -> list[tuple[set[str], list[tuple[str, str]]]]:
    """Tracks that share at least half of their variants: these, and their (track, data set)."""
    groups: list[tuple[set[str], list[tuple[str, str]]]] = []
    for name, track in settings.tracks.items():
        own, places = set(track.variants), [(name, dataset) for dataset in track.datasets]
        for place, (names, others) in enumerate(groups):
            if 2 * len(names & own) >= len(names | own):
                groups[place] = names & own, others + places
                break
        else:
            groups.append((own, places))
    return groups


def _runs(scores: pd.DataFrame, track: str, dataset: str) -> dict[str, list[float]]:
    """Of each row of a data set the scores by its headline metric, where it has any."""
    own = scores[(scores["track"] == track) & (scores["dataset"] == dataset)]
    own = own[own["metric"] == tracks.load(track).headline]
    return {str(name): list(values) for name, values in own.groupby("variant")["value"]}


def _over(
    places: dict[tuple[str, str], dict[str, list[float]]], variants: list[str]
) -> list[list[Any]]:
    """The rows of `table` for some variants, by their runs on each (track, data set)."""
    runs: dict[str, list[np.ndarray]] = {variant: [] for variant in variants}
    for scores in places.values():
        noise, real = (float(np.mean(scores[name])) for name in REFERENCES)
        for variant in variants:
            values = scores.get(variant, [math.nan])
            runs[variant].append(statistics.between(values, noise=noise, real=real))
    resampled = {name: statistics.resampled_interquartile_means(own) for name, own in runs.items()}
    ranks = statistics.ranks_of_resamples(resampled, higher_is_better=True)
    rows = []
    for variant, own in runs.items():
        together = statistics.pooled(own)
        ends = np.percentile(resampled[variant], [statistics.TAIL, 100 - statistics.TAIL])
        ahead = [
            statistics.probability_of_improvement(one, another, higher_is_better=True)
            for name, others in runs.items()
            if name != variant
            for one, another in zip(own, others, strict=True)
        ]
        profile = statistics.performance_profile(together.tolist(), BARS, higher_is_better=True)
        where = "+".join(dataset for _, dataset in places), variant, gans.family(variant)
        found = statistics.interquartile_mean(together.tolist()), *ends, *ranks[variant]
        rows.append([*where, sum(map(len, own)), *found, np.mean(ahead), together.min(), *profile])
    return sorted(rows, key=lambda row: -row[COLUMNS.index("iqm")])
