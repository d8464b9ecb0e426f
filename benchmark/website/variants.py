"""The results of a variant on a leaderboard: runs, curves, samples, cost and provenance."""

import math
from pathlib import Path
from typing import Any

from benchmark import tracks
from benchmark.common.files import expect_form
from benchmark.config import Run
from benchmark.config.schema import FROM_DATA
from benchmark.config.variants import VariantConfig
from benchmark.records import outputs
from benchmark.records.schema import has_record
from benchmark.reporting import health
from benchmark.tracks.base.page import Page
from benchmark.website import playground
from benchmark.website.leaderboards import list_hardware
from benchmark.website.origins import describe_origins
from benchmark.website.pictures import link
from benchmark.website.samples import (
    Shown,
    samples_folder,
    show_classes,
    show_moments,
    show_reconstructions,
    show_samples,
)
from benchmark.website.training import build_charts, read_curves

# shown of the first seed
FIRST_SEED = {
    "moments": show_moments,
    "classes": show_classes,
    "reconstructions": show_reconstructions,
}
CURVES = ("losses", "health_curves", "trajectory")  # of a run; the charts show them


def build_results(row: dict[str, Any], leaderboard: dict[str, Any]) -> dict[str, Any]:
    """Build the results of a variant on one leaderboard.

    Args:
        row: of the variant.
        leaderboard: see `leaderboards.build_leaderboard`.
    """
    settings, page, curve = leaderboard["settings"], leaderboard["page"], leaderboard["curve"]
    first = row["runs"][0]
    entry, keywords = read_entry(first, settings.variants[row["variant"]])
    held_out = [
        reference[f"{curve}_mean"]
        for reference in leaderboard["references"]
        if reference["variant"] == "held_out"
    ]
    parts = zip(row["runs"], row["by_seed"], row["trajectories"], strict=True)
    runs = [
        describe_run(run, seed, trajectory, curve, page)
        | {"pictures": show_seed(run, page).content, "keywords": keywords}
        for run, seed, trajectory in parts
    ]
    has_film = playground.has_film(first)
    return {
        "leaderboard": leaderboard,
        "row": row,
        "entry": entry,
        "charts": build_charts(
            runs, page, curve, held_out[0] if held_out else None, has_film=has_film
        ),
        "has_film": has_film,
        "has_record": has_record(first),
        "origins": describe_origins([row]),
        "machines": list_hardware(row["runs"]),
        **{
            name: show(first, samples_folder(first), page).content
            for name, show in FIRST_SEED.items()
        },
        "runs": [{key: run[key] for key in run if key not in CURVES} for run in runs],
    }


def read_entry(run: Run, present: VariantConfig) -> tuple[VariantConfig, dict[str, Any]]:
    """Read the settings that a run was trained with, which params.yaml may have no longer.

    Args:
        run: of the row.
        present: the entry in params.yaml, for runs of versions that stored none.

    Returns:
        The entry, and the keywords of the constructor without those that the data determine.
    """
    facts = outputs.read_training(run)
    entry = present
    if "entry" in facts:
        with expect_form(run.trained / "training.json", "an entry as in params.yaml"):
            entry = VariantConfig.model_validate(facts["entry"])
    keywords = {key: value for key, value in facts["model"].items() if key not in FROM_DATA}
    return entry, keywords


def show_seed(run: Run, page: Page) -> Shown:
    """Show all samples of a run."""
    return show_samples(
        run.scored / "samples.png", f"{samples_folder(run)}/samples-{run.seed}", page
    )


def draw_files(runs: list[Run]) -> None:
    """Draw the files of a row that the page of its variant shows or offers for download."""
    folder, page = samples_folder(runs[0]), tracks.load(runs[0].track).page()
    for show in FIRST_SEED.values():
        show(runs[0], folder, page).draw()
    for run in runs:
        if run != runs[0]:  # whose samples the leaderboard draws
            show_seed(run, page).draw()
        for name, file in list_records(run).items():
            link(file, f"{folder}/{name.replace('.', f'-{run.seed}.')}")


def list_records(run: Run) -> dict[str, Path]:
    """Map the names of the records of a run on the site to its files."""
    return {
        "training.json": run.trained / "training.json",
        "evaluation.json": run.scored / "evaluation.json",
        "health.json": run.scored / "health.json",
        "losses.csv": run.losses,
        "times.csv": run.trained / "times.csv",
        "health.csv": run.trained / "health.csv",
        "trajectory.csv": run.trajectory,
    }


def describe_run(
    run: Run, scores: dict[str, Any], trajectory: list[list[float]], curve: str, page: Page
) -> dict[str, Any]:
    """Describe a run: its scores, its curves, and the records of how it was made.

    Args:
        run: to describe.
        scores: by metric.
        trajectory: the samples seen at each moment, and the metric of the curve then.
        curve: the name of that metric; lower is better.
        page: of the track.
    """
    moments = [
        {"samples_seen": seen, curve: value} for seen, value in zip(*trajectory, strict=True)
    ]
    finite = [moment for moment in moments if math.isfinite(moment[curve])]
    return {
        **scores,
        "training": outputs.read_training(run),
        "evaluation": outputs.read_evaluation(run.scored),
        "health": health.diagnose_run(run),
        "run": run,
        "folder": samples_folder(run),
        "losses": read_curves(run.losses),
        "health_curves": read_curves(run.trained / "health.csv"),
        "trajectory": trajectory,
        "best": min(finite, key=lambda moment: moment[curve]) if finite else None,
        "last": moments[-1] if moments else None,
    }
