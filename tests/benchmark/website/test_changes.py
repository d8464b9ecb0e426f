"""Changes in a table that git keeps."""

import subprocess

import pandas as pd
import pytest

from benchmark.website import changes, display
from benchmark.website.templates import load_templates
from tests.benchmark.website.made_up import REPOSITORY


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
    before = changes.extract_headlines(table(a=1.0, b=2.0, c=3.0, gone=4.0, noise=9.0))
    now = changes.extract_headlines(table(a=1.0, b=2.5, c=7.0, new=5.0, noise=8.0))
    kinds = {row["variant"]: row["kind"] for row in changes.find_changes(now, before)}
    assert kinds == {"b": "within", "c": "beyond", "gone": "gone", "new": "new"}
    assert changes.find_changes(now, now) == []


def test_the_table_is_compared_with_the_last_version_that_differs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    empty = {"versions": [], "since": None, "changes": []}
    assert changes.build_history(table(a=1.0)) == empty
    commit(tmp_path, table(a=1.0))
    commit(tmp_path, table(a=1.0, b=2.0))
    history = changes.build_history(table(a=1.0, b=2.0))  # as committed last
    assert [row["variant"] for row in history["changes"]] == ["b"]
    assert [(version["rows"], version["changed"]) for version in history["versions"]] == [
        (2, 1),
        (1, 1),
    ]
    assert history["since"]["commit"] == history["versions"][1]["commit"]
    history = changes.build_history(table(a=1.5, b=2.0))
    [row] = history["changes"]
    assert (row["variant"], row["mean_before"], row["mean"]) == ("a", 1.0, 1.5)


def test_a_version_whose_column_was_called_board_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    commit(tmp_path, table(a=1.0, b=2.0).rename(columns={"track": "board"}))
    commit(tmp_path, table(a=1.5, b=2.0))
    history = changes.build_history(table(a=1.5, b=2.0))
    assert [version["rows"] for version in history["versions"]] == [2, 2]
    [row] = history["changes"]
    assert (row["variant"], row["mean_before"], row["mean"]) == ("a", 1.0, 1.5)


@pytest.mark.parametrize("column", ["track", "board"])
def test_rows_of_an_unknown_track_are_left_out(column):
    older = table(a=1.0).rename(columns={"track": column}).assign(**{column: "no_such_track"})
    assert changes.extract_headlines(older).empty


def test_an_older_table_may_lack_columns():
    older = table(a=1.0).drop(columns=["fid_low", "fid_high"])
    bare = changes.extract_headlines(older)
    [row] = changes.find_changes(changes.extract_headlines(table(a=2.0)), bare)
    assert row["kind"] == "beyond"


def test_the_page_shows_each_change(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    commit(tmp_path, table(a=1.0, gone=2.0))
    page = load_templates(REPOSITORY / "site").get_template("changes.md")
    history = changes.build_history(table(a=1.25))
    text = page.render(root="", metrics=display.metric_titles(), history=history)
    digits = display.metric_titles()["fid"].digits
    assert f"<td>{1:.{digits}f}</td> <td>{1.25:.{digits}f}</td> <td>within its previous" in text
    assert '<th scope="row">gone</th> <td>FID</td>' in text and "<td>removed</td>" in text
