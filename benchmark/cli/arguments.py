"""Arguments and options that several commands share."""

import math
import os
from collections.abc import Callable
from typing import Annotated, Any

import typer

from benchmark.cli.completion import complete_dataset, complete_row

CORES = os.cpu_count() or 1


def whole_number(least: int) -> Callable[[Any], int]:
    """Make a parser of whole numbers.

    Args:
        least: smallest number accepted.
    """

    def parse(text: Any) -> int:
        number = int(text) if str(text).isdecimal() else least - 1
        if number < least:
            raise typer.BadParameter(f"expected a whole number of at least {least}, got {text}")
        return number

    return parse


def parse_minutes(text: Any) -> float:
    """Parse a number of minutes above 0."""
    try:
        minutes = float(text)
    except ValueError:
        minutes = math.nan
    if not 0 < minutes < math.inf:
        raise typer.BadParameter(f"expected a number of minutes above 0, got {text}")
    return minutes


Dataset = Annotated[
    str,
    typer.Argument(
        metavar="DATASET",
        help="Data set, such as digits.",
        autocompletion=complete_dataset,
        show_default=False,
    ),
]
Row = Annotated[
    str,
    typer.Argument(
        metavar="ROW",
        help="Data set and variant, such as digits-dcgan.",
        autocompletion=complete_row,
        show_default=False,
    ),
]
Rows = Annotated[
    list[str],
    typer.Argument(
        metavar="ROW",
        help="Rows, such as digits-dcgan, or single runs of them, such as digits-dcgan-0.",
        autocompletion=complete_row,
        show_default=False,
    ),
]
OneSeed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        metavar="N",
        parser=whole_number(0),
        help="Seed of one run.",
        show_default="all seeds of the row",
    ),
]
TrainedSeed = Annotated[
    int,
    typer.Option("--seed", metavar="N", parser=whole_number(0), help="Seed of the trained run."),
]
DrawSeed = Annotated[
    int,
    typer.Option("--draw", metavar="N", parser=whole_number(0), help="Seed of the draw."),
]
RunsPerGpu = Annotated[
    int,
    typer.Option(
        "--runs-per-gpu",
        metavar="N",
        parser=whole_number(1),
        help="Runs that share a GPU.",
    ),
]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs",
        metavar="N",
        parser=whole_number(1),
        help="Runs at a time.",
        show_default="one per core",
    ),
]
