"""The command `gan-benchmark`: the stages of the pipeline, and tools for sets of images and rows.

A command imports what it runs only when it runs, so that help and completion answer at once.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import benchmark
from benchmark.common.messages import stop

NAME = "gan-benchmark"
STAGES, TOOLS = "Stages", "Tools"  # panels of the help
PARAMS = Path("params.yaml")

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


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def read_tracks() -> dict[str, tuple[list[str], list[str]]]:
    """Track -> its data sets and its variants, by params.yaml as it stands.

    `benchmark.config` takes seconds to import, and refuses a file with a mistake in it. Where the
    file cannot be read there are no tracks.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        sections = mapping(YAML(typ="safe").load(PARAMS.read_text()))
    except (OSError, UnicodeDecodeError, YAMLError):
        return {}
    tracks = {}
    for name, section in sections.items():
        if datasets := mapping(mapping(section).get("datasets")):
            inherited = mapping(sections.get(section.get("variants_from"))).get("variants")
            variants = mapping(inherited) | mapping(section.get("variants"))
            kept = [variant for variant, entry in variants.items() if entry is not None]
            tracks[name] = list(datasets), kept
    return tracks


def complete_track(incomplete: str) -> list[str]:
    """Names of tracks that begin so."""
    return [name for name in read_tracks() if name.startswith(incomplete)]


def complete_dataset(incomplete: str) -> list[str]:
    """Names of data sets that begin so."""
    names = [name for datasets, _ in read_tracks().values() for name in datasets]
    return [name for name in names if name.startswith(incomplete)]


def complete_variant(incomplete: str) -> list[str]:
    """Names of variants that begin so, each once."""
    names = [name for _, variants in read_tracks().values() for name in variants]
    return [name for name in dict.fromkeys(names) if name.startswith(incomplete)]


def complete_row(incomplete: str) -> list[str]:
    """Names of rows that begin so."""
    names = [
        f"{dataset}-{variant}"
        for datasets, variants in read_tracks().values()
        for dataset in datasets
        for variant in variants
    ]
    return [name for name in names if name.startswith(incomplete)]


def whole_number(least: int) -> Callable[[Any], int]:
    """A parser of whole numbers.

    Args:
        least: the least number that it accepts.
    """

    def parse(text: Any) -> int:
        number = int(text) if str(text).isdecimal() else least - 1
        if number < least:
            raise typer.BadParameter(f"expected a whole number of at least {least}, got {text}")
        return number

    return parse


def show_examples(*arguments: str) -> str:
    """The end of the help of a command: lines that work as they stand."""
    return "\n\n".join(["Examples:", *(f"$ {NAME} {line}" for line in arguments)])


Dataset = Annotated[
    str,
    typer.Argument(
        metavar="DATASET",
        help="Data set, such as digits.",
        autocompletion=complete_dataset,
        show_default=False,
    ),
]
Row = Annotated[
    str,
    typer.Argument(
        metavar="ROW",
        help="Data set and variant, such as digits-dcgan.",
        autocompletion=complete_row,
        show_default=False,
    ),
]
Rows = Annotated[
    list[str],
    typer.Argument(
        metavar="ROW",
        help="Rows, such as digits-dcgan, or single runs of them, such as digits-dcgan-0.",
        autocompletion=complete_row,
        show_default=False,
    ),
]
OneSeed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        metavar="N",
        parser=whole_number(0),
        help="Seed of one run.",
        show_default="all seeds of the row",
    ),
]
TrainedSeed = Annotated[
    int,
    typer.Option("--seed", metavar="N", parser=whole_number(0), help="Seed of the trained run."),
]
DrawSeed = Annotated[
    int,
    typer.Option("--draw", metavar="N", parser=whole_number(0), help="Seed of the draw."),
]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs",
        metavar="N",
        parser=whole_number(1),
        help="Runs at a time.",
        show_default="one per core",
    ),
]
CORES = os.cpu_count() or 1


def print_version(wanted: bool) -> None:
    """Print the version and end, if it is asked for."""
    if wanted:
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
    """Accept the options that stand before a command."""


@app.command(rich_help_panel=STAGES, epilog=show_examples("check"))
def check() -> None:
    """Check params.yaml, report each mistake in one line, and bring rows.yaml up to date."""
    from benchmark import config
    from benchmark.pipeline.rows import write_rows

    params = config.load()
    changed = "; rows.yaml is updated" if write_rows(params) else ""
    print(f"params.yaml is valid: {len(params.runs)} runs{changed}")


