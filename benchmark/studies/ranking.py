"""The order of settings by their trials, and the choice of the best."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd


def rank_settings(scores: Mapping[str, Sequence[float]], *, seeds: int = 1) -> list[str]:
    """Rank settings by their mean score, the best first; those with too few seeds are left out.

    Args:
        scores: settings as JSON -> scores, one per seed.
        seeds: the number of seeds that settings need.
    """
    means = {
        text: math.fsum(values) / len(values)
        for text, values in scores.items()
        if len(values) >= seeds
    }
    return sorted(means, key=lambda text: means[text])


def select_settings(trials: pd.DataFrame, *, seeds: int) -> str | None:
    """Select the best settings of a variant.

    The best are those with the best score after the whole budget. If no trial had the whole budget
    and ended, those with the best mean score over all seeds are the best.

    Args:
        trials: rows of results/search.csv of one variant.
        seeds: the number of seeds of finalists.

    Returns:
        Settings as JSON, or None if no settings have trials with all seeds.
    """
    whole = trials[trials["whole"]]
    if len(whole) and math.isfinite(whole["score"].min()):
        return str(whole.loc[whole["score"].idxmin(), "settings"])
    groups = trials[~trials["whole"]].groupby("settings")
    scores = {str(text): list(group["score"]) for text, group in groups}
    return next(iter(rank_settings(scores, seeds=seeds)), None)
