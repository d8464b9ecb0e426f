"""The command that publishes trained weights."""

from benchmark.cli.app import TOOLS, app, show_examples
from benchmark.cli.stages import load_checked_params


@app.command(rich_help_panel=TOOLS, epilog=show_examples("publish"))
def publish() -> None:
    """Write the weights of all rows made here to weights/, for any static host.

    The folder is a DVC remote with an index. It has the weights of the first seed of each row.
    """
    from benchmark.pipeline.published import publish_weights

    publish_weights(load_checked_params())
