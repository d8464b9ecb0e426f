"""Find the tracks, data sets, rows and runs of params.yaml that a user names.

A row is named by its data set and its variant, `digits-dcgan`. An unknown name exits with
one line that suggests a similar one.
"""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from benchmark.common.messages import nearest, quote_empty, stop
from benchmark.config.runs import Run
from benchmark.config.schema import FILE, Params


def find_row(name: str, settings: Params, *, seed: int | None = None) -> list[Run]:
    """Find the runs of a row, or its run of one seed."""
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
    """Select the runs of the named tracks, leaderboards and rows.

    By default, all runs are selected but those of optional rows.

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
        return settings.list_runs()
    return [
        run
        for run in settings.runs
        if run.track in tracks or run.dataset in leaderboards or run.row in rows
    ]


def expect(kind: str, name: str, names: Iterable[str], *, option: str = "") -> str:
    """Return the name, or exit with a line if it is not one of ``names``.

    Args:
        kind: kind of the name, with its article.
        name: as the user wrote it.
        names: all valid names.
        option: the option of the name, if any.
    """
    names = list(names)
    if name in names:
        return name
    hint = nearest(name, names)
    if kind == "a row" and names and not get_close_matches(name, names):  # too many to list
        hint = f"name data set and variant, such as {names[0]}"
    stop(f"{option}{': ' * bool(option)}expected {kind} of {FILE}, got {quote_empty(name)}; {hint}")
