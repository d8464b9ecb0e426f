"""The parts of `make repro` that are timed, and their table in README.md."""

import pytest

from benchmark import config
from benchmark.config.selection import select_runs
from tests.performance import repro_time

SETTINGS = config.load_params()


def test_a_plain_run_is_timed_first_and_then_small_leaderboards_of_other_tracks() -> None:
    (plain, none), *others = repro_time.list_parts(SETTINGS).items()
    assert none == [] and repro_time.command_of(none) == ["make", "repro"]
    assert plain.split() == list(dict.fromkeys(run.dataset for run in select_runs(SETTINGS)))
    timed = [name for _, leaderboards in others for name in leaderboards]
    assert sorted(timed) == sorted(repro_time.SMALL) and not {*timed} & {*plain.split()}
    for track, leaderboards in others:
        assert {SETTINGS.datasets[name] for name in leaderboards} == {track}
        assert repro_time.command_of(leaderboards)[2:] == [f"LEADERBOARDS={' '.join(leaderboards)}"]


def test_the_table_of_the_readme_has_a_column_for_each_part(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    repro_time.README.write_text("before\n<!-- time -->\nold\n<!-- /time -->\nafter\n")
    repro_time.into_readme(
        {
            "tracks": {"digits ring8": {"minutes": 12.34}, "text_to_image": {"minutes": 3}},
            "seconds_when_up_to_date": {"make_repro": 6},
            "hardware": {"cores": 2},
        }
    )
    before, *rows, after = repro_time.README.read_text().splitlines()
    assert (before, after) == ("before", "after")
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[1:-1]]
    assert cells[0] == ["minutes on 2 cores", "digits+ring8", "text to image", "no-op rerun"]
    assert cells[2] == ["", "12.3", "3.0", "0.1"]
