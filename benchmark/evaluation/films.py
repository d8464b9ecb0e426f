"""Write films of training runs on data in the plane: one script a run, for the page of films.

A film is a script in ASCII that calls ``film(dataset, variant, seed, {...})``, so that a page can
load it without a server. Values that are not finite are null. The keys, for t moments:

- ``samples_seen``: number of real points seen at each moment.
- ``real``, ``points``: base64 of three bytes a point, ``xxxxxxxx xxxxyyyy yyyyyyyy``; a coordinate
  q of 12 bits stands for -1.5 + 3 q / 4094. Points outside the square are moved to its edge, and
  a point that is not finite has twice 4095. ``points`` has ``count`` for each moment in turn.
- ``discriminator_scores``: null without a discriminator; else base64 of a byte for each node of the
  ``side`` x ``side`` grid of each moment, rows from below. A byte b stands for a score of
  low + b (high - low) / 254, where ``low`` and ``high`` are lists over moments: the 2nd and the
  98th percentile of all scores on the grid and at the points shown, since a critic's scores are
  unbounded. Scores beyond become 0 or 254, all become 127 if the two are equal, and 255 marks a
  score that is not finite.
- ``boundary``: the median score at the points shown, real and generated together, each moment.
- ``diverged``: whether the run ended before its budget because a value was not finite.
- ``losses``: the sum of the loss terms of each player at each moment.
- ``modes``, ``high_quality``: at each moment, the number of covered modes, and the share of points
  near one. ``of`` is the number of modes of the data, or null.
"""

import warnings
from base64 import b64encode
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.common.files import read_arrays, read_json, read_table
from benchmark.common.messages import stop
from benchmark.common.scripts import write_script
from benchmark.config import Run
from benchmark.data.sources.points import SOURCES
from benchmark.data.splits import load_split

EDGE = 1.5  # the films show the square [-EDGE, EDGE] x [-EDGE, EDGE]
STEPS, LOST = 4094, 4095  # of a coordinate
LEVELS, UNKNOWN = 254, 255  # of a score
PERCENTILES = (2, 98)
POINTS = 400  # shown of each kind: the first ones
MOMENTS = 60  # shown, evenly spread over the snapshots


def write_run_film(run: Run) -> None:
    """Write the film of a run with held-out points of its data set; see `write_film`.

    Exits with one line if a file of the run does not fit.
    """
    try:
        write_film(run, load_split(run.dataset, "test")[0], run.scored / "film.js")
    except ValueError as error:
        stop(f"{error}; delete runs/ of this run and run make repro")


def write_film(run: Run, real: np.ndarray, target: Path) -> None:
    """Write the film of a run as a script.

    Args:
        run: its snapshots, losses, trajectory and training.json are read.
        real: points of the data, ``(n, 2)``, n > 0; the first 400 are shown.
        target: the file to write; its folder is created.

    Raises:
        ValueError: a shape or value does not fit.
    """
    write_script(target, "film", run.dataset, run.variant, run.seed, build_film(run, real))


def build_film(run: Run, real: np.ndarray) -> dict[str, Any]:
    """Build the data of a film; see the top of the file for keys, `write_film` for errors."""
    if run.dataset not in SOURCES:
        raise ValueError(f"{run}: expected a data set of {', '.join(SOURCES)}, got {run.dataset}")
    real = np.asarray(real)[:POINTS]
    if real.ndim != 2 or real.shape[1:] != (2,) or not len(real) or not np.isfinite(real).all():
        raise ValueError(
            f"{run}: expected finite real points of shape (n, 2), got shape {real.shape}"
        )
    seen, points, scores_on_grid = _load_snapshots(run.trained / "snapshots.npz")
    selected = np.unique(np.linspace(0, len(seen) - 1, MOMENTS).round().astype(int))
    if len(seen) > MOMENTS:
        seen, points = seen[selected], points[selected]
        scores_on_grid = None if scores_on_grid is None else scores_on_grid[selected]
    points = points[:, :POINTS]
    modes = SOURCES[run.dataset].modes
    columns = () if modes is None or not len(seen) else ("modes", "high_quality")
    scored = read_table(run.trajectory, "samples_seen", *columns).drop_duplicates("samples_seen")
    scored = scored.set_index("samples_seen").reindex(index=seen, columns=["modes", "high_quality"])
    return {
        "samples_seen": seen.tolist(),
        "diverged": _has_diverged(run.trained / "training.json"),
        "count": points.shape[1],
        "real": pack_points(real),
        "points": pack_points(points),
        **_pack_scores(scores_on_grid, points, real),
        "losses": _sum_losses(run.losses, seen),
        "modes": _round_numbers(scored["modes"]),
        "high_quality": _round_numbers(scored["high_quality"]),
        "of": None if modes is None else len(modes),
    }


def pack_points(points: np.ndarray) -> str:
    """Pack points ``(..., 2)`` as base64 of three bytes each; see the top of the file."""
    points = points.reshape(-1, 2).astype(np.float64)
    steps = np.rint((points.clip(-EDGE, EDGE) + EDGE) / (2 * EDGE) * STEPS)
    is_lost = ~np.isfinite(points).all(axis=1)
    x, y = np.where(is_lost[:, None], LOST, steps).astype(np.uint16).T
    return _encode(np.stack([x >> 4, (x & 15) << 4 | y >> 8, y & 255], axis=1))


