"""The command that trains rows again and compares them with their records.

It imports its modules when it runs, so that help and completion answer at once.
"""

from typing import Annotated

import typer

from benchmark.cli.app import NAME, TOOLS, app, show_examples
from benchmark.cli.arguments import CORES, Jobs, parse_minutes, whole_number
from benchmark.cli.completion import complete_row
from benchmark.common.messages import stop


@app.command(
    rich_help_panel=TOOLS,
    epilog=show_examples(
        "verify digits-dcgan",
        "verify digits-dcgan-0 ring8-wgan_gp-3 --jobs 2",
        "verify --minutes 10",
    ),
)
def verify(
    rows: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ROW",
            help="Rows, such as digits-dcgan, or single runs of them, such as digits-dcgan-0.",
            autocompletion=complete_row,
            show_default=False,
        ),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            metavar="M",
            parser=parse_minutes,
            help=(
                "Verify a random sample of recorded rows, one seed each, in about this time."
                " Making missing data and feature spaces takes longer."
            ),
        ),
    ] = None,
    sample_seed: Annotated[
        int, typer.Option(metavar="N", parser=whole_number(0), help="Seed of the sample.")
    ] = 0,
    record: Annotated[
        bool,
        typer.Option(
            "--record", help="Store the verdicts in results/bench/verified.csv, for maintainers."
        ),
    ] = False,
    jobs: Jobs = CORES,
) -> None:
    """Train and score rows again, and compare the scores with their records in results/.

    Name rows, or give --minutes. Missing data and feature spaces are made first. The exit status
    is 1 if a run is different. runs/ and results/ do not change; with --record,
    results/bench/verified.csv gets the verdicts on records of the present code and settings.
    """
    if bool(rows) == (minutes is not None):
        got, fix = ("both", "leave one out") if rows else ("neither", "add one of them")
        stop(f"{NAME} verify: expected rows or --minutes, got {got}; {fix}", status=2)

    from benchmark import config
    from benchmark.pipeline import recipes
    from benchmark.studies.verify import find_runs, verify_runs
    from benchmark.studies.verify_sample import choose_runs

    params = config.load_params()
    recipes.write_recipes(params)  # whose settings and code are compared with those of the records
    if minutes is None:
        runs = find_runs(rows or (), params)
    else:
        runs = choose_runs(params, minutes=minutes, jobs=jobs, seed=sample_seed)
    if not verify_runs(params, runs, jobs=jobs, is_recorded=record):
        raise typer.Exit(1)
