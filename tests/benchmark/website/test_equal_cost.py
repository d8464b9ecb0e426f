"""Ranks at equal updates, samples seen and seconds."""

import csv
import math

import numpy as np
import pytest

from benchmark.config import Run
from benchmark.website.equal_cost import COSTS, interpolate, rank_at_equal_costs
from tests.command import error_line


def write_run(run, *, batches, seconds, scores):
    """Write a run of 100 updates with four snapshots; an update takes ``batches`` of 8 images."""
    updates = [25, 50, 75, 100]
    seen = [8 * batches * update for update in updates]
    times = [(u, s, seconds * u / 100) for u, s in zip(updates, seen, strict=True)]
    for file, head, rows in (
        (run.trajectory, ("samples_seen", "fid"), zip(seen, scores, strict=True)),
        (run.trained / "times.csv", COSTS, times),
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", newline="") as opened:
            csv.writer(opened).writerows([head, *rows])


@pytest.fixture
def rows(tmp_path, monkeypatch):
    """One variant that is better at equal updates, with two batches an update and a slow step."""
    monkeypatch.chdir(tmp_path)
    names = ("one_batch", "two_batches")
    runs = {name: [Run("images", "digits", name, seed) for seed in (0, 1)] for name in names}
    for seed in (0, 1):
        shift = 0.01 * seed
        first = [10 + shift, 8 + shift, 6 + shift, 4 + shift]
        second = [9 + shift, 6 + shift, 4 + shift, 3 + shift]
        write_run(runs["one_batch"][seed], batches=1, seconds=10, scores=first)
        write_run(runs["two_batches"][seed], batches=2, seconds=30, scores=second)
    return runs


def test_order_depends_on_the_cost(rows):
    updates, samples, seconds = rank_at_equal_costs(rows, "fid")
    assert [e.cost for e in (updates, samples, seconds)] == list(COSTS)
    assert (updates.amount, samples.amount, seconds.amount) == (100, 800, 10)
    assert updates.ranks == {"one_batch": (2, 2), "two_batches": (1, 1)}
    # 800 images are 50 updates of the second variant; 10 seconds are 33, between two snapshots
    assert samples.scores == pytest.approx({"one_batch": 4.005, "two_batches": 6.005})
    expected = 9.005 + (100 / 3 - 25) / 25 * (6 - 9)
    assert seconds.scores == pytest.approx({"one_batch": 4.005, "two_batches": expected})
    assert samples.ranks == seconds.ranks == {"one_batch": (1, 1), "two_batches": (2, 2)}


def test_variant_without_a_snapshot_has_no_rank(rows):
    write_run(rows["two_batches"][0], batches=2, seconds=1000, scores=[1, 1, 1, 1])
    write_run(rows["two_batches"][1], batches=2, seconds=1000, scores=[1, 1, 1, 1])
    *_, seconds = rank_at_equal_costs(rows, "fid")
    assert math.isnan(seconds.scores["two_batches"]) and set(seconds.ranks) == {"one_batch"}


def test_fewer_than_two_rows_have_no_order(rows):
    assert rank_at_equal_costs({"one_batch": rows["one_batch"]}, "fid") == []
    assert rank_at_equal_costs({"one_batch": rows["one_batch"], "two_batches": []}, "fid") == []


def test_scores_are_interpolated_between_snapshots_only():
    amounts, scores = np.array([10.0, 20.0]), np.array([4.0, 2.0])
    assert interpolate(amounts, scores, 15.0) == 3
    assert math.isnan(interpolate(amounts, scores, 9.0))
    assert math.isnan(interpolate(amounts, scores, 21.0))


@pytest.mark.parametrize("content", ["", "25,200,nan\n", "25,200,much\n"])
def test_damaged_times_are_one_line(rows, capsys, content):
    file = rows["one_batch"][0].trained / "times.csv"
    file.write_text("updates,samples_seen,seconds\n" + content)
    line = error_line(capsys, lambda: rank_at_equal_costs(rows, "fid"))
    assert line.startswith(f"{file}: expected a table of numbers, got a damaged file")
