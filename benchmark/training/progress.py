"""Progress of a run in training: a bar on a terminal, lines of text elsewhere."""

import time
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

from benchmark.config import Budget, Run

LINE_SECONDS = 5  # minimum time between two lines without a terminal


class Progress:
    """Shows the run among all runs, the completed part of the budget, losses and time left.

    Args:
        run: the run in training.
        runs: those that are made by default, and those of its row.
        budget: of the whole run.
        completed: part of the budget completed before the run was resumed.
    """

    def __init__(self, run: Run, runs: list[Run], budget: Budget, completed: int) -> None:
        self.title = f"run {runs.index(run) + 1} of {len(runs)}: {run}"
        self.budget = budget
        self.resumed_at = completed
        self.started = self.printed_at = time.monotonic()
        self.bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TaskProgressColumn(),
            TimeRemainingColumn(compact=True),
        )
        self.task = self.bar.add_task(self.title, total=budget.amount, completed=completed)
        self.losses = Text(style="dim", no_wrap=True, overflow="ellipsis")
        self.console = Console(highlight=False)
        self.live = Live(Group(self.bar, self.losses), console=self.console)

    def __enter__(self) -> "Progress":
        if self.console.is_terminal:
            self.live.start()
        elif self.resumed_at:
            print(f"{self.title}: resumed at {self.describe(self.resumed_at)}", flush=True)
        return self

    def describe(self, completed: int) -> str:
        """Name a completed part of the budget, such as ``update 200 of 2500``."""
        unit = "update" if self.budget.unit == "updates" else "sample"
        return f"{unit} {completed} of {self.budget.amount}"

    def show(self, completed: int, losses: dict[str, float]) -> None:
        """Update the bar, or print a line if the last one is older than ``LINE_SECONDS``."""
        text = "  ".join(f"{name} {value:.3g}" for name, value in losses.items())
        now = time.monotonic()
        if self.console.is_terminal:
            self.bar.update(self.task, completed=completed)
            self.losses.plain = f"  {self.describe(completed)}  {text}"
        elif now - self.printed_at > LINE_SECONDS or completed >= self.budget.amount:
            self.printed_at = now
            done = max(completed - self.resumed_at, 1)
            left = (now - self.started) * (self.budget.amount - completed) / done
            place = f"{self.describe(completed)}, {left:.0f} s left"
            print(f"{self.title}: {place}  {text}", flush=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.console.is_terminal:
            self.live.stop()
