"""The table of the curves of long runs: results/curves.csv."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from benchmark.common.files import read_table
from benchmark.common.paths import make_folder
from benchmark.common.writing import replace_file
from benchmark.records.schema import RESULTS

TABLE = RESULTS / "curves.csv"
KEYS = ["track", "dataset", "variant", "seed"]
COLUMNS = [*KEYS, "budget", "updates", "samples_seen", "metric", "value"]
REMAKE = "run gan-benchmark long-runs"


def read_curves() -> pd.DataFrame:
    """Read the curves, a row for each snapshot; exits with one line if the file is damaged."""
    if not TABLE.exists():
        return pd.DataFrame(columns=COLUMNS)
    return read_table(TABLE, *COLUMNS, remake=REMAKE)


def store_curve(lines: Sequence[dict[str, Any]]) -> None:
    """Store the curve of a run in place of an earlier one.

    Args:
        lines: its rows of the table, one or more.
    """
    table, new = read_curves(), pd.DataFrame(lines, columns=COLUMNS)
    run = new.iloc[0][KEYS]
    others = table[~(table[KEYS] == run).all(axis=1)]
    table = pd.concat([others, new]) if len(others) else new
    table = table.sort_values([*KEYS, "samples_seen"], kind="stable")
    make_folder(TABLE.parent)
    with replace_file(TABLE) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n", columns=COLUMNS)
