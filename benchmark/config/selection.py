"""Find the tracks, data sets, rows and runs of params.yaml that a user names.

A row is named by its data set and its variant, `digits-dcgan`. A name that means nothing ends the
program with one line that suggests a near one.
"""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from benchmark.common.messages import nearest, stop
from benchmark.config.loader import FILE
from benchmark.config.runs import Run
from benchmark.config.schema import Params


def find_track(dataset: str, settings: Params) -> str:
    """The track that a data set is on; no two tracks have a data set of the same name."""
    tracks = {
        name: track for track, section in settings.tracks.items() for name in section.datasets
    }
    return tracks[expect("a data set", dataset, tracks)]


def group_by_row(runs: Iterable[Run]) -> dict[str, list[Run]]:
    """The name of each row -> its runs."""
    rows: dict[str, list[Run]] = {}
    for run in runs:
        rows.setdefault(run.row_name, []).append(run)
    return rows


def find_row(name: str, settings: Params, *, seed: int | None = None) -> list[Run]:
    """The runs of a row, or that of one seed of it."""
    rows = group_by_row(settings.runs)
    runs = rows[expect("a row", name, rows)]
    seeds = [run.seed for run in runs]
    if seed is None:
        return runs
    if seed not in seeds:
        stop(f"--seed: expected a seed of {name}, got {seed}; take one of {seeds}")
    return [runs[seeds.index(seed)]]


def select_runs(
    settings: Params,
    *,
    tracks: Collection[str] = (),
    leaderboards: Collection[str] = (),
    rows: Collection[str] = (),
) -> list[Run]:
    """The runs of all tracks, leaderboards and rows together; all runs where none is named.

    Args:
        settings: the parameters.
        tracks: names of tracks.
        leaderboards: names of data sets.
        rows: names of rows.
    """
    by_row = group_by_row(settings.runs)
    datasets = [name for track in settings.tracks.values() for name in track.datasets]
    for name in tracks:
        expect("a track", name, settings.tracks, option="--track")
    for name in leaderboards:
        expect("a data set", name, datasets, option="--leaderboard")
    for name in rows:
        expect("a row", name, by_row, option="--row")
    if not (tracks or leaderboards or rows):
        return settings.runs
    return [
        run
        for run in settings.runs
        if run.track in tracks or run.dataset in leaderboards or run.row_name in rows
    ]


def expect(kind: str, name: str, names: Iterable[str], *, option: str = "") -> str:
    """The name, or exit with a line if it is not one of ``names``.

    Args:
        kind: of what is named, with its article.
        name: as the user wrote it.
        names: all that there are.
        option: the one that took the name, if any.
    """
    names = list(names)
    if name in names:
        return name
    hint = nearest(name, names)
    if kind == "a row" and not get_close_matches(name, names):  # there are hundreds
        hint = f"name data set and variant, such as {names[0]}"
    stop(f"{option}{': ' * bool(option)}expected {kind} of {FILE}, got {name}; {hint}")
