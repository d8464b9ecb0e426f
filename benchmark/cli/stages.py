"""The commands that run stages of the pipeline.

Each imports its modules when it runs, so that help and completion answer at once.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from benchmark.cli.app import STAGES, app, show_examples
from benchmark.cli.arguments import CORES, Dataset, Jobs, OneSeed, Row, RunsPerGpu
from benchmark.cli.completion import complete_dataset, complete_row, complete_track
from benchmark.common.packages import SITE_MODULES, require_packages

if TYPE_CHECKING:
    from benchmark.config import Params


@app.command(rich_help_panel=STAGES, epilog=show_examples("check"))
def check() -> None:
    """Check params.yaml and the records, and bring rows.yaml up to date.

    Each mistake is one line. A folder or a file that params.yaml names, and that is missing or
    empty, is a mistake too. Files are looked up by name, so that large folders take seconds.
    Records in results/ have to be complete, finite and small, and to name no machine.
    """
    from benchmark import config
    from benchmark.data.prepare import check_files
    from benchmark.pipeline.rows import write_rows
    from benchmark.records.check import check_records

    params = config.load_params()
    check_files(params)
    changed = "; rows.yaml is updated" if write_rows(params) else ""
    count = len(params.list_runs())
    optional = len(params.runs) - count
    more = f", and {optional} of optional rows" if optional else ""
    print(f"params.yaml is valid: {count} runs{more}{changed}")
    count = check_records(params)
    print(f"results/ is valid: {count} record{'s' * (count != 1)}")


@app.command(
    rich_help_panel=STAGES,
    epilog=show_examples(
        "repro --jobs 2",
        "repro --track toy --leaderboard digits --row renderings-stargan",
        "repro --scheduler tcp://10.0.0.1:8786",
    ),
)
def repro(
    track: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TRACK",
            help="Run all leaderboards of this track; repeatable.",
            autocompletion=complete_track,
        ),
    ] = None,
    leaderboard: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DATASET",
            help="Run all rows of this leaderboard; repeatable.",
            autocompletion=complete_dataset,
        ),
    ] = None,
    row: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROW",
            help="Run this row; repeatable.",
            autocompletion=complete_row,
        ),
    ] = None,
    jobs: Jobs = CORES,
    runs_per_gpu: RunsPerGpu = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Address of a running Dask scheduler, such as tcp://10.0.0.1:8786.",
            show_default="a cluster on this machine",
        ),
    ] = None,
    record: Annotated[
        bool,
        typer.Option("--record", help="Write the results of all rows made here to results/."),
    ] = False,
) -> None:
    """Run all outdated stages, several at a time: one run per core, or one per GPU.

    --track, --leaderboard and --row select rows; without them, all but the optional rows run. The
    stages that all rows share always run: recipes, theory, report and site. Interrupted runs resume
    from their last checkpoint.
    """
    require_packages(SITE_MODULES)

    from benchmark.pipeline.repro import reproduce

    reproduce(
        jobs=jobs,
        tracks=track or (),
        leaderboards=leaderboard or (),
        rows=row or (),
        scheduler=scheduler,
        runs_per_gpu=runs_per_gpu,
        is_recorded=record,
    )


@app.command(rich_help_panel=STAGES, epilog=show_examples("restamp --jobs 2"))
def restamp(jobs: Jobs = CORES) -> None:
    """Accept a change of code that changes no result, without training all rows again.

    It runs the stages that only a change of code has made outdated once more, of each row one seed,
    in a temporary folder. Where all outputs are equal, the existing ones count as those of the new
    code. The exit status is 1 if any output differs.
    """
    from benchmark.pipeline.restamp import restamp

    if not restamp(jobs=jobs):
        raise typer.Exit(1)


@app.command(rich_help_panel=STAGES, epilog=show_examples("recipes"))
def recipes() -> None:
    """Write the settings and code fingerprints of each stage to recipes/."""
    from benchmark import config
    from benchmark.pipeline.recipes import check_rows, write_recipes

    params = config.load_params()
    check_rows(params)
    print(f"{len(write_recipes(params))} recipes")


def load_checked_params() -> "Params":
    """Load params.yaml without validating it again, if the stage `recipes` has done so."""
    from benchmark import config
    from benchmark.pipeline.recipes import are_current

    return config.load_params(is_checked=are_current)


@app.command(rich_help_panel=STAGES, epilog=show_examples("prepare digits"))
def prepare(dataset: Dataset) -> None:
    """Write a data set to data/, and download it first where necessary."""
    from benchmark.data.prepare import prepare

    prepare(dataset, load_checked_params())


@app.command(rich_help_panel=STAGES, epilog=show_examples("features digits"))
def features(dataset: Dataset) -> None:
    """Train the classifier of a data set, and embed its real images in its feature space."""
    from benchmark.features.features import compute_features

    compute_features(dataset, load_checked_params())


@app.command(rich_help_panel=STAGES, epilog=show_examples("references digits"))
def references(dataset: Dataset) -> None:
    """Score the reference rows of a data set, such as held-out images and noise."""
    from benchmark.evaluation.references import references

    references(dataset, load_checked_params())


@app.command(
    rich_help_panel=STAGES, epilog=show_examples("train digits-dcgan", "train ring8-wgan --seed 0")
)
def train(row: Row, seed: OneSeed = None) -> None:
    """Train the runs of a row, one seed after another."""
    from benchmark.config.selection import find_row
    from benchmark.training.train import train_row

    settings = load_checked_params()
    train_row(find_row(row, settings, seed=seed), settings)


@app.command(
    rich_help_panel=STAGES,
    epilog=show_examples("evaluate digits-dcgan", "evaluate ring8-wgan --seed 0"),
)
def evaluate(row: Row, seed: OneSeed = None) -> None:
    """Score the trained runs of a row."""
    from benchmark.config.selection import find_row
    from benchmark.evaluation.evaluate import evaluate

    settings = load_checked_params()
    for run in find_row(row, settings, seed=seed):
        evaluate(run, settings)


@app.command(rich_help_panel=STAGES, epilog=show_examples("sensitivity digits"))
def sensitivity(dataset: Dataset) -> None:
    """Score real images under known damage, to learn which metrics notice it."""
    from benchmark.studies.sensitivity import write_sensitivity

    write_sensitivity(dataset, load_checked_params())


@app.command(rich_help_panel=STAGES, epilog=show_examples("theory"))
def theory() -> None:
    """Compare predictions of GAN theory with measurements."""
    from benchmark.studies.theory import write_theory

    write_theory()


@app.command(rich_help_panel=STAGES, epilog=show_examples("report"))
def report() -> None:
    """Write the tables: scores, leaderboards, comparisons and claims."""
    from benchmark.reporting.report import write_tables

    write_tables(load_checked_params())


@app.command(rich_help_panel=STAGES, epilog=show_examples("site"))
def site() -> None:
    """Build the web site in public/ from the tables and the runs."""
    require_packages(SITE_MODULES)

    from benchmark.website.site import build_site

    build_site(load_checked_params())
