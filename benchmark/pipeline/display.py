"""Show the lines of parallel tasks: one row a task on a terminal, lines of text elsewhere."""

import re
from types import TracebackType

from rich.console import Console
from rich.progress import Progress, TaskID, TextColumn
from rich.table import Column

from benchmark.pipeline.plan import Task

NUMBER = re.compile(r"run \d+ of \d+(?=: )")  # of a run among those of rows.yaml


class Display:
    """Shows the last line of each running task, and the number of finished runs.

    Lines of runs count the planned runs, not all that are made by default.

    Args:
        tasks: all tasks.
    """

    def __init__(self, tasks: list[Task]) -> None:
        self.titles = {task.title: task for task in tasks}
        runs = [task.title for task in tasks if task.run]
        self.total, self.finished = len(runs), 0
        self.numbers = {
            title: f"run {number} of {self.total}" for number, title in enumerate(runs, 1)
        }
        self.rows: dict[str, TaskID] = {}
        self.console = Console(highlight=False)
        self.bar = Progress(
            # a row shows the last line of a task, the last row the number of finished runs
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self.count = self.bar.add_task("")
        self._show_count()

    def __enter__(self) -> "Display":
        self.bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bar.stop()

    def show_event(self, event: dict[str, str]) -> None:
        """Show a line of a task, if it says how far the task is.

        Args:
            event: the line and the title of its task.
        """
        title, line = event["title"], event["line"]
        task = self.titles.get(title)
        if task is None or (task.run and not line.startswith(("run ", f"{title}:"))):
            return
        if task.run:
            line = NUMBER.sub(self.numbers[title], line, count=1)
        if not self.console.is_terminal:
            print(line, flush=True)
            return
        if title not in self.rows:
            self.rows[title] = self.bar.add_task(title)
        self.bar.update(self.rows[title], description=f"  {line.strip()}")

    def finish_task(self, task: Task) -> None:
        """Remove the row of a task and count it if it is a run."""
        del self.titles[task.title]
        if task.title in self.rows:
            self.bar.remove_task(self.rows.pop(task.title))
        self.finished += task.run is not None
        self._show_count()

    def print_line(self, line: str) -> None:
        """Print a line above the rows."""
        self.console.print(line, soft_wrap=True)

    def _show_count(self) -> None:
        self.bar.update(self.count, description=f"{self.finished} of {self.total} runs done")