@app.command(
    rich_help_panel=STAGES,
    epilog=show_examples(
        "repro --jobs 2", "repro --track toy --leaderboard digits --row renderings-stargan"
    ),
)
def repro(
    track: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TRACK",
            help="All leaderboards of this track. Repeat the option for more.",
            autocompletion=complete_track,
        ),
    ] = None,
    leaderboard: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DATASET",
            help="All rows of this leaderboard. Repeat the option for more.",
            autocompletion=complete_dataset,
        ),
    ] = None,
    row: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROW",
            help="This row. Repeat the option for more.",
            autocompletion=complete_row,
        ),
    ] = None,
    jobs: Jobs = CORES,
) -> None:
    """Run all stages that are not up to date, several at a time.

    Without --track, --leaderboard and --row it runs the stages of all rows. With them it runs the
    stages that these need, and those that all rows share: recipes, theory, report and site. An
    interrupted run resumes from its last checkpoint.
    """
    from benchmark.pipeline.repro import reproduce

    reproduce(jobs=jobs, tracks=track or (), leaderboards=leaderboard or (), rows=row or ())


@app.command(rich_help_panel=STAGES, epilog=show_examples("recipes"))
def recipes() -> None:
    """Write what each stage is made from to recipes/: settings, and checksums of sources."""
    from benchmark import config
    from benchmark.pipeline.recipes import check_rows, write_recipes

    params = config.load()
    check_rows(params)
    print(f"{write_recipes(params)} recipes")


@app.command(rich_help_panel=STAGES, epilog=show_examples("prepare digits"))
def prepare(dataset: Dataset) -> None:
    """Write a data set to data/; download it first if need be."""
    from benchmark import config
    from benchmark.data.prepare import prepare

    prepare(dataset, config.load())


@app.command(rich_help_panel=STAGES, epilog=show_examples("features digits"))
def features(dataset: Dataset) -> None:
    """Train the classifier of a data set, and embed its real images in its feature space."""
    from benchmark import config
    from benchmark.features.features import compute_features

    compute_features(dataset, config.load())


@app.command(rich_help_panel=STAGES, epilog=show_examples("references digits"))
def references(dataset: Dataset) -> None:
    """Score the reference rows of a data set, such as held-out images and noise."""
    from benchmark import config
    from benchmark.evaluation.references import references

    references(dataset, config.load())


@app.command(
    rich_help_panel=STAGES, epilog=show_examples("train digits-dcgan", "train ring8-wgan --seed 0")
)
def train(row: Row, seed: OneSeed = None) -> None:
    """Train a variant on a data set, with each seed in turn."""
    from benchmark import config
    from benchmark.config.selection import find_row
    from benchmark.training.train import train_row

    settings = config.load()
    train_row(find_row(row, settings, seed=seed), settings)


@app.command(
    rich_help_panel=STAGES,
    epilog=show_examples("evaluate digits-dcgan", "evaluate ring8-wgan --seed 0"),
)
def evaluate(row: Row, seed: OneSeed = None) -> None:
    """Score the trained runs of a row."""
    from benchmark import config
    from benchmark.config.selection import find_row
    from benchmark.evaluation.evaluate import evaluate

    settings = config.load()
    for run in find_row(row, settings, seed=seed):
        evaluate(run, settings)


@app.command(rich_help_panel=STAGES, epilog=show_examples("theory"))
def theory() -> None:
    """Compute what theory says of GANs beside what this code measures."""
    from benchmark.studies.theory import write_theory

    write_theory()


@app.command(rich_help_panel=STAGES, epilog=show_examples("report"))
def report() -> None:
    """Write the tables: scores, leaderboards, comparisons and claims."""
    from benchmark.reporting.report import write_tables

    write_tables()


@app.command(rich_help_panel=STAGES, epilog=show_examples("site"))
def site() -> None:
    """Build the web site in public/ from the tables and the runs."""
    from benchmark.website.site import build_site

    build_site()


@app.command(
    rich_help_panel=TOOLS,
    epilog=show_examples(
        "score digits:test digits:train",
        "score photos/ generated.npz --space inception",
        "score a.npz b.npz --space classifier:mnist --json",
    ),
)
def score(
    real: Annotated[
        str, typer.Argument(metavar="REAL", help="Set to compare with.", show_default=False)
    ],
    generated: Annotated[
        str, typer.Argument(metavar="GENERATED", help="Set to score.", show_default=False)
    ],
    space: Annotated[
        str | None,
        typer.Option(
            metavar="SPACE",
            help="classifier, classifier:DATASET, inception or dinov2.",
            show_default="that of the data set that is named, else inception",
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File to use in place of the published weights."),
    ] = None,
    neighbours: Annotated[
        int, typer.Option(metavar="K", parser=whole_number(1), help="k of precision and recall.")
    ] = 3,
    splits: Annotated[
        int, typer.Option(metavar="N", parser=whole_number(1), help="Parts of the Inception Score.")
    ] = 1,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON in place of the table.")
    ] = False,
) -> None:
    """Score any set of images, or of features, against another one.

    A set is a folder of images of one size; an .npz or .npy file of images, uint8 or floats in
    [0, 1] or in [-1, 1], with axes (n, h, w), (n, h, w, c) or (n, c, h, w); such a file of
    features, floats (n, d); or a data set, such as digits or digits:test, without a split its
    training images.
    """
    from benchmark.evaluation.score import score_sets

    score_sets(
        real,
        generated,
        space=space,
        weights=weights,
        neighbours=neighbours,
        splits=splits,
        as_json=as_json,
    )


