"""What changed in a table that is kept in git."""

import subprocess

import pandas as pd

from benchmark.website import changes


def table(**means):
    rows = [
        {
            "track": "images",
            "dataset": "digits",
            "variant": name,
            "kind": "reference" if name == "noise" else "controlled",
            "fid_mean": mean,
            "fid_low": mean - 1,
            "fid_high": mean + 1,
        }
        for name, mean in means.items()
    ]
    return pd.DataFrame(rows)


def commit(folder, current):
    changes.TABLE.parent.mkdir(exist_ok=True)
    current.to_csv(changes.TABLE, index=False)
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "tables"],
    ):
        subprocess.run(["git", *command], cwd=folder, check=True)


def test_rows_come_and_go_and_move():
    before = changes.headlines(table(a=1.0, b=2.0, c=3.0, gone=4.0, noise=9.0))
    now = changes.headlines(table(a=1.0, b=2.5, c=7.0, new=5.0, noise=8.0))
    found = {row["variant"]: row["kind"] for row in changes.changes(now, before)}
    assert found == {"b": "within", "c": "beyond", "gone": "gone", "new": "new"}
    assert changes.changes(now, now) == []


def test_the_last_version_that_differs_is_what_is_compared_with(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert changes.history(table(a=1.0)) == {"versions": [], "since": None, "changes": []}
    commit(tmp_path, table(a=1.0))
    commit(tmp_path, table(a=1.0, b=2.0))
    found = changes.history(table(a=1.0, b=2.0))  # as committed last
    assert [row["variant"] for row in found["changes"]] == ["b"]
    assert [(own["rows"], own["changed"]) for own in found["versions"]] == [(2, 1), (1, 1)]
    assert found["since"]["commit"] == found["versions"][1]["commit"]
    found = changes.history(table(a=1.5, b=2.0))
    assert [(row["variant"], row["mean_before"], row["mean"]) for row in found["changes"]] == [
        ("a", 1.0, 1.5)
    ]


def test_an_older_table_may_have_other_columns():
    older = (
        table(a=1.0)
        .drop(columns=["fid_low", "fid_high"])
        .assign(leaderboard="a leaderboard of old")
    )
    assert changes.headlines(older).empty
    bare = changes.headlines(table(a=1.0).drop(columns=["fid_low", "fid_high"]))
    (row,) = changes.changes(changes.headlines(table(a=2.0)), bare)
    assert row["kind"] == "beyond"
