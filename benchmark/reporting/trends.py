"""Judge whether rows still improve at the end of training, from the scores of their snapshots."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmark import tracks
from benchmark.common.files import expect_form, read_rows, read_table
from benchmark.config import Params, Run
from benchmark.config.variants import VariantConfig
from benchmark.records import outputs
from benchmark.reporting.statistics import compute_interval, estimate_mean

LAST = 0.2  # share of the run over which the score is compared
IMPROVEMENT = 0.1  # of the score at the start of that share
LONGER = Path("results/longer.csv")  # headline scores of runs with twice the budget
LONGER_KEYS = ["track", "dataset", "variant", "seed"]
LONGER_COLUMNS = [*LONGER_KEYS, "budget", "metric", "value"]
DECAYED = 0.05  # factor on learning rates at the last update
TRENDS = ("improving", "level", "not judged")


def judge_rows(settings: Params) -> dict[tuple[str, str, str], str]:
    """Judge the trend of each (track, data set, variant); see `judge_trend`.

    The metric is the headline, or the metric of the training curve where snapshots have no headline
    score. The score of a row whose learning rate decays stops changing with its learning rate, so
    it is judged against runs with twice the budget, if results/longer.csv has them.
    """
    results = {}
    longer = read_longer()
    for runs in settings.rows.values():
        first = runs[0]
        section = settings.tracks[first.track]
        entry = section.variants_of(first.dataset)[first.variant]
        if decays(entry) or ends_decayed(runs):
            budget = section.budget_of(first.dataset, first.variant)
            trend = judge_longer(runs, longer, budget=2 * budget.amount)
        else:
            trend = judge_runs(runs)
        results[first.track, first.dataset, first.variant] = trend
    return results


def decays(entry: VariantConfig) -> bool:
    """Tell whether the learning rate of a player decays."""
    schedules = [entry.schedule, *(player.schedule for player in entry.players.values())]
    return any(schedule not in (None, "constant") for schedule in schedules)


def ends_decayed(runs: Sequence[Run]) -> bool:
    """Tell whether the variant itself decayed the learning rates of a run, as CycleGAN does."""
    scales = [outputs.read_training(run).get("lr_scale", 1.0) for run in runs]
    return any(scale < DECAYED for scale in scales)


def read_longer() -> dict[tuple[Run, int], float]:
    """Read the headline scores of longer runs, by the run and its budget."""
    if not LONGER.exists():
        return {}
    table = read_table(LONGER, *LONGER_COLUMNS, remake="run gan-benchmark longer for its rows")
    return {
        (Run(*(row[key] for key in LONGER_KEYS)), row["budget"]): row["value"]
        for row in table.to_dict("records")
        if row["metric"] == tracks.load(row["track"]).headline
    }


def judge_longer(
    runs: Sequence[Run], longer: Mapping[tuple[Run, int], float], *, budget: int
) -> str:
    """Judge whether runs of a row with a larger budget are better, as `judge_trend` does.

    Args:
        runs: of the row.
        longer: the headline score of each run with the larger budget.
        budget: the larger one; scores of others are left out.
    """
    metric = tracks.load(runs[0].track).headline
    trajectories: list[list[list[float]]] = [
        [[0, 1], [outputs.read_scores(run).get(metric, math.nan), longer[run, budget]]]
        for run in runs
        if (run, budget) in longer
    ]
    higher = bool(tracks.metric_directions()[metric])
    return judge_trend(trajectories, higher_is_better=higher, last=1.0)


def judge_runs(runs: Sequence[Run]) -> str:
    """Judge the trend of the runs of a row; diverged runs and those without scores are left out."""
    track = tracks.load(runs[0].track)
    trajectories = []
    for run in runs:
        if not run.trajectory.is_file() or outputs.read_training(run)["status"] == "diverged":
            continue
        header = read_rows(run.trajectory, "samples_seen")[0]
        metric = track.headline if track.headline in header else track.curve
        trajectories.append(read_trajectory(run.trajectory, metric))
        higher = bool(tracks.metric_directions().get(metric))
    return judge_trend(trajectories, higher_is_better=higher) if trajectories else TRENDS[2]


def judge_trend(
    trajectories: Sequence[Sequence[Sequence[float]]],
    *,
    higher_is_better: bool,
    last: float = LAST,
) -> str:
    """Judge whether a score still improves over the last fifth of the runs.

    It is ``improving`` if the mean over seeds gets better by more than 10 %, and by more than half
    the width of the 95 % interval of this change over seeds; else ``level``. It is ``not judged``
    with fewer than two seeds that have finite scores over the last fifth.

    Args:
        trajectories: of each seed the samples seen at each moment, and the score then.
        higher_is_better: direction of the score.
        last: share of the run; a fifth by default.
    """
    starts, changes = [], []
    for seen, values in trajectories:
        begin = (1 - last) * seen[-1] if len(seen) else math.nan
        if not len(seen) or seen[0] > begin:
            continue
        start = float(np.interp(begin, seen, values))
        if math.isfinite(start) and math.isfinite(values[-1]):
            starts.append(start)
            changes.append((values[-1] - start) * (1 if higher_is_better else -1))
    if len(changes) < 2:
        return TRENDS[2]
    low, _ = compute_interval(estimate_mean(changes))
    is_large = np.mean(changes) > IMPROVEMENT * abs(np.mean(starts))
    return TRENDS[0] if low > 0 and is_large else TRENDS[1]


def read_trajectory(file: Path, metric: str) -> list[list[float]]:
    """Read the samples seen at each moment, and the value of a metric at each."""
    header, *lines = read_rows(file, "samples_seen", metric)
    places = header.index("samples_seen"), header.index(metric)
    with expect_form(file, "a table of numbers"):
        rows = [(int(line[places[0]]), float(line[places[1]])) for line in lines]
    return [list(column) for column in zip(*rows, strict=True)] or [[], []]
