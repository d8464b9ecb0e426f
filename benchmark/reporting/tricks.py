"""Compare tricks of the trade with the row that each of them changes: results/tricks.csv.

Every row of a track of tricks differs in one thing from the base of its data set. The statistics
are those of claims: Welch's t over seeds, with Holm's correction over the tricks of a data set.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark import tracks
from benchmark.common.files import read_table
from benchmark.config import Params
from benchmark.reporting.claims import check_track

TABLE = "tricks.csv"
TRACKS = ("tricks", "toy_tricks")
BASES = ("dcgan", "gan_minimax")  # variants that tricks change
COLUMNS = (
    *("dataset", "trick", "base", "metric", "base_mean", "trick_mean", "difference", "low"),
    *("high", "improvement", "seconds_more", "base_seeds", "seeds", "diverged", "base_ill"),
    *("trick_ill", "p", "p_adjusted", "verdict"),
)
SHARED = ("metric", "difference", "low", "high", "p", "p_adjusted", "verdict")  # with claims.csv


@dataclass(frozen=True)
class Board:
    """A data set of a track of tricks.

    Attributes:
        track, dataset: their names.
        base: the variant that its tricks change.
        tricks: its other variants, in the order of params.yaml.
        is_changed: whether settings of all its rows are changed, or their data are fewer, to make
            the base ill.
    """

    track: str
    dataset: str
    base: str
    tricks: tuple[str, ...]
    is_changed: bool


def list_boards(params: Params) -> list[Board]:
    """List the data sets of the tracks of tricks, also those without results.

    The base is the first of the rows of a data set that is one of `BASES`.
    """
    boards = []
    for name in TRACKS:
        section = params.whole.tracks.get(name)
        for dataset, block in section.datasets.items() if section else ():
            rows = list(section.variants_of(dataset)) if section else []
            named = block.only or rows
            base = next((row for row in named if row in BASES), BASES[0])
            others = tuple(row for row in rows if row != base)
            subset = getattr(block, "subset", None)
            is_changed = block.changes is not None or bool(subset and subset.images)
            boards.append(Board(name, dataset, base, others, is_changed))
    return boards


def build_table(scores: pd.DataFrame, ranking: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Compare each trick with its base on every data set with results; one row of `COLUMNS` each.

    A trick holds if it is better than its base, and fails if it is worse; see `claims.build_table`.
    Rows without results are missing.

    Args:
        scores: results/scores.csv, after `statistics.mask_diverged`.
        ranking: of `report.rank_variants`.
        params: the parameters.
    """
    lines = []
    for board in list_boards(params):
        part = scores[(scores["track"] == board.track) & (scores["dataset"] == board.dataset)]
        if part["variant"].isin([board.base, *board.tricks]).any():
            rows = ranking[ranking["dataset"] == board.dataset]
            seconds = dict(zip(rows["variant"], rows["seconds"], strict=True))
            lines += compare_board(board, part, seconds)
    return pd.DataFrame(lines, columns=COLUMNS)


def compare_board(
    board: Board, scores: pd.DataFrame, seconds: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Compare each trick of a data set with its base, by the headline metric.

    Args:
        board: the data set.
        scores: its rows of results/scores.csv, after `statistics.mask_diverged`.
        seconds: of each variant, the training time of a run.
    """
    metric = tracks.load(board.track).headline
    shared = {"source": "", "track": board.track, "datasets": {board.dataset: metric}}
    asked = {trick: shared | {"better": trick, "worse": board.base} for trick in board.tricks}
    sign = 1 if tracks.metric_directions()[metric] else -1
    base = count_runs(scores, board.base)
    lines = []
    for trick, (result, *_) in check_track(asked, scores).items():
        runs = count_runs(scores, trick)
        base_mean, difference = (result.get(key, math.nan) for key in ("worse_mean", "difference"))
        facts = {
            "dataset": board.dataset,
            "trick": trick,
            "base": board.base,
            "base_mean": base_mean,
            "trick_mean": result.get("better_mean", math.nan),
            "improvement": sign * difference / abs(base_mean) if base_mean else math.nan,
            "seconds_more": compare_seconds(seconds.get(trick), seconds.get(board.base)),
            "base_seeds": base["seeds"],
            "seeds": runs["seeds"],
            "diverged": runs["diverged"],
            "base_ill": base["ill"],
            "trick_ill": runs["ill"],
        }
        lines.append(facts | {name: result.get(name, math.nan) for name in SHARED})
    return lines


def count_runs(scores: pd.DataFrame, variant: str) -> dict[str, int]:
    """Count the runs of a variant as ``seeds``, and those ``diverged`` and ``ill``: not healthy."""
    runs = scores[scores["variant"] == variant].drop_duplicates("seed")
    return {
        "seeds": len(runs),
        "diverged": int((runs["status"] == "diverged").sum()),
        "ill": int((runs["verdict"] != "healthy").sum()),
    }


def compare_seconds(seconds: float | None, base: float | None) -> float:
    """Compute the additional training time, relative to that of the base; NaN without both."""
    if seconds is None or base is None or pd.isna(seconds) or pd.isna(base) or not base:
        return math.nan
    return float(seconds) / float(base) - 1


def is_cure(row: Mapping[str, Any]) -> bool:
    """Tell whether a trick makes an ill base healthy: in most seeds, and with a better score.

    Args:
        row: of results/tricks.csv.
    """
    is_base_ill = 2 * row["base_ill"] > row["base_seeds"]
    is_healthy = 2 * row["trick_ill"] < row["seeds"]
    return bool(is_base_ill and is_healthy and row["verdict"] == "holds")


def write_results(table: pd.DataFrame, folder: Path) -> None:
    """Write the table to a folder; without a row, delete that of earlier results."""
    if table.empty:
        (folder / TABLE).unlink(missing_ok=True)
    else:
        table.to_csv(folder / TABLE, index=False, lineterminator="\n", float_format="%.6g")


def read_results(folder: Path) -> pd.DataFrame:
    """Read the table from a folder; without the file, it has no row."""
    path = folder / TABLE
    return read_table(path, *COLUMNS) if path.is_file() else pd.DataFrame(columns=COLUMNS)
