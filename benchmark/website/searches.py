"""Summaries of the search for hyperparameters, one a variant."""

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

import pandas as pd

from benchmark.config import Search as SearchConfig
from benchmark.studies.ranking import select_settings


@dataclass(frozen=True)
class Search:
    """The finished search of one variant; scores are lower where they are better.

    Attributes:
        variant: its name.
        best: the best settings.
        best_scores: the score of each seed with these settings, after a trial.
        shared: settings of the shared list, each with its score; infinite if the trial diverged.
        trials: number of trials of the variant.
        diverged: number of them that diverged.
    """

    variant: str
    best: dict[str, Any]
    best_scores: Sequence[float]
    shared: Sequence[tuple[dict[str, Any], float]]
    trials: int
    diverged: int

    @property
    def score(self) -> float:
        """The mean score of the best settings."""
        return fmean(self.best_scores)

    @property
    def median(self) -> float:
        """The median score of the shared list."""
        return median(score for _, score in self.shared)

    @property
    def worst(self) -> float:
        """The worst score of the shared list."""
        return max(score for _, score in self.shared)


def summarise_search(variant: str, trials: pd.DataFrame, search: SearchConfig) -> Search | None:
    """Summarise the trials of a variant; None if its search is not finished.

    All trials of the shared list have the same options; every other combination of options is tried
    once. So the shared list is the largest set of trials of the first seed with equal options.

    Args:
        variant: its name.
        trials: its rows of the table.
        search: the lists.
    """
    short = trials[~trials["whole"]]
    scores = {str(text): list(rows["score"]) for text, rows in short.groupby("settings")}
    first = short[short["seed"] == search.seed]
    by_options: dict[str, list[tuple[dict[str, Any], float]]] = {}
    for text, score in zip(first["settings"], first["score"], strict=True):
        settings = json.loads(text)
        options = json.dumps([settings.get("model"), settings.get("players")])
        by_options.setdefault(options, []).append((settings, score))
    shared = max(by_options.values(), key=len, default=[])
    # the best trial of the first seed is always a finalist
    if (
        not has_all_rates(shared, search)
        or len(scores[first.loc[first["score"].idxmin(), "settings"]]) < search.seeds
        or (best := select_settings(trials, seeds=search.seeds)) is None
    ):
        return None
    return Search(
        variant,
        json.loads(best),
        scores[best],
        shared,
        trials=len(trials),
        diverged=sum(math.isinf(score) for score in trials["score"]),
    )


def has_all_rates(shared: Sequence[tuple[dict[str, Any], float]], search: SearchConfig) -> bool:
    """Whether trials have every learning rate, with all betas that are drawn for each."""
    counts = Counter(settings["lr"] for settings, _ in shared)
    has_betas = any("betas" in settings for settings, _ in shared)
    needed = min(search.betas_per_lr, len(search.betas)) if has_betas else 1
    return all(counts[lr] >= needed for lr in search.lr)
