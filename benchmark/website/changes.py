"""Changes of results/leaderboard.csv, from its history in git."""

from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark import tracks
from benchmark.common.git import run_git

TABLE = Path("results/leaderboard.csv")
VERSIONS = 20  # the newest ones
PARTS = ("mean", "low", "high")
ROW = ["track", "dataset", "variant"]
OLD_NAMES = {"board": "track"}  # columns of tables that were committed before


@dataclass(frozen=True)
class Version:
    """The headlines of the table at one commit."""

    commit: str
    date: str
    headlines: pd.DataFrame


def read_versions(table: Path = TABLE) -> list[Version]:
    """Read the committed tables, the newest first; none outside a repository."""
    versions = []
    for line in run_git("log", f"-{VERSIONS}", "--format=%H %cI", "--", str(table)).splitlines():
        commit, date = line.split()
        if text := run_git("show", f"{commit}:{table.as_posix()}"):
            headlines = extract_headlines(pd.read_csv(StringIO(text)))
            versions.append(Version(commit, date, headlines))
    return versions


def extract_headlines(table: pd.DataFrame) -> pd.DataFrame:
    """Extract metric, mean, low and high of each trained row that has its headline metric.

    Args:
        table: results/leaderboard.csv, also an older one with other columns.
    """
    if "track" not in table:
        table = table.rename(columns=OLD_NAMES)
    metrics = {name: tracks.load(name).headline for name in tracks.names()}
    columns = [f"{metric}_{part}" for metric in metrics.values() for part in PARTS]
    rows = []
    for row in table.filter([*ROW, "kind", *dict.fromkeys(columns)]).to_dict("records"):
        metric = metrics.get(row.get("track", ""))  # a track may have had another name
        if metric is None or row["kind"] == "reference":
            continue
        values = [row.get(f"{metric}_{part}") for part in PARTS]
        if pd.notna(values[0]):
            rows.append((*(row[name] for name in ROW), metric, *values))
    headlines = pd.DataFrame(rows, columns=[*ROW, "metric", *PARTS])
    return headlines.astype({"mean": float, "low": float, "high": float})


def find_changes(now: pd.DataFrame, before: pd.DataFrame) -> list[dict[str, Any]]:
    """Find rows that are new, gone, or have another headline, in the order of ``now``.

    ``kind`` is new, gone, within (the old interval) or beyond (it).
    """
    both = now.merge(before, "outer", on=[*ROW, "metric"], suffixes=("", "_before"), sort=False)
    changes = []
    for row in both.to_dict("records"):
        if pd.isna(row["mean_before"]) or pd.isna(row["mean"]):
            kind = "new" if pd.isna(row["mean_before"]) else "gone"
        elif row["mean"] == row["mean_before"]:
            continue
        else:
            inside = row["low_before"] <= row["mean"] <= row["high_before"]
            kind = "within" if inside else "beyond"
        change = {name: row[name] for name in (*ROW, "metric", "mean", "mean_before")}
        changes.append(change | {"kind": kind})
    return changes


def build_history(ranking: pd.DataFrame, table: Path = TABLE) -> dict[str, Any]:
    """Compare the table with the committed ones.

    Args:
        ranking: results/leaderboard.csv as it is now.
        table: its path in the repository.

    Returns:
        ``versions``: commit, date, rows and number of changed rows of each; ``since``: the newest
        version that differs from now, or None; ``changes``: the rows that differ from it.
    """
    versions, now = read_versions(table), extract_headlines(ranking)
    lines = []
    for place, version in enumerate(versions):
        rows = version.headlines
        older = versions[place + 1 : place + 2]
        changed = len(find_changes(rows, older[0].headlines)) if older else len(rows)
        lines.append(
            {
                "commit": version.commit,
                "date": version.date,
                "rows": len(rows),
                "changed": changed,
            }
        )
    for version in versions:
        if changes := find_changes(now, version.headlines):
            since = {"commit": version.commit, "date": version.date}
            return {"versions": lines, "since": since, "changes": changes}
    return {"versions": lines, "since": None, "changes": []}
