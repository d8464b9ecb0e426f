"""Which rows of the pages were verified: trained again, and compared with their records."""

from collections.abc import Iterable
from typing import Any

from benchmark.config import Run
from benchmark.records import outputs
from benchmark.studies.reproduction import DIFFERENT, IDENTICAL, WITHIN
from benchmark.studies.verified import KEYS


def add_verifications(rows: Iterable[dict[str, Any]], verified: list[dict[str, Any]]) -> None:
    """Add to each row its ``verifications``, and whether it ``is_verified``.

    Args:
        rows: trained rows of a leaderboard, with their ``runs``.
        verified: lines of results/bench/verified.csv.
    """
    for row in rows:
        row["verifications"] = select_verifications(row["runs"], verified)
        row["is_verified"] = is_verified(row["verifications"])


def select_verifications(
    runs: Iterable[Run], verified: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Select the verifications of the runs of a row since their training, with equal fingerprint.

    Args:
        runs: of the row.
        verified: lines of results/bench/verified.csv.
    """
    lines = {tuple(line[key] for key in KEYS): line for line in verified}
    return [
        line
        for run in runs
        if (line := lines.get(tuple(run.keys[key] for key in KEYS)))
        and line["fingerprint"] == outputs.read_evaluation(run.scored).get("fingerprint")
        # dates are in UTC and of one form, so their order is that of their texts
        and line["date"] >= outputs.read_training(run)["date"]
    ]


def is_verified(lines: Iterable[dict[str, Any]]) -> bool:
    """Whether a row is verified: a run was reproduced, and none is different.

    Args:
        lines: of `select_verifications`.
    """
    verdicts = {line["verdict"] for line in lines}
    return bool(verdicts & {IDENTICAL, WITHIN}) and DIFFERENT not in verdicts
