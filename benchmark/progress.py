"""What a cell shows while it trains: a bar on a terminal, plain lines elsewhere."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import (
    Progress as Bar,
)

from benchmark.params import Cell

PLAIN_SECONDS = 5  # between two lines where there is no terminal


class Progress:
    """Which cell of how many, images seen, the losses and the time left.

    Args:
        cell: the cell in training.
        cells: all cells of the parameters.
        budget: images that the cell will see.
        seen: images it has seen already.
    """

    def __init__(self, cell: Cell, cells: list[Cell], budget: int, seen: int) -> None:
        self.title = f"cell {cells.index(cell) + 1} of {len(cells)}: {cell}"
        self.budget = budget
        self.console = Console(highlight=False)
        self.started = self.shown = time.monotonic()
        self.first = seen
        self.bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[losses]}"),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self.task = self.bar.add_task(self.title, total=budget, completed=seen, losses="")

    def __enter__(self) -> "Progress":
        self.bar.start()
        if not self.console.is_terminal and self.first:
            print(f"{self.title}: going on at image {self.first} of {self.budget}", flush=True)
        return self

    def show(self, seen: int, losses: dict[str, float]) -> None:
        """Update the bar, or print a line if the last one is a while ago."""
        text = "  ".join(f"{name} {value:.3g}" for name, value in losses.items())
        self.bar.update(self.task, completed=seen, losses=text)
        now = time.monotonic()
        if not self.console.is_terminal and (
            now - self.shown > PLAIN_SECONDS or seen >= self.budget
        ):
            self.shown = now
            left = (now - self.started) * (self.budget - seen) / max(seen - self.first, 1)
            print(
                f"{self.title}: image {seen} of {self.budget}, {left:.0f} s left  {text}",
                flush=True,
            )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bar.stop()
