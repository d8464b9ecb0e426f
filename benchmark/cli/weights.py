"""The commands that publish trained weights, and fetch published ones.

Each imports its modules when it runs, so that help and completion answer at once.
"""

from typing import Annotated

import typer

from benchmark.cli.app import TOOLS, app, show_examples
from benchmark.cli.completion import complete_row
from benchmark.cli.stages import load_checked_params


@app.command(rich_help_panel=TOOLS, epilog=show_examples("publish"))
def publish() -> None:
    """Write the weights of all rows made here to weights/, for any static host.

    The folder is a DVC remote with an index. It has the weights of the first seed of each row.
    Rows of earlier code or settings, and weights other than those of a record, are left out.
    """
    from benchmark.pipeline.published import publish_weights
    from benchmark.pipeline.recipes import write_recipes

    params = load_checked_params()
    write_recipes(params)
    publish_weights(params)


@app.command(
    rich_help_panel=TOOLS,
    epilog=show_examples(
        "fetch digits-dcgan --from https://example.org/weights",
        "fetch digits-dcgan ring8-wgan",
    ),
)
def fetch(
    rows: Annotated[
        list[str],
        typer.Argument(
            metavar="ROW",
            help="Rows, such as digits-dcgan.",
            autocompletion=complete_row,
            show_default=False,
        ),
    ],
    address: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="URL",
            envvar="GAN_BENCHMARK_WEIGHTS",
            help="Address of the folder that `gan-benchmark publish` wrote.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Fetch published weights, to sample from rows without training them.

    They are checked and stored in fetched/. `sample` and `apply` use them for rows that are not
    trained here, and the page Play of a site that is built afterwards shows them.
    """
    from benchmark.pipeline.fetch import fetch_rows

    fetch_rows(rows, address)
