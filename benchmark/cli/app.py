"""The application `gan-benchmark`, its version and its messages."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Annotated

import typer

import benchmark
from benchmark.common.messages import stop
from benchmark.common.paths import report_refusals

NAME = "gan-benchmark"
STAGES, TOOLS = "Stages", "Tools"  # panels of the help

app = typer.Typer(
    name=NAME,
    help=(
        "Train, score and compare generative adversarial networks.\n\n"
        "A leaderboard is the table of one data set, such as `digits`. A row of it is a variant"
        " on this data set with all seeds, such as `digits-dcgan`. A track, such as `images`, has"
        " leaderboards of one kind of task. params.yaml lists all of them."
    ),
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


def show_examples(*arguments: str) -> str:
    """Render examples for the end of the help of a command."""
    return "\n\n".join(["Examples:", *(f"$ {NAME} {line}" for line in arguments)])


def print_version(is_requested: bool) -> None:
    """Print the version and exit if the option was given."""
    if is_requested:
        print(f"{NAME} {benchmark.__version__}")
        raise typer.Exit()


@app.callback()
def accept_version(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Accept options before the command."""


def describe_mistake(error: typer.TyperException) -> str:
    """Describe a mistake on the command line: the command, the problem, what to do."""
    context = getattr(error, "ctx", None)  # only usage errors have it
    path = context.command_path if context else NAME
    problem = " ".join(error.format_message().split()).rstrip(".").replace(". Did", "; did")
    line = f"{path}: {problem[:1].lower()}{problem[1:]}"
    return line if line.endswith("?") else f"{line}; see {path} --help"


@contextmanager
def flush_output() -> Iterator[None]:
    """Flush the output after the block.

    Raises:
        OSError: the output cannot be written; the rest of it is dropped.
    """
    try:
        yield
    finally:
        try:
            sys.stdout.flush()
        except OSError:
            # otherwise Python writes the rest at its end, and fails again
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; exit with one line and status 2 if its arguments are wrong.

    Args:
        arguments: the arguments, by default those of the process.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # characters that a terminal lacks are escaped
            stream.reconfigure(errors="backslashreplace")
    try:
        with report_refusals(), flush_output():
            status = app(words or ["--help"], prog_name=NAME, standalone_mode=False)
    except typer.TyperException as error:
        stop(describe_mistake(error), status=error.exit_code)
    if status:
        raise SystemExit(status)
