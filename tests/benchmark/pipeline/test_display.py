"""Lines of parallel tasks."""

import pytest

from benchmark.config import Run
from benchmark.pipeline.display import Display
from benchmark.pipeline.plan import Task

RUNS = [Run("images", "digits", "my_gan", seed) for seed in range(3)]
TASKS = [Task("digits", ()), *(Task(str(run), (), run=run) for run in RUNS)]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            f"run 59 of 440: {RUNS[1]}: update 42 of 2500",
            f"run 2 of 3: {RUNS[1]}: update 42 of 2500",
        ),
        (f"{RUNS[1]}: healthy; fid 4.2", f"{RUNS[1]}: healthy; fid 4.2"),
        ("a warning of a library", None),
    ],
)
def test_lines_of_runs_count_the_planned_runs(capsys, line: str, shown: str | None) -> None:
    display = Display(TASKS)
    display.show_event({"title": str(RUNS[1]), "line": line})
    assert capsys.readouterr().out == (f"{shown}\n" if shown else "")


def test_the_number_of_a_run_stays_when_others_are_finished(capsys) -> None:
    display = Display(TASKS)
    display.finish_task(TASKS[0])
    display.finish_task(TASKS[1])
    display.show_event({"title": str(RUNS[2]), "line": f"run 60 of 440: {RUNS[2]}: update 1 of 9"})
    assert capsys.readouterr().out == f"run 3 of 3: {RUNS[2]}: update 1 of 9\n"
