"""Progress of a long step, for the terminal or for a log."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

PLAIN_SECONDS = 5  # minimum time between two lines without a terminal


class ProgressBar:
    """Show the progress of a step: a bar on a terminal, plain lines elsewhere; on stderr.

    Args:
        title: name of the step.
        total: total number of units.
        unit: singular noun for a unit, such as ``image``.
    """

    def __init__(self, title: str, *, total: int, unit: str) -> None:
        self.title, self.total, self.unit = title, total, unit
        self.done = 0
        self.started = self.printed_at = time.monotonic()
        self.console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self.bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TimeRemainingColumn(compact=True),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self.task = self.bar.add_task(title, total=total)

    def __enter__(self) -> "ProgressBar":
        self.bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bar.stop()

    def advance(self, count: int) -> None:
        """Count more units as done; without a terminal, print a line every few seconds."""
        self.done += count
        self.bar.update(self.task, completed=self.done)
        now = time.monotonic()
        if not self.console.is_terminal and now - self.printed_at > PLAIN_SECONDS:
            self.printed_at = now
            left = (now - self.started) * (self.total - self.done) / self.done
            self.console.print(
                f"{self.title}: {self.unit} {self.done} of {self.total}, {left:.0f} s left",
                soft_wrap=True,
            )
