"""The table of verified runs: results/bench/verified.csv."""

from collections.abc import Mapping, Sequence

import pandas as pd

from benchmark.common.files import read_table
from benchmark.common.paths import make_folder
from benchmark.common.provenance import provenance
from benchmark.common.writing import replace_file
from benchmark.records.schema import RESULTS
from benchmark.studies.run_comparison import RunComparison

TABLE = RESULTS / "bench" / "verified.csv"
KEYS = ["track", "dataset", "variant", "seed"]
COLUMNS = [*KEYS, "verdict", "fingerprint", "date", "commit", "torch", "processor", "accelerator"]
REMAKE = "run gan-benchmark verify --record"


def read_verified() -> pd.DataFrame:
    """Read the last verification of each run; exits with one line if the file is damaged."""
    if not TABLE.exists():
        return pd.DataFrame(columns=COLUMNS)
    return read_table(TABLE, *COLUMNS, remake=REMAKE)


def store_verdicts(
    compared: Sequence[RunComparison],
    fingerprints: Mapping[str, str | None],
    earlier: pd.DataFrame,
) -> None:
    """Store verdicts with date, commit and hardware.

    Args:
        compared: the runs.
        fingerprints: row -> fingerprint of the code and the settings of run and record.
        earlier: the last verification of each run, of `read_verified`.
    """
    facts = provenance()
    shared = {
        "date": facts["date"],
        "commit": facts["commit"],
        "torch": facts["packages"]["torch"],
        "processor": facts["hardware"]["processor"],
        "accelerator": facts["hardware"]["accelerator"],
    }
    lines = [
        {
            **row.run.keys,
            "verdict": row.verdict,
            "fingerprint": fingerprints[row.run.row],
            **shared,
        }
        for row in compared
    ]
    new = pd.DataFrame(lines, columns=COLUMNS)
    table = pd.concat([part for part in (earlier, new) if len(part)] or [new])
    table = table.drop_duplicates(KEYS, keep="last").sort_values(KEYS, kind="stable")
    make_folder(TABLE.parent)
    with replace_file(TABLE) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n", columns=COLUMNS)
