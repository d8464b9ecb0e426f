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


def find_row(name: str, settings: Params, *, seed: int | None = None) -> list[Run]:
    """The runs of a row, or that of one seed of it."""
    rows = settings.rows
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
    for name in tracks:
        expect("a track", name, settings.tracks, option="--track")
    for name in leaderboards:
        expect("a data set", name, settings.datasets, option="--leaderboard")
    for name in rows:
        expect("a row", name, settings.rows, option="--row")
    if not (tracks or leaderboards or rows):
        return settings.runs
    return [
        run
        for run in settings.runs
        if run.track in tracks or run.dataset in leaderboards or run.row in rows
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
