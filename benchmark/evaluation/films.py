"""Films of training runs on data in the plane: one script a run, which the page of films plays.

A film is a file of ASCII that says ``film(dataset, variant, seed, {...})`` once it is loaded, so
that a page can take it in without a server. What is not finite is null. The keys, for t moments:

- ``samples_seen``: how many real points were seen at each moment.
- ``real``, ``points``: base64 of three bytes a point, ``xxxxxxxx xxxxyyyy yyyyyyyy``; a coordinate
  q of 12 bits stands for -1.5 + 3 q / 4094. What lies outside the square is on its edge, and a
  point that is not finite has twice 4095. ``points`` has ``count`` for each moment in turn.
- ``judged``: null without a judge; else base64 of a byte for each of ``side`` x ``side`` places of
  each moment, rows from below. A byte b stands for a score of low + b (high - low) / 254, where
  ``low`` and ``high`` are lists over moments: the 2nd and the 98th percentile of the scores on the
  grid and at the points shown, taken together, as a critic's scores know no bounds. Scores beyond
  are at 0 or 254, all are at 127 if the two are equal, and 255 is no finite score.
- ``boundary``: the median score at the points shown, real and generated together, each moment.
- ``diverged``: whether the run ended before its budget, because something was not finite.
- ``losses``: of each player, the sum of its terms at each moment.
- ``modes``, ``high_quality``: at each moment, how many modes are covered, and the share of points
  near one. ``of`` is how many modes the data have, or null.
"""

import warnings
from base64 import b64encode
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmark.common.files import read_json
from benchmark.common.scripts import write_script
from benchmark.config import Run
from benchmark.data.sources.points import SOURCES
from benchmark.data.splits import load_split

EDGE = 1.5  # the square shown is [-EDGE, EDGE] x [-EDGE, EDGE]
STEPS, LOST = 4094, 4095  # of a coordinate
LEVELS, UNKNOWN = 254, 255  # of a score
PERCENTILES = (2, 98)
POINTS = 400  # shown of each kind, the first ones
MOMENTS = 60  # shown, evenly spread over those that there are


def record(run: Run) -> None:
    """Write the film of a run beside held-out points of its data set; see `write`."""
    write(run, load_split(run.dataset, "test")[0], run.scored / "film.js")


def write(run: Run, real: np.ndarray, target: Path) -> None:
    """The film of a run as a script.

    Args:
        run: its snapshots, losses, trajectory and the facts of its training are read.
        real: points of the data, ``(n, 2)``, n > 0; the first 400 are shown.
        target: the file to write; its folder is made.

    Raises:
        ValueError: a shape, column or value does not fit.
        OSError: a file of the run is not there.
    """
    write_script(target, "film", run.dataset, run.variant, run.seed, film(run, real))


def film(run: Run, real: np.ndarray) -> dict[str, Any]:
    """What the script of a run hands over; see the top of the file, and `write` for errors."""
    if run.dataset not in SOURCES:
        raise ValueError(f"{run}: not a distribution in the plane")
    real = np.asarray(real)[:POINTS]
    if real.ndim != 2 or real.shape[1:] != (2,) or not len(real) or not np.isfinite(real).all():
        raise ValueError(f"{run}: real has shape {real.shape}, or is not finite; not (n, 2)")
    seen, points, judged = _snapshots(run.trained / "snapshots.npz")
    shown = np.unique(np.linspace(0, len(seen) - 1, MOMENTS).round().astype(int))
    if len(seen) > MOMENTS:
        seen, points = seen[shown], points[shown]
        judged = None if judged is None else judged[shown]
    points = points[:, :POINTS]
    modes = SOURCES[run.dataset].modes
    columns = () if modes is None or not len(seen) else ("modes", "high_quality")
    scored = _table(run.trajectory, ("samples_seen", *columns)).drop_duplicates("samples_seen")
    scored = scored.set_index("samples_seen").reindex(index=seen, columns=["modes", "high_quality"])
    return {
        "samples_seen": seen.tolist(),
        "diverged": _diverged(run.trained / "training.json"),
        "count": points.shape[1],
        "real": packed(real),
        "points": packed(points),
        **_landscape(judged, points, real),
        "losses": _losses(run.losses, seen),
        "modes": _numbers(scored["modes"]),
        "high_quality": _numbers(scored["high_quality"]),
        "of": None if modes is None else len(modes),
    }


def packed(points: np.ndarray) -> str:
    """Points ``(..., 2)`` as base64 of three bytes each; see the top of the file."""
    points = points.reshape(-1, 2).astype(np.float64)
    steps = np.rint((points.clip(-EDGE, EDGE) + EDGE) / (2 * EDGE) * STEPS)
    lost = ~np.isfinite(points).all(axis=1)
    x, y = np.where(lost[:, None], LOST, steps).astype(np.uint16).T
    return _base64(np.stack([x >> 4, (x & 15) << 4 | y >> 8, y & 255], axis=1))


