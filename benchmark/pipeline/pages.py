"""Build the pages after all runs: the tables of the report, and the web site."""

from collections.abc import Collection

from benchmark.common.interruption import Interruption
from benchmark.common.messages import stop
from benchmark.pipeline.child import Child, ChildFailed
from benchmark.pipeline.dvc_stages import commit_stages


class Pages:
    """Builds the pages in this folder, each stage in a child process, and commits them.

    Args:
        stages: report, site or both, in this order.
        interruption: the signal that was received, if any; a signal ends the child.
        datasets: data sets whose leaderboards are printed; by default all.
    """

    def __init__(
        self, stages: list[str], interruption: Interruption, datasets: Collection[str] = ()
    ) -> None:
        self.stages, self.interruption, self.datasets = stages, interruption, datasets
        self.children: dict[str, Child] = {}

    def start(self) -> None:
        """Start the first stage, while the caller commits what it reads."""
        if self.stages and not self.interruption.number:
            self._start(self.stages[0])

    def finish(self) -> None:
        """Run all stages to their end, and commit them; exit with one line if a stage fails."""
        for stage in self.stages:
            if self.interruption.number:
                return
            child = self.children.get(stage) or self._start(stage)
            try:
                child.wait(lambda line: print(line, flush=True))
            except ChildFailed:
                if not self.interruption.number:
                    stop(f"{stage} failed with status {child.process.exitcode}")
        if self.stages and not self.interruption.number:
            commit_stages(["recipes", *self.stages])

    def _start(self, stage: str) -> Child:
        child = self.children[stage] = Child(build_page, (stage, self.datasets))
        self.interruption.on_signal = child.end
        if self.interruption.number:  # received before the child was known
            child.end()
        return child


def build_page(stage: str, datasets: Collection[str]) -> None:
    """Run the stage report or site; the report prints the leaderboards of data sets."""
    # imported here, as only the child needs them
    from benchmark.pipeline.steps import read_params
    from benchmark.reporting.report import write_tables
    from benchmark.website.site import build_site

    if stage == "report":
        write_tables(read_params(), printed=datasets)
    else:
        build_site(read_params())
