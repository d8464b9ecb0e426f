"""Diagnose runs by their curves and by their headline scores."""

import math
from typing import Any

import numpy as np

from benchmark import tracks
from benchmark.config import Run
from benchmark.records import outputs

# Frechet distances as published are squares of a distance between distributions (Heusel et al.
# 2017, arXiv:1706.08500, equation 6), so halfway between two of them is halfway between the roots.
# A logarithmic scale would set the limit by the score of held-out data, which falls to 0 with the
# number of samples.
SQUARED_DISTANCES = frozenset({"fid", "fvd"})
HALFWAY = 0.5  # between noise and held-out data


def diagnose_run(run: Run) -> dict[str, Any]:
    """Read the diagnosis of a run, and change ``healthy`` to ``not trained`` by its score.

    The stage `evaluate` does not know the reference rows, which are scored beside it.

    Returns:
        ``verdict``, ``reason`` and ``samples_seen``, as in health.json.
    """
    record = outputs.read_health(run)
    if record["verdict"] != "healthy":
        return record
    metric = tracks.load(run.track).headline
    rows = outputs.read_reference_scores(run.dataset)
    score = outputs.read_scores(run).get(metric)
    noise, held_out = (
        [scores[metric] for scores in rows.get(name, {}).values() if metric in scores]
        for name in ("noise", "held_out")
    )
    if score is None or not noise or not held_out:
        return record
    reason = check_quality(
        metric, score, noise=float(np.mean(noise)), held_out=float(np.mean(held_out))
    )
    if reason is None:
        return record
    return {"verdict": "not trained", "reason": reason, "samples_seen": None}


def check_quality(metric: str, score: float, *, noise: float, held_out: float) -> str | None:
    """Check for a headline score that is nearer to that of noise than to that of held-out data.

    The root is taken of `SQUARED_DISTANCES`. The check does not apply where noise and held-out data
    have equal scores.

    Args:
        metric: the headline metric.
        score: of the run.
        noise, held_out: means of the two reference rows.

    Returns:
        The reason with the numbers; None if the score is nearer to that of held-out data.
    """
    scores = [score, noise, held_out]
    if metric in SQUARED_DISTANCES:
        scores = [math.sqrt(max(value, 0)) for value in scores]
    place, start, end = scores
    if not all(map(math.isfinite, scores)) or start == end:
        return None
    if (place - start) / (end - start) >= HALFWAY:
        return None
    root = "the root of " if metric in SQUARED_DISTANCES else ""
    return (
        f"{root}its {metric} of {score:.3g} is nearer to that of noise, {noise:.3g}, than to that"
        f" of held-out data, {held_out:.3g}"
    )
