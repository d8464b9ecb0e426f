"""Run the stages of `dvc repro` in parallel: `gan-benchmark repro --jobs 2`.

Plain `dvc repro` runs one stage after another. This command runs outdated data sets, feature spaces
and runs on a Dask cluster, each as soon as its dependencies are done, by the functions that the
stages call, and DVC commits the outputs. The report and the site follow.
"""

from collections.abc import Collection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from benchmark import config
from benchmark.common.interruption import Interruption
from benchmark.common.paths import make_folder
from benchmark.config.selection import select_runs
from benchmark.pipeline import recipes
from benchmark.pipeline.child import start_server
from benchmark.pipeline.dvc_stages import check_pipeline, commit_stages, find_outdated_stages
from benchmark.pipeline.folder import hold_folder
from benchmark.pipeline.pages import Pages
from benchmark.pipeline.plan import list_stages, plan_pages, plan_tasks
from benchmark.pipeline.rows import write_rows

# which pages depend on, whatever rows are made
FOLDERS = "references", "runs", "sensitivity", "theory"
STUDIES = "sensitivity", "theory"  # stages that are no part of a row
STOPPED = "stopped; runs in training are saved, and the same command resumes them"


def reproduce(
    *,
    jobs: int = 1,
    tracks: Collection[str] = (),
    leaderboards: Collection[str] = (),
    rows: Collection[str] = (),
    scheduler: str | None = None,
    runs_per_gpu: int = 1,
    is_recorded: bool = False,
) -> None:
    """Run the outdated stages of the named tracks, data sets and rows.

    By default, all run but those of optional rows. Studies of metrics and of theory run
    unless rows are named: pages then show their copies in results/.

    Exits with one line if a name is unknown, or if another such command runs in this folder. A
    signal saves the runs in training, then it exits.

    Args:
        jobs: number of parallel tasks on this machine.
        tracks: names of tracks.
        leaderboards: names of data sets.
        rows: names of rows, such as digits-dcgan.
        scheduler: address of a Dask scheduler, whose workers run the tasks.
        runs_per_gpu: number of tasks that may share a GPU.
        is_recorded: whether results/ gets the records of all rows made here, and the tables.
    """
    # only checked parameters get recipes
    settings = config.load_params(is_checked=recipes.are_current)
    runs = select_runs(settings, tracks=tracks, leaderboards=leaderboards, rows=rows)
    printed = {run.dataset for run in runs} if tracks or leaderboards or rows else set()
    check_pipeline()
    events: SimpleQueue[Any] = SimpleQueue()
    interruption = Interruption(on_signal=lambda: events.put(None))
    with hold_folder() as session, interruption.defer_signals():
        write_rows(settings, {run.row for run in runs})
        recipe_texts = recipes.write_recipes(settings)
        for name in FOLDERS:
            make_folder(Path(name))
        stages = list_stages(runs)
        while changed := select_stages(find_outdated_stages(), stages, has_studies=not rows):
            interruption.exit_if_interrupted(STOPPED)
            config.load_params()  # of a folder that has changed, only the check knows the images
            if scheduler is None:  # workers may have files that this machine lacks
                from benchmark.data.prepare import check_files  # imported late: it imports torch

                check_files(settings, list_unprepared(settings, changed))
            start_server()  # it imports libraries for seconds, and only children need it
            first, rest = plan_tasks(settings, changed)
            # a new data set makes its runs outdated, which `dvc status` shows only afterwards
            current = {run.dataset for run in runs if run.stage("train") not in changed}
            is_last = not any(task.title in current for task in first)
            planned = plan_pages(changed, first + rest) if is_last else []
            pages = Pages(planned, interruption, printed)
            if first or rest:
                from benchmark.pipeline.session import Session  # imported late: it imports Dask

                running = Session(
                    session,
                    [first, rest],
                    settings,
                    recipe_texts,
                    events,
                    interruption,
                    on_finished=pages.start,
                )
                running.run(scheduler, jobs, runs_per_gpu)
            interruption.exit_if_interrupted(STOPPED)
            if is_last:
                pages.finish()
                break
        else:
            print("everything is up to date")
        interruption.exit_if_interrupted(STOPPED)
        different = compare_with_records(settings, {run.row for run in runs})
        if is_recorded:
            record_results(settings, different)
    if different and not is_recorded:  # whoever records new results replaces the earlier ones
        raise SystemExit(1)


def compare_with_records(settings: config.Params, names: Collection[str]) -> list[str]:
    """Print how rows made here compare with their records; return the different ones."""
    # imported late: it imports SciPy
    from benchmark.studies import reproduction

    rows = reproduction.sort_rows(settings, names)
    compared = reproduction.compare_rows(settings, rows.compared)
    reproduction.print_comparison(settings, rows, compared)
    return [row.row for row in compared if row.verdict == reproduction.DIFFERENT]


def record_results(settings: config.Params, different: Collection[str]) -> None:
    """Record the rows made here, and the tables; they leave the pages as they are.

    Args:
        settings: the parameters.
        different: rows that differ from the records that they replace.
    """
    from benchmark.records.write import print_records, record_rows
    from benchmark.reporting.recording import record_tables

    recorded = record_rows(settings)
    record_tables(settings)
    commit_stages(["report", "site"])  # which read results/
    print_records(settings, recorded)
    if different:
        print(f"they replace records that differ: {', '.join(different)}")


def list_unprepared(settings: config.Params, changed: Collection[str]) -> list[str]:
    """List the data sets whose stage `prepare` is among outdated stages."""
    return [dataset for dataset in settings.datasets if f"prepare@{dataset}" in changed]


def select_stages(
    changed: Collection[str], stages: Collection[str], *, has_studies: bool = True
) -> set[str]:
    """Select the outdated stages that are named, or have no row: all runs share those.

    Args:
        changed: names of outdated stages.
        stages: those that the runs need.
        has_studies: whether to select those of `STUDIES`.
    """
    return {
        name
        for name in changed
        if ("@" not in name or name in stages)
        and (has_studies or name.partition("@")[0] not in STUDIES)
    }
