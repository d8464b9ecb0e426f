"""What the page of a variant shows of a leaderboard: runs, curves, samples, cost and provenance."""

import math
from pathlib import Path
from typing import Any

from benchmark import config
from benchmark.common.files import read_json
from benchmark.config import Run
from benchmark.website.pictures import link
from benchmark.website.samples import Shown, classes, folder, moments, reconstructions, whole
from benchmark.website.training import charts, readings

OF_THE_FIRST = {"moments": moments, "classes": classes, "reconstructions": reconstructions}
CURVES = ("losses", "judging", "trajectory")  # of a run, which its charts show


def results(row: dict[str, Any], leaderboard: dict[str, Any]) -> dict[str, Any]:
    """What the page of a variant shows of one leaderboard: its runs, curves and samples.

    Args:
        row: its row of the leaderboard.
        leaderboard: the leaderboard, see `leaderboards.build_leaderboard`.
    """
    settings, runs = leaderboard["settings"], row["runs"]
    entry = settings.variants[row["variant"]]
    keywords = config.model_keywords(settings.datasets[leaderboard["dataset"]], entry)
    held_out = [
        reference[f"{leaderboard['curve']}_mean"]
        for reference in leaderboard["references"]
        if reference["variant"] == "held_out"
    ]
    told = zip(runs, row["by_seed"], row["trajectories"], strict=True)
    runs = [
        describe_run(run, seed, over, leaderboard["curve"])
        | {"pictures": of_seed(run).told, "keywords": keywords}
        for run, seed, over in told
    ]
    return {
        "board": leaderboard,
        "row": row,
        "entry": entry,
        "charts": charts(
            runs, leaderboard["name"], leaderboard["curve"], held_out[0] if held_out else None
        ),
        **{name: show(runs[0], folder(runs[0])).told for name, show in OF_THE_FIRST.items()},
        "runs": [{key: own for key, own in run.items() if key not in CURVES} for run in runs],
    }


def of_seed(run: Run) -> Shown:
    """All samples of a run."""
    picture = run.scored / "samples.png"
    return whole(picture, f"{folder(run)}/samples-{run.seed}", run.track)


def draw(runs: list[Run]) -> None:
    """The files that the page of a variant shows of the runs of a row, and offers to take home."""
    where = folder(runs[0])
    for show in OF_THE_FIRST.values():
        show(runs[0], where).draw()
    for run in runs:
        if run != runs[0]:  # of which more is drawn, for the leaderboard
            of_seed(run).draw()
        for name, file in records(run).items():
            link(file, f"{where}/{name.replace('.', f'-{run.seed}.')}")


def records(run: Run) -> dict[str, Path]:
    """What a run has left to be read, by the names that it has on the site."""
    return {
        "training.json": run.trained / "training.json",
        "evaluation.json": run.scored / "evaluation.json",
        "health.json": run.scored / "health.json",
        "losses.csv": run.losses,
        "health.csv": run.trained / "health.csv",
        "trajectory.csv": run.trajectory,
    }


def describe_run(
    run: Run, seed: dict[str, Any], over: list[list[float]], curve: str
) -> dict[str, Any]:
    """One training run: its scores, curves, and the records of how it was made.

    Of points, the curves over training are left to a film, but for that of the score.

    Args:
        run: whose run it is.
        seed: its scores.
        over: what was seen at each moment, and the metric that is taken over training.
        curve: the name of that metric; lower is better.
    """
    filmed = run.track == "toy"
    moments = [{"samples_seen": seen, curve: value} for seen, value in zip(*over, strict=True)]
    known = [moment for moment in moments if math.isfinite(moment[curve])]
    return {
        **seed,
        **{path.stem: read_json(path) for path in records(run).values() if path.suffix == ".json"},
        "run": run,
        "where": folder(run),
        "losses": [] if filmed else readings(run.losses),
        "judging": [] if filmed else readings(run.trained / "health.csv"),
        "trajectory": over,
        "best": min(known, key=lambda moment: moment[curve]) if known else None,
        "last": moments[-1] if moments else None,
    }
