"""Progress of a run in training: a bar on a terminal, lines of text elsewhere."""

import time
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

from benchmark.config import Run

LINE_SECONDS = 5  # minimum time between two lines without a terminal


class Progress:
    """Shows the run among all runs, samples seen, losses and time left.

    Args:
        run: the run in training.
        runs: all runs of params.yaml.
        budget: samples of the whole run.
        samples_seen: samples seen before the run was resumed.
    """

    def __init__(self, run: Run, runs: list[Run], budget: int, samples_seen: int) -> None:
        self.title = f"run {runs.index(run) + 1} of {len(runs)}: {run}"
        self.budget = budget
        self.resumed_at = samples_seen
        self.started = self.printed_at = time.monotonic()
        self.bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TaskProgressColumn(),
            TimeRemainingColumn(compact=True),
        )
        self.task = self.bar.add_task(self.title, total=budget, completed=samples_seen)
        self.losses = Text(style="dim", no_wrap=True, overflow="ellipsis")
        self.console = Console(highlight=False)
        self.live = Live(Group(self.bar, self.losses), console=self.console)

    def __enter__(self) -> "Progress":
        if self.console.is_terminal:
            self.live.start()
        elif self.resumed_at:
            line = f"{self.title}: resumed at sample {self.resumed_at} of {self.budget}"
            print(line, flush=True)
        return self

    def show(self, samples_seen: int, losses: dict[str, float]) -> None:
        """Update the bar, or print a line if the last one is older than ``LINE_SECONDS``."""
        text = "  ".join(f"{name} {value:.3g}" for name, value in losses.items())
        now = time.monotonic()
        if self.console.is_terminal:
            self.bar.update(self.task, completed=samples_seen)
            self.losses.plain = f"  sample {samples_seen}  {text}"
        elif now - self.printed_at > LINE_SECONDS or samples_seen >= self.budget:
            self.printed_at = now
            seen = max(samples_seen - self.resumed_at, 1)
            left = (now - self.started) * (self.budget - samples_seen) / seen
            place = f"sample {samples_seen} of {self.budget}, {left:.0f} s left"
            print(f"{self.title}: {place}  {text}", flush=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.console.is_terminal:
            self.live.stop()
