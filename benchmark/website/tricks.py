"""The page on tricks: entries of site/tricks.yaml, and results on each data set."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import pandas as pd
from pydantic import Field, ValidationError

from benchmark.common.files import read_yaml
from benchmark.common.messages import stop
from benchmark.config import Params, Section
from benchmark.config.types import Name
from benchmark.reporting.tricks import Board, is_cure, list_boards
from benchmark.reporting.tricks_findings import (
    format_share,
    measure_size,
    scale_interval,
    summarise_verdicts,
)
from benchmark.website import SOURCE
from benchmark.website.tricks_charts import draw_forest

FILE = SOURCE / "tricks.yaml"
Group = Literal[
    "labels", "noise", "optimiser", "architecture", "regularisation", "data", "averaging",
    "objectives",
]  # fmt: skip
GROUPS: tuple[Group, ...] = get_args(Group)
Row = dict[str, Any]


class Text(Section):
    """A text in two languages."""

    en: str
    zh: str


class Trick(Section):
    """An entry of site/tricks.yaml.

    Attributes:
        group: what the trick changes.
        title: names it.
        claim: of papers and tutorials.
        cures: data sets whose base it is said to make healthy.
        expected: whether it is said to be better or worse than the base.
    """

    group: Group
    title: Text
    claim: Text
    cures: list[Name] = Field(default=[])
    expected: Literal["better", "worse"] = "better"


class Tricks(Section):
    """All entries of site/tricks.yaml."""

    tricks: dict[Name, Trick]


def load_tricks(file: Path = FILE) -> dict[str, Trick]:
    """Load the entries of site/tricks.yaml in the order of their groups, or exit with one line."""
    try:
        entries = Tricks.model_validate({"tricks": read_yaml(file)}).tricks
    except ValidationError as error:
        from benchmark.config.validation import explain  # imported late: it imports the variants

        problem = explain(error.errors()[0], Tricks).removeprefix("tricks").removeprefix(".")
        stop(f"{file}: {problem.removeprefix(': ')}")
    return dict(sorted(entries.items(), key=lambda item: GROUPS.index(item[1].group)))


def build_boards(
    settings: Params,
    leaderboards: Sequence[dict[str, Any]],
    table: pd.DataFrame,
    entries: Mapping[str, Trick],
) -> list[dict[str, Any]]:
    """Build what the page shows of each data set of tricks.

    Args:
        settings: the parameters.
        leaderboards: see `leaderboards.build_leaderboard`.
        table: results/tricks.csv.
        entries: of `load_tricks`.

    Returns:
        Of each data set its ``dataset``, ``base`` and ``is_changed`` (see `reporting.tricks`);
        ``rows`` (see `build_row`), empty without results; and with results ``metric``, ``findings``
        (see `summarise_verdicts`), ``forest``, ``verdicts`` (of the runs of the base) and
        ``samples``.
    """
    shown = {leaderboard["dataset"]: leaderboard for leaderboard in leaderboards}
    boards = []
    for board in list_boards(settings):
        facts: dict[str, Any] = {"dataset": board.dataset, "base": board.base}
        facts |= {"is_changed": board.is_changed, "rows": []}
        lines = table[table["dataset"] == board.dataset].to_dict("records")
        if lines and board.dataset in shown:
            facts |= build_results(board, shown[board.dataset], lines, entries)
        boards.append(facts)
    return boards


def build_results(
    board: Board,
    leaderboard: dict[str, Any],
    lines: Sequence[Row],
    entries: Mapping[str, Trick],
) -> dict[str, Any]:
    """Build what the page shows of a data set with results; see `build_boards`."""
    rows = [build_row(line, entries) for line in lines]
    rows.sort(key=lambda row: GROUPS.index(row["entry"].group))
    trained = {row["variant"]: row for row in leaderboard["trained"]}
    scored = sorted(  # as the best trick of `summarise_verdicts`, without diverged runs
        (row for row in rows if math.isfinite(row["improvement"]) and not row["diverged"]),
        key=lambda row: row["improvement"],
    )
    shown = [board.base, *(row["trick"] for row in (*scored[-1:], *scored[:-1][:1]))]
    roles = zip(("base", "best", "worst"), shown, strict=False)
    return {
        "rows": rows,
        "metric": rows[0]["metric"],
        "findings": summarise_verdicts(rows),
        "forest": draw_forest(rows),
        "verdicts": trained[board.base]["verdicts"] if board.base in trained else {},
        "samples": [
            {"role": role, "variant": name, "pictures": trained[name]["pictures"]}
            for role, name in roles
            if name in trained
        ],
    }


def build_row(line: Row, entries: Mapping[str, Trick]) -> Row:
    """Add to a row of results/tricks.csv what the page shows of it.

    Returns:
        Also ``entry``; ``low_share`` and ``high_share``, the interval relative to the mean of the
        base, positive where the trick is better; ``shares``, these and the other shares as text;
        and ``is_cure``.
    """
    name = line["trick"]
    text = Text(en=name, zh=name)
    low, high = scale_interval(line)
    numbers = {"improvement": line["improvement"], "low": low, "high": high}
    numbers["seconds"] = line["seconds_more"]
    return line | {
        "entry": entries.get(name) or Trick(group="objectives", title=text, claim=text),
        "low_share": low,
        "high_share": high,
        "shares": {key: format_share(value, is_signed=True) for key, value in numbers.items()}
        | dict(zip(("size", "least", "most"), map(format_share, measure_size(line)), strict=True)),
        "is_cure": is_cure(line),
    }
