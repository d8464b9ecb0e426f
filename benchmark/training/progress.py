"""What a run shows while it trains: a bar on a terminal, plain lines elsewhere."""

import time
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

from benchmark.config import Run

PLAIN_SECONDS = 5  # between two lines where there is no terminal


class Progress:
    """Which run of how many, images seen, the losses and the time left.

    Args:
        run: the run in training.
        runs: all runs of the parameters.
        budget: images that the run will see.
        seen: images it has seen already.
    """

    def __init__(self, run: Run, runs: list[Run], budget: int, seen: int) -> None:
        self.title = f"run {runs.index(run) + 1} of {len(runs)}: {run}"
        self.budget = budget
        self.first = seen
        self.started = self.shown = time.monotonic()
        self.bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TaskProgressColumn(),
            TimeRemainingColumn(compact=True),
        )
        self.task = self.bar.add_task(self.title, total=budget, completed=seen)
        self.losses = Text(style="dim", no_wrap=True, overflow="ellipsis")
        self.console = Console(highlight=False)
        self.live = Live(Group(self.bar, self.losses), console=self.console)

    def __enter__(self) -> "Progress":
        if self.console.is_terminal:
            self.live.start()
        elif self.first:
            print(f"{self.title}: going on at image {self.first} of {self.budget}", flush=True)
        return self

    def show(self, seen: int, losses: dict[str, float]) -> None:
        """Update the bar, or print a line if the last one is a while ago."""
        text = "  ".join(f"{name} {value:.3g}" for name, value in losses.items())
        now = time.monotonic()
        if self.console.is_terminal:
            self.bar.update(self.task, completed=seen)
            self.losses.plain = f"  image {seen}  {text}"
        elif now - self.shown > PLAIN_SECONDS or seen >= self.budget:
            self.shown = now
            left = (now - self.started) * (self.budget - seen) / max(seen - self.first, 1)
            line = f"{self.title}: image {seen} of {self.budget}, {left:.0f} s left  {text}"
            print(line, flush=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.console.is_terminal:
            self.live.stop()
