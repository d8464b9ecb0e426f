"""The tables and the sentences of README.md that come from results, between marks."""

import math
from pathlib import Path

import pandas as pd

from benchmark import tracks
from benchmark.common.files import read_utf8
from benchmark.config import Params
from benchmark.reporting.tricks import Board, list_boards
from benchmark.reporting.tricks_findings import format_share, measure_size, summarise_verdicts

README = Path("README.md")
MARKS = ("<!-- leaderboard -->", "<!-- /leaderboard -->")
TRICK_MARKS = ("<!-- tricks -->", "<!-- /tricks -->")
# heading -> metric and decimals; a mean can be missing, such as IS without class probabilities
COLUMNS = {
    "IS": ("is", 2),
    "clipped density": ("clipped_density", 3),
    "clipped coverage": ("clipped_coverage", 3),
}
LABEL_COLUMNS = {"class accuracy": ("class_accuracy", 3), "intra-FID": ("intra_fid", 2)}
TITLES = {"none": "Unconditional variants", "labels": "Variants conditioned on classes"}


def render_markdown(ranking: pd.DataFrame) -> str:
    """Render the leaderboards of images as Markdown tables, one for each condition.

    Each row has FID with interval and ranks, the means of further metrics, and on each data set of
    points with modes the mean number of covered modes and the share of points of high quality.
    Reference rows are at the end of each table. The lines below the tables name the seeds, the
    columns of modes and the leaderboards with results.

    Args:
        ranking: of `report.rank_variants`.
    """
    plane = ranking[ranking["track"] == "toy"]
    if len(plane):  # without data sets that have no modes
        plane = plane[plane.groupby("dataset")["modes_mean"].transform("count") > 0]
    modes = {
        (row["variant"], row["dataset"]): _render_modes(row) for row in plane.to_dict("records")
    }
    datasets = list(dict.fromkeys(plane["dataset"]))
    images = ranking[ranking["track"] == "images"]
    conditions = images.groupby("dataset")["condition"].nunique()
    parts = []
    for (dataset, condition), rows in images.groupby(["dataset", "condition"], sort=False):
        # the text of the README is about digits
        names = [str(dataset)] if set(images["dataset"]) != {"digits"} else []
        names += [TITLES[str(condition)]] if conditions[dataset] > 1 else []
        parts += [f"**{': '.join(names)}**", ""] if names else []
        columns = COLUMNS | (LABEL_COLUMNS if condition == "labels" else {})
        heads = ["rank", "variant", "FID", "95 % interval", *columns]
        heads += [*(f"{name} modes (quality)" for name in datasets), "seconds"]
        aligned = [":---" if head == "variant" else "---:" for head in heads]
        parts += [f"| {' | '.join(heads)} |", f"| {' | '.join(aligned)} |"]
        references = images[(images["dataset"] == dataset) & images["condition"].isna()]
        for row in [*rows.to_dict("records"), *references.to_dict("records")]:
            cells = [modes.get((row["variant"], name), "") for name in datasets]
            parts.append(_render_row(row, columns, cells))
        parts.append("")
    trained = pd.concat([images, plane])
    trained = trained[trained["kind"] != "reference"]
    counts = trained.groupby("dataset", sort=False)["seeds"].max()
    seeds = ", ".join(f"{count} on {name}" for name, count in counts.items())
    parts.append(f"Seeds of each row: {seeds}.")
    if datasets:
        columns_of_modes = ", ".join(f"`{name} modes`" for name in datasets)
        parts.append(
            f"{columns_of_modes}: modes of that data set that the same variant covers, and the"
            " share of its points of high quality."
        )
    recorded = ", ".join(ranking.loc[ranking["kind"] != "reference", "dataset"].unique())
    return "\n".join([*parts, f"Leaderboards with recorded results: {recorded}."])


def _render_row(row: dict, columns: dict[str, tuple[str, int]], modes: list[str]) -> str:
    trained = row["kind"] != "reference"
    cells = [
        _render_ranks(row["fid_rank_best"], row["fid_rank_worst"]),
        f"`{row['variant']}`" if trained else f"*{row['variant']}*",
        _render_score(row, "fid", 2),
        "" if pd.isna(row["fid_low"]) else f"{row['fid_low']:.2f}–{row['fid_high']:.2f}",
        *(_render_mean(row, metric, digits) for metric, digits in columns.values()),
        *modes,
        f"{row['seconds']:.0f}" if trained else "",
    ]
    return f"| {' | '.join(cells)} |"


def _render_modes(row: dict) -> str:
    """Render the number of modes and, in per cent, the share of points of high quality."""
    quality = row.get("high_quality_mean", math.nan)
    share = "" if pd.isna(quality) else f" ({100 * quality:.0f} %)"
    return _render_score(row, "modes", 1) + share


def _render_score(row: dict, metric: str, digits: int) -> str:
    """Render a mean, and how many seeds diverged."""
    if row["diverged"] == row["seeds"]:
        return "diverged"
    note = f" ({row['diverged']} of {row['seeds']} diverged)" if row["diverged"] else ""
    return _render_mean(row, metric, digits) + note


def _render_mean(row: dict, metric: str, digits: int) -> str:
    """Render a mean; empty without one."""
    mean = row.get(f"{metric}_mean")
    return "" if pd.isna(mean) else f"{mean:.{digits}f}"


def _render_ranks(best: int, worst: int) -> str:
    """Render a range of ranks; empty without a rank."""
    if pd.isna(best):
        return ""
    return str(best) if best == worst else f"{best}–{worst}"


def render_tricks(table: pd.DataFrame, params: Params) -> str:
    """Render the findings on tricks in sentences of Markdown; empty without results.

    They are those of the first data set whose settings are not changed to make the base ill.

    Args:
        table: results/tricks.csv.
        params: the parameters.
    """
    for board in list_boards(params):
        rows = table[table["dataset"] == board.dataset].to_dict("records")
        if rows and not board.is_changed:
            return _render_findings(board, rows)
    return ""


def _render_findings(board: Board, rows: list[dict]) -> str:
    facts = summarise_verdicts(rows)
    track = tracks.load(board.track)
    metric = track.page().metric(track.headline).title
    lines = [
        "",
        "The page *Tricks* of the site compares tricks of papers and tutorials with"
        f" `{board.base}` ([tricks.csv](results/tricks.csv)). On {board.dataset}:",
        "",
    ]
    for name, word in (("best", "better"), ("worst", "worse")):
        row = facts[name]
        if row is None:
            lines.append(f"- No trick is significantly {word}.")
            continue
        share, low, high = map(format_share, measure_size(row))
        lines.append(
            f"- `{row['trick']}` has the {name} difference: its {metric} is {word} by {share} % of"
            f" the mean of `{board.base}` (95 % interval {low} % to {high} %)."
        )
    lines.append(
        f"- Of {facts['tested']} tested tricks, {facts['open']} show no evidence of a difference."
    )
    return "\n".join([*lines, ""])


def update_readme(text: str, marks: tuple[str, str] = MARKS) -> None:
    """Replace the text between two marks of README.md, if README.md has them."""
    readme = read_utf8(README) if README.exists() else ""
    if all(mark in readme for mark in marks):
        head, rest = readme.split(marks[0], 1)
        tail = rest.split(marks[1], 1)[1]
        README.write_text(f"{head}{marks[0]}\n{text}\n{marks[1]}{tail}", encoding="utf-8")
