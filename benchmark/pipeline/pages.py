"""Build the pages after all runs: the tables of the report, and the web site."""

from benchmark.common.interruption import Interruption
from benchmark.common.messages import stop
from benchmark.pipeline.child import Child, ChildFailed
from benchmark.pipeline.dvc_stages import commit_stages


def build_pages(stages: list[str], interruption: Interruption) -> None:
    """Run the stages of the pages in this folder, each in a child process, and commit them.

    Exits with one line if a stage fails.

    Args:
        stages: report, site or both, in this order.
        interruption: the signal that was received, if any; a signal ends the child.
    """
    for stage in stages:
        child = Child(build_page, (stage,))
        interruption.on_signal = child.end
        if interruption.number:  # received before the child was known
            child.end()
        try:
            child.wait(lambda line: print(line, flush=True))
        except ChildFailed:
            if not interruption.number:
                stop(f"{stage} failed with status {child.process.exitcode}")
        if interruption.number:
            return
    if stages:
        commit_stages(["recipes", *stages])


def build_page(stage: str) -> None:
    """Run the stage report or site."""
    # imported here, as only the child needs them
    from benchmark.pipeline.steps import read_params
    from benchmark.reporting.report import write_tables
    from benchmark.website.site import build_site

    {"report": write_tables, "site": build_site}[stage](read_params())
