"""The commands for sets of images, trained runs, records and searches.

Each imports its modules when it runs, so that help and completion answer at once.
"""

from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli.app import TOOLS, app, show_examples
from benchmark.cli.arguments import CORES, DrawSeed, Jobs, Row, Rows, TrainedSeed, whole_number
from benchmark.cli.completion import (
    complete_dataset,
    complete_row,
    complete_track,
    complete_variant,
)


@app.command(
    rich_help_panel=TOOLS,
    epilog=show_examples(
        "score digits:test digits:train",
        "score photos/ generated.npz --space inception",
        "score a.npz b.npz --space classifier:mnist --json",
        "score digits samples.npz --held-out digits:test",
    ),
)
def score(
    real: Annotated[
        str, typer.Argument(metavar="REAL", help="Real set, the reference.", show_default=False)
    ],
    generated: Annotated[
        str,
        typer.Argument(
            metavar="GENERATED", help="Generated set, which is scored.", show_default=False
        ),
    ],
    space: Annotated[
        str | None,
        typer.Option(
            metavar="SPACE",
            help="classifier, classifier:DATASET, inception or dinov2.",
            show_default="the space of the data set named, else inception",
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Weights to use in place of the published ones."),
    ] = None,
    neighbours: Annotated[
        int, typer.Option(metavar="K", parser=whole_number(1), help="k of precision and recall.")
    ] = 3,
    splits: Annotated[
        int, typer.Option(metavar="N", parser=whole_number(1), help="Parts of the Inception Score.")
    ] = 1,
    held_out: Annotated[
        str | None,
        typer.Option(
            metavar="SET", help="Real samples that are not in REAL, for the likelihood (FLD)."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Score a set of images or features against another set.

    A set is a folder of images of one size; an .npz or .npy file of images, uint8 or floats in
    [0, 1] or in [-1, 1], with axes (n, h, w), (n, h, w, c) or (n, c, h, w); an .npz or
    .npy file of features, floats (n, d); or a data set, such as digits (its training images) or
    digits:test.
    """
    from benchmark.evaluation.score import score_sets

    score_sets(
        real,
        generated,
        space=space,
        weights=weights,
        neighbours=neighbours,
        splits=splits,
        held_out=held_out,
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
            help="Caption of the samples, for text-to-image variants.",
            show_default="held-out captions",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A .png or .npz file; for clips also .gif or .webp; for sentences .txt or .npz.",
            show_default="grid.png; sentences are printed",
        ),
    ] = None,
) -> None:
    """Generate samples with trained weights.

    A .gif or .webp animates clips; a .png shows their frames, one clip per line.
    """
    from benchmark.evaluation.sample import draw_samples

    draw_samples(row, seed=seed, draw_seed=draw, count=count, caption=caption, out=out)


@app.command(
    rich_help_panel=TOOLS,
    epilog=show_examples(
        "apply photographs_x4-esrgan small.png large.png",
        "apply renderings-stargan in/ out/ --source-domain plain --target-domain inverted",
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
    source_domain: Annotated[
        str | None,
        typer.Option(metavar="DOMAIN", help="Domain of the input images, on tracks with several."),
    ] = None,
    target_domain: Annotated[
        str | None, typer.Option(metavar="DOMAIN", help="Domain to translate the images to.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Allow outputs to replace files of INPUT.")
    ] = False,
) -> None:
    """Translate or upscale your own images with a trained run.

    Large images are processed in overlapping tiles if the network needs no whole images.
    """
    from benchmark.evaluation.apply import translate_images

    translate_images(
        row,
        source,
        target,
        seed=seed,
        draw_seed=draw,
        source_domain=source_domain,
        target_domain=target_domain,
        overwrite=overwrite,
    )


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
    """Search for hyperparameters, with equal trials for every variant.

    `search:` in params.yaml lists the settings to try. Every trial becomes a line of
    results/search.csv. The best settings are printed as entries for params.yaml. An interrupted
    search resumes.
    """
    from benchmark.studies.search import search_settings

    search_settings(variants or (), track=track, dataset=dataset, jobs=jobs)


@app.command(
    rich_help_panel=TOOLS,
    epilog=show_examples("record", "record digits-dcgan ring8-dcgan"),
)
def record(
    rows: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ROW",
            help="Rows, such as digits-dcgan.",
            autocompletion=complete_row,
            show_default="all that were made here",
        ),
    ] = None,
) -> None:
    """Write the results of rows made here to results/, as small files of the repository.

    By default, all rows that were made here with the present code and settings. The tables in
    results/ and README.md are replaced too. Pages show the record of a row that is not made here.
    """
    from benchmark import config
    from benchmark.pipeline.folder import hold_folder
    from benchmark.pipeline.recipes import write_recipes
    from benchmark.records.write import print_records, record_rows
    from benchmark.reporting.recording import record_tables
    from benchmark.reporting.report import write_tables

    params = config.load_params()
    with hold_folder():
        write_recipes(params)
        recorded = record_rows(params, rows or ())
        write_tables(params)
        record_tables(params)
    print_records(params, recorded)


@app.command(
    rich_help_panel=TOOLS,
    epilog=show_examples("longer outline-cyclegan --jobs 2"),
)
def longer(rows: Rows, jobs: Jobs = CORES) -> None:
    """Train rows for twice their budget, and store the scores in results/longer.csv.

    The report then judges whether rows whose learning rate decays would still improve.
    """
    from benchmark.studies.longer import train_rows_longer

    train_rows_longer(rows, jobs=jobs)


@app.command(
    rich_help_panel=TOOLS,
    epilog=show_examples("long-runs --jobs 2", "long-runs ring8-dcgan ring8-wgan_gp"),
)
def long_runs(
    rows: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ROW",
            help="Rows, such as ring8-dcgan.",
            autocompletion=complete_row,
            show_default="those of long_runs: in params.yaml",
        ),
    ] = None,
    jobs: Jobs = CORES,
) -> None:
    """Train rows for several times their budget, and store their curves in results/curves.csv.

    One seed a row, for the factor of `long_runs:` in params.yaml. The page on the method shows the
    curves, from which the budgets are chosen. An interrupted study resumes.
    """
    from benchmark.studies.long_runs import train_long_runs

    train_long_runs(rows or (), jobs=jobs)
