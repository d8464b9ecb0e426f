"""Random samples of recorded rows."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmark.config import Params, Run
from benchmark.studies.verify_sample import choose_runs, compute_duration, fill_time, read_seconds
from tests.benchmark.records.conftest import change_recorded_rate
from tests.command import error_line

SEEDS = range(20)


def make_costs(datasets: int = 5, variants: int = 8) -> dict[Run, float]:
    """Runs of several leaderboards, of 10 to 100 seconds."""
    seconds = np.random.default_rng(0).uniform(10, 100, (datasets, variants)).tolist()
    return {
        Run("images", f"data_{dataset}", f"gan_{variant}", 0): seconds[dataset][variant]
        for dataset in range(datasets)
        for variant in range(variants)
    }


@pytest.mark.parametrize("jobs", [1, 2, 7])
def test_the_longest_run_and_the_mean_load_bound_the_duration(jobs: int) -> None:
    costs = list(make_costs().values())
    mean = sum(costs) / jobs
    assert max(mean, max(costs)) <= compute_duration(costs, jobs) <= mean + max(costs)
    assert compute_duration([3, 3, 2, 2, 2], 2) == 7  # by hand: 3 + 2 + 2 and 3 + 2
    assert compute_duration(costs, len(costs)) == max(costs)


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_time_is_filled_and_not_exceeded(jobs: int) -> None:
    costs = make_costs()
    for seed in SEEDS:
        chosen = fill_time(costs, seconds=600, jobs=jobs, seed=seed)
        assert len(set(chosen)) == len(chosen)
        assert compute_duration([costs[run] for run in chosen], jobs) <= 600
        rest = costs.keys() - {*chosen}
        assert all(
            compute_duration([costs[each] for each in [*chosen, run]], jobs) > 600 for run in rest
        )


def test_each_leaderboard_comes_first() -> None:
    costs = make_costs()
    longest = [
        max(cost for run, cost in costs.items() if run.dataset == f"data_{n}") for n in range(5)
    ]
    for seed in SEEDS:
        chosen = fill_time(costs, seconds=sum(longest), jobs=1, seed=seed)
        assert len({run.dataset for run in chosen}) == 5
    # where the time is short, rows of as many leaderboards as fit
    chosen = fill_time(costs, seconds=30, jobs=1, seed=0)
    assert len({run.dataset for run in chosen}) == len(chosen) > 0
    assert fill_time(costs, seconds=1, jobs=1, seed=0) == []


def test_a_seed_fixes_the_sample() -> None:
    costs = make_costs()
    other = dict(reversed(costs.items()))
    samples = [tuple(fill_time(costs, seconds=300, jobs=2, seed=seed)) for seed in SEEDS]
    again = [tuple(fill_time(other, seconds=300, jobs=2, seed=seed)) for seed in SEEDS]
    assert samples == again and len(set(samples)) > len(SEEDS) / 2
    counts = np.unique([run.name for sample in samples for run in sample], return_counts=True)[1]
    assert len(counts) == len(costs), "each row has a chance"


def test_rows_with_records_are_chosen(recorded: Params, capsys) -> None:
    shutil.rmtree("results/images/digits/wgan")
    runs = choose_runs(recorded, minutes=1, jobs=2)
    assert {run.row for run in runs} == recorded.rows.keys() - {"digits-wgan"}
    assert {run.seed for run in runs} == {0} and {read_seconds(run) for run in runs} == {1.0}
    head, *lines = capsys.readouterr().out.splitlines()
    assert head == "7 of 7 recorded rows, sample 0: about 0.1 minutes by their records, 2 at a time"
    assert lines[:-1] == [f"  {run}: 1 s" for run in runs]
    made = "data and feature spaces are made first, in further time"
    assert lines[-1] == f"{made}: digits, grammar, moving_digits, ring8"


def test_rows_of_other_settings_are_left_out(recorded: Params, capsys) -> None:
    change_recorded_rate(recorded.rows["digits-wgan"][0], 0.5)
    runs = choose_runs(recorded, minutes=1, jobs=2)
    assert {run.row for run in runs} == recorded.rows.keys() - {"digits-wgan"}
    first = capsys.readouterr().out.splitlines()[0]
    assert first == "1 of 8 rows left out, recorded with other settings"
    for runs in recorded.rows.values():
        change_recorded_rate(runs[0], 0.5)
    line = error_line(capsys, lambda: choose_runs(recorded, minutes=1, jobs=2))
    assert line == (
        "results: expected records of rows, got 8 of other settings; run gan-benchmark record"
    )


def test_optional_leaderboards_need_their_data(recorded: Params) -> None:
    section = recorded.tracks["images"]
    block = section.datasets["digits"].model_copy(update={"optional": True})
    section = section.model_copy(update={"datasets": {"digits": block}})
    params = recorded.model_copy(update={"images": section})
    runs = choose_runs(params, minutes=1, jobs=2)
    assert "digits" not in {run.dataset for run in runs} and len(runs) == 6
    for folder in ("data", "features"):
        (Path(folder) / "digits").mkdir(parents=True)
    assert len(choose_runs(params, minutes=1, jobs=2)) == 8


def test_optional_rows_need_no_data_if_their_leaderboard_has_others(recorded: Params) -> None:
    section = recorded.tracks["images"]
    block = section.datasets["digits"].model_copy(update={"optional": ["wgan"]})
    section = section.model_copy(update={"datasets": {"digits": block}})
    params = recorded.model_copy(update={"images": section})
    assert "digits-wgan" in {run.row for run in choose_runs(params, minutes=1, jobs=2)}


def test_no_record_and_too_short_a_time_are_one_line(recorded: Params, capsys) -> None:
    line = error_line(capsys, lambda: choose_runs(recorded, minutes=0.01, jobs=2))
    assert line == (
        "--minutes: expected at least 0.017, the time of the shortest row, got 0.01; give more"
    )
    for track in recorded.tracks:
        shutil.rmtree(Path("results") / track)
    line = error_line(capsys, lambda: choose_runs(recorded, minutes=1, jobs=2))
    assert line == "results: expected records of rows, got none; run gan-benchmark record"
