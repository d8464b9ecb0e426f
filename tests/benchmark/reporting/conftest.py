"""Draws of scores for simulations: normal ones, and the residuals of trained rows."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmark import tracks
from benchmark.reporting.statistics import mask_diverged

SCORES = Path(__file__).parents[3] / "results/scores.csv"
SPREAD = 0.1  # of normal scores around their mean of 1


@pytest.fixture(scope="session")
def residuals() -> list[np.ndarray]:
    """Residuals of the headline scores on each leaderboard, relative to the mean of their row.

    They are scaled to the variance of seeds around the true mean.
    """
    scores = mask_diverged(pd.read_csv(SCORES)).dropna(subset="value")
    scores = scores[scores["kind"] != "reference"]
    headlines = {name: tracks.load(name).headline for name in scores["track"].unique()}
    scores = scores[scores["metric"] == scores["track"].map(headlines)]
    groups = scores.groupby(["track", "dataset", "variant"])["value"]
    mean, count = groups.transform("mean"), groups.transform("count")
    scores = scores[count > 1]
    relative = (scores["value"] - mean) / mean * np.sqrt(count / (count - 1))
    result = [part.to_numpy() for _, part in relative.groupby([scores["track"], scores["dataset"]])]
    assert sum(map(len, result)) > 150
    return [part - part.mean() for part in result]


@pytest.fixture
def draw(residuals: list[np.ndarray]) -> Callable[..., np.ndarray]:
    """Draw scores with a true mean of 1, ``(rows, seeds)``, of normal or ``residuals``.

    The seeds of a row have residuals of one leaderboard, drawn by its number of runs.
    """
    generator = np.random.default_rng(0)
    sizes = np.array([len(part) for part in residuals])

    def draw_scores(name: str, rows: int, seeds: int) -> np.ndarray:
        if name == "normal":
            return 1 + SPREAD * generator.normal(size=(rows, seeds))
        counts = generator.multinomial(rows, sizes / sizes.sum())
        parts = [
            generator.choice(part, size=(count, seeds))
            for part, count in zip(residuals, counts, strict=True)
        ]
        return 1 + generator.permutation(np.concatenate(parts))

    return draw_scores