@app.command(
    rich_help_panel=TOOLS,
    epilog=show_examples(
        "sample digits-dcgan --seed 0 --count 64 --out grid.png",
        "sample moving_digits-mocogan --out clips.gif",
        'sample captioned_digits-stackgan --caption "a thin three in red"',
    ),
)
def sample(
    row: Row,
    seed: TrainedSeed = 0,
    draw: DrawSeed = 0,
    count: Annotated[
        int, typer.Option(metavar="N", parser=whole_number(1), help="Number of samples.")
    ] = 64,
    caption: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="What to draw, for variants that read captions.",
            show_default="held-out captions",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A .png or .npz; of clips also a .gif or .webp; of sentences a .txt or .npz.",
            show_default="grid.png; sentences are printed",
        ),
    ] = None,
) -> None:
    """Draw samples from trained weights.

    A .gif or .webp shows clips in motion, a .png frame by frame, each clip in a line of its own.
    """
    from benchmark.evaluation.sample import draw_samples

    draw_samples(row, seed=seed, draw_seed=draw, count=count, caption=caption, out=out)


@app.command(
    rich_help_panel=TOOLS,
    epilog=show_examples(
        "apply photographs_x4-esrgan small.png large.png",
        "apply renderings-stargan in/ out/ --of plain --wanted inverted",
    ),
)
def apply(
    row: Row,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="INPUT", help="Image, or folder of images, of any size.", show_default=False
        ),
    ],
    target: Annotated[
        Path,
        typer.Argument(metavar="OUTPUT", help="File or folder to write.", show_default=False),
    ],
    seed: TrainedSeed = 0,
    draw: DrawSeed = 0,
    of: Annotated[
        str | None,
        typer.Option(metavar="DOMAIN", help="Domain of the images, if there are several."),
    ] = None,
    wanted: Annotated[
        str | None, typer.Option(metavar="DOMAIN", help="Domain to bring the images into.")
    ] = None,
) -> None:
    """Translate or enlarge your own images by a trained run.

    Large images are processed in overlapping tiles.
    """
    from benchmark.evaluation.apply import translate_images

    translate_images(row, source, target, seed=seed, draw_seed=draw, of=of, wanted=wanted)


@app.command(
    rich_help_panel=TOOLS,
    epilog=show_examples("search dcgan wgan --jobs 2", "search --dataset ring8"),
)
def search(
    variants: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="VARIANT",
            help="Variants of the track.",
            autocompletion=complete_variant,
            show_default="all",
        ),
    ] = None,
    track: Annotated[
        str | None,
        typer.Option(
            metavar="TRACK",
            help="Track of the variants.",
            autocompletion=complete_track,
            show_default="that of the data set, else images",
        ),
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(
            metavar="DATASET",
            help="Data set of the trials.",
            autocompletion=complete_dataset,
            show_default="the first of the track",
        ),
    ] = None,
    jobs: Jobs = CORES,
) -> None:
    """Search for hyperparameters, with one budget for every variant.

    `search:` in params.yaml lists the settings to try. Every trial becomes a line of
    results/search.csv. The best settings are printed as entries for params.yaml.
    """
    from benchmark.studies.search import search_settings

    search_settings(variants or (), track=track, dataset=dataset, jobs=jobs)


@app.command(
    rich_help_panel=TOOLS,
    epilog=show_examples("verify digits-dcgan", "verify digits-dcgan-0 ring8-wgan_gp-3 --jobs 2"),
)
def verify(rows: Rows, jobs: Jobs = CORES) -> None:
    """Train and score rows once more, and compare with the published tables.

    The exit status is 1 if any metric came out different. runs/ and the tables stay as they are.
    """
    from benchmark.studies.verify import verify_rows

    if not verify_rows(rows, jobs=jobs):
        raise typer.Exit(1)


def describe_mistake(error: typer.TyperException) -> str:
    """One line about a mistake on the command line: the command, what is wrong, what to do."""
    context = getattr(error, "ctx", None)  # which errors of usage have
    path = context.command_path if context else NAME
    problem = " ".join(error.format_message().split()).rstrip(".").replace(". Did", "; did")
    line = f"{path}: {problem[:1].lower()}{problem[1:]}"
    return line if line.endswith("?") else f"{line}; see {path} --help"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; a mistake in it ends with one line and status 2.

    Args:
        arguments: those of the process by default.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = app(given or ["--help"], prog_name=NAME, standalone_mode=False)
    except typer.TyperException as error:
        stop(describe_mistake(error), status=error.exit_code)
    if status:
        raise SystemExit(status)