def interpolate_scores(points: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Interpolate scores ``(t, side, side)`` on the grid at points ``(t, n, 2)``, bilinearly.

    NaN where a point, or the score of a neighbouring node, is not finite.
    """
    side = scores.shape[-1]
    is_finite = np.isfinite(points).all(axis=-1, keepdims=True)
    inside = np.where(is_finite, points, 0).clip(-EDGE, EDGE).astype(np.float64)
    place = (inside + EDGE) / (2 * EDGE) * (side - 1)
    corner = np.minimum(place.astype(int), side - 2)
    right, up = np.moveaxis(place - corner, -1, 0)
    j, i = np.moveaxis(corner, -1, 0)
    t = np.arange(len(scores))[:, None]
    with np.errstate(invalid="ignore"):  # neighbouring nodes may have infinite scores
        below = scores[t, i, j] * (1 - right) + scores[t, i, j + 1] * right
        above = scores[t, i + 1, j] * (1 - right) + scores[t, i + 1, j + 1] * right
        scores_at_points = below * (1 - up) + above * up
    is_valid = is_finite[..., 0] & np.isfinite(scores_at_points)
    return np.where(is_valid, scores_at_points, np.nan)


def _pack_scores(
    scores_on_grid: np.ndarray | None, points: np.ndarray, real: np.ndarray
) -> dict[str, Any]:
    """Pack the discriminator scores of the plane: five keys of a film."""
    if scores_on_grid is None:
        return dict.fromkeys(("discriminator_scores", "side", "low", "high", "boundary"))
    scores = scores_on_grid.astype(np.float64)
    scores[~np.isfinite(scores)] = np.nan
    visible = np.concatenate([np.broadcast_to(real, (len(points), *real.shape)), points], axis=1)
    scores_at_points = interpolate_scores(visible, scores)
    pooled = np.concatenate([scores.reshape(len(scores), -1), scores_at_points], axis=1)
    is_finite = np.isfinite(pooled).all()  # percentiles without NaN are much faster
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # moments without finite scores give NaN
        low, high = (np.percentile if is_finite else np.nanpercentile)(pooled, PERCENTILES, axis=1)
        boundary = (np.median if is_finite else np.nanmedian)(scores_at_points, axis=1)
    low, high = (np.array([float(f"{value:.7g}") for value in ends]) for ends in (low, high))
    width = np.broadcast_to((high - low)[:, None, None], scores.shape)
    share = np.full(scores.shape, 0.5)
    np.divide(scores - low[:, None, None], width, out=share, where=width > 0)
    levels = np.rint(LEVELS * share.clip(0, 1))
    levels[np.isnan(scores)] = UNKNOWN
    return {
        "discriminator_scores": _encode(levels),
        "side": scores_on_grid.shape[1],
        "low": _round_numbers(low, 7),
        "high": _round_numbers(high, 7),
        "boundary": _round_numbers(boundary, 7),
    }


def _load_snapshots(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Load samples seen ``(t,)``, points ``(t, n, 2)``, scores ``(t, side, side)`` or None."""
    names = "samples_seen", "images", "discriminator_scores"
    seen, points, scores_on_grid = read_arrays(path, *names).values()
    if seen.ndim != 1 or seen.dtype.kind not in "iu" or (np.diff(seen) <= 0).any():
        raise ValueError(
            f"{path}: expected increasing integers in samples_seen, got {seen.tolist()[:5]}"
        )
    if not len(seen):  # a run that diverged before the first snapshot
        return seen, np.zeros((0, 0, 2), dtype=np.float32), None
    if points.ndim != 3 or points.shape[::2] != (len(seen), 2) or not points.shape[1]:
        raise ValueError(
            f"{path}: expected images of shape ({len(seen)}, n, 2), got {points.shape}"
        )
    if not scores_on_grid.size:
        return seen, points, None
    side = scores_on_grid.shape[-1]
    if scores_on_grid.shape != (len(seen), side, side) or side < 2:
        raise ValueError(
            f"{path}: expected discriminator_scores of shape ({len(seen)}, side, side) or (0,), got"
            f" {scores_on_grid.shape}"
        )
    return seen, points, scores_on_grid


def _has_diverged(path: Path) -> bool:
    facts = read_json(path)
    if facts.get("status") not in ("ok", "diverged"):
        raise ValueError(f"{path}: expected status ok or diverged, got {facts.get('status')!r}")
    return facts["status"] == "diverged"


def _sum_losses(path: Path, seen: np.ndarray) -> dict[str, list[float | None]]:
    """Sum the loss terms of each player at the moments; null where none is logged."""
    table = read_table(path, "samples_seen", "player", "term", "value")
    if len(seen) and not table["samples_seen"].isin(seen).any():
        raise ValueError(f"{path}: expected losses at the moments of the snapshots, got none")
    return {
        str(player): _round_numbers(
            part.groupby("samples_seen")["value"].sum(skipna=False).reindex(seen)
        )
        for player, part in table.groupby("player", sort=False)
    }


def _round_numbers(values: Any, digits: int = 4) -> list[float | None]:
    """Round numbers to significant digits; None for values that are not finite."""
    numbers = np.asarray(values, dtype=np.float64)
    return [float(f"{value:.{digits}g}") if np.isfinite(value) else None for value in numbers]


def _encode(values: np.ndarray) -> str:
    return b64encode(values.astype(np.uint8).tobytes()).decode("ascii")