def scores_at(points: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Scores ``(t, side, side)`` of the grid, between its places, at points ``(t, n, 2)``.

    NaN where a point, or the score of a place beside it, is not finite.
    """
    side = scores.shape[-1]
    known = np.isfinite(points).all(axis=-1, keepdims=True)
    inside = np.where(known, points, 0).clip(-EDGE, EDGE).astype(np.float64)
    place = (inside + EDGE) / (2 * EDGE) * (side - 1)
    corner = np.minimum(place.astype(int), side - 2)
    right, up = np.moveaxis(place - corner, -1, 0)
    j, i = np.moveaxis(corner, -1, 0)
    t = np.arange(len(scores))[:, None]
    with np.errstate(invalid="ignore"):  # beside a place whose score is not finite
        below = scores[t, i, j] * (1 - right) + scores[t, i, j + 1] * right
        above = scores[t, i + 1, j] * (1 - right) + scores[t, i + 1, j + 1] * right
        at = below * (1 - up) + above * up
    return np.where(known[..., 0] & np.isfinite(at), at, np.nan)


def _landscape(judged: np.ndarray | None, points: np.ndarray, real: np.ndarray) -> dict[str, Any]:
    """The keys of a film that tell how the judge scores the plane."""
    if judged is None:
        return dict.fromkeys(("judged", "side", "low", "high", "boundary"))
    scores = judged.astype(np.float64)
    scores[~np.isfinite(scores)] = np.nan
    shown = np.concatenate([np.broadcast_to(real, (len(points), *real.shape)), points], axis=1)
    at = scores_at(shown, scores)
    pooled = np.concatenate([scores.reshape(len(scores), -1), at], axis=1)
    whole = np.isfinite(pooled).all()  # of numbers alone the percentiles are found much faster
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of moments without any: nan
        low, high = (np.percentile if whole else np.nanpercentile)(pooled, PERCENTILES, axis=1)
        boundary = (np.median if whole else np.nanmedian)(at, axis=1)
    low, high = (np.array([float(f"{value:.7g}") for value in ends]) for ends in (low, high))
    width = np.broadcast_to((high - low)[:, None, None], scores.shape)
    share = np.full(scores.shape, 0.5)
    np.divide(scores - low[:, None, None], width, out=share, where=width > 0)
    levels = np.rint(LEVELS * share.clip(0, 1))
    levels[np.isnan(scores)] = UNKNOWN
    return {
        "judged": _base64(levels),
        "side": judged.shape[1],
        "low": _numbers(low, 7),
        "high": _numbers(high, 7),
        "boundary": _numbers(boundary, 7),
    }


def _snapshots(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Points seen ``(t,)``, generated points ``(t, n, 2)``, scores ``(t, side, side)`` or None."""
    with np.load(path) as file:
        if missing := {"samples_seen", "images", "judged"} - set(file.files):
            raise ValueError(f"{path}: no {', '.join(sorted(missing))}")
        seen, points, judged = file["samples_seen"], file["images"], file["judged"]
    if seen.ndim != 1 or seen.dtype.kind not in "iu" or (np.diff(seen) <= 0).any():
        raise ValueError(f"{path}: samples_seen is not a list of whole numbers that grow")
    if not len(seen):  # a run that diverged at once
        return seen, np.zeros((0, 0, 2), dtype=np.float32), None
    if points.ndim != 3 or points.shape[::2] != (len(seen), 2) or not points.shape[1]:
        raise ValueError(f"{path}: images has shape {points.shape}, not ({len(seen)}, n, 2)")
    if not judged.size:
        return seen, points, None
    side = judged.shape[-1]
    if judged.shape != (len(seen), side, side) or side < 2:
        raise ValueError(
            f"{path}: judged has shape {judged.shape}, not ({len(seen)}, side, side) or (0,)"
        )
    return seen, points, judged


def _diverged(path: Path) -> bool:
    facts = read_json(path)
    if facts.get("status") not in ("ok", "diverged"):
        raise ValueError(f"{path}: status is {facts.get('status')!r}, not ok or diverged")
    return facts["status"] == "diverged"


def _losses(path: Path, seen: np.ndarray) -> dict[str, list[float | None]]:
    """The sum of each player's terms at the moments; what was not recorded then is null."""
    table = _table(path, ("samples_seen", "player", "term", "value"))
    if len(seen) and not table["samples_seen"].isin(seen).any():
        raise ValueError(f"{path}: no loss at any moment of the snapshots")
    return {
        str(player): _numbers(own.groupby("samples_seen")["value"].sum(skipna=False).reindex(seen))
        for player, own in table.groupby("player", sort=False)
    }


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    table = pd.read_csv(path)
    if missing := [column for column in columns if column not in table]:
        raise ValueError(f"{path}: no column {', '.join(missing)}")
    return table


def _numbers(values: Any, digits: int = 4) -> list[float | None]:
    """Numbers to so many digits that count; null for what is not finite."""
    found = np.asarray(values, dtype=np.float64)
    return [float(f"{value:.{digits}g}") if np.isfinite(value) else None for value in found]


def _base64(values: np.ndarray) -> str:
    return b64encode(values.astype(np.uint8).tobytes()).decode("ascii")
