"""What has changed in results/leaderboard.csv, from its history in git."""

import subprocess
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark import tracks

TABLE = Path("results/leaderboard.csv")
MOST = 20  # versions, the newest ones
ENDS = ("mean", "low", "high")
WHERE = ["track", "dataset", "variant"]


@dataclass(frozen=True)
class Version:
    """The table as it was committed."""

    commit: str
    date: str
    table: pd.DataFrame


def versions(table: Path = TABLE) -> list[Version]:
    """The committed tables, the newest first; none outside a repository."""
    found = []
    for line in git("log", f"-{MOST}", "--format=%H %cI", "--", str(table)).splitlines():
        commit, date = line.split()
        if text := git("show", f"{commit}:{table.as_posix()}"):
            found.append(Version(commit, date, headlines(pd.read_csv(StringIO(text)))))
    return found


def git(*arguments: str) -> str:
    """What git answers; nothing if it fails."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout


def headlines(table: pd.DataFrame) -> pd.DataFrame:
    """Of each trained row its headline: metric, mean, low and high; rows that have none are gone.

    Args:
        table: as results/leaderboard.csv, also an older one with fewer columns.
    """
    rows = []
    if "track" not in table:  # tables of before had another word for it
        table = table.rename(columns={"board": "track"})
    headlines = {name: tracks.load(name).headline for name in tracks.names()}
    columns = [f"{metric}_{end}" for metric in headlines.values() for end in ENDS]
    for row in table.filter([*WHERE, "kind", *dict.fromkeys(columns)]).to_dict("records"):
        headline = headlines.get(row.get("track", ""))  # a track may have had another name
        if headline is None or row["kind"] == "reference":
            continue
        values = [row.get(f"{headline}_{what}") for what in ENDS]
        if pd.notna(values[0]):
            rows.append((*(row[name] for name in WHERE), headline, *values))
    found = pd.DataFrame(rows, columns=[*WHERE, "metric", "mean", "low", "high"])
    return found.astype({"mean": float, "low": float, "high": float})


def changes(now: pd.DataFrame, before: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows that came, went, or have another headline, each with both, in the order of ``now``.

    ``kind`` is new, gone, within (the interval that the row had) or beyond (it).
    """
    both = now.merge(before, "outer", on=[*WHERE, "metric"], suffixes=("", "_before"), sort=False)
    found = []
    for row in both.to_dict("records"):
        if pd.isna(row["mean_before"]) or pd.isna(row["mean"]):
            kind = "new" if pd.isna(row["mean_before"]) else "gone"
        elif row["mean"] == row["mean_before"]:
            continue
        else:
            inside = row["low_before"] <= row["mean"] <= row["high_before"]
            kind = "within" if inside else "beyond"
        found.append({name: row[name] for name in (*WHERE, "metric", "mean", "mean_before")})
        found[-1]["kind"] = kind
    return found


def history(current: pd.DataFrame, table: Path = TABLE) -> dict[str, Any]:
    """What the page shows: the last changes, and a line for each version.

    Args:
        current: results/leaderboard.csv as it is now.
        table: where it lies in the repository.

    Returns:
        ``versions``: commit, date, rows and how many of them had changed, of each; ``since``: the
        last version that differs from now, or None; ``changes``: what differs from it.
    """
    known, now = versions(table), headlines(current)
    lines = (
        [
            {
                "commit": own.commit,
                "date": own.date,
                "rows": len(own.table),
                "changed": len(changes(own.table, older.table)) if older else len(own.table),
            }
            for own, older in zip(known, [*known[1:], None], strict=True)
        ]
        if known
        else []
    )
    for version in known:
        if found := changes(now, version.table):
            since = {"commit": version.commit, "date": version.date}
            return {"versions": lines, "since": since, "changes": found}
    return {"versions": lines, "since": None, "changes": []}
