"""Write records of rows made here to results/: `gan-benchmark record`."""

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from benchmark.common.files import read_json, read_table
from benchmark.common.fingerprints import fingerprint_row, read_settings
from benchmark.common.messages import stop
from benchmark.common.paths import make_folder
from benchmark.common.writing import write_json
from benchmark.config import REFERENCES, Params, Run
from benchmark.records import outputs
from benchmark.records.restore import FIRST_SEED, is_current
from benchmark.records.schema import (
    CURVES,
    KINDS,
    LONG,
    SEPARATOR,
    Record,
    locate_record,
    locate_reference_record,
    share_facts,
)

# of a curve, at most; snapshots are fewer
MOMENTS = {"losses": 24, "health": 20, "trajectory": 60, "times": 12}
DIGITS = 4  # significant ones of a number in a curve


def record_rows(params: Params, names: Collection[str] = ()) -> list[str]:
    """Write the records of rows that were made here, and of their reference rows.

    Exits with one line for each named row that was not made here with the present settings.

    Args:
        params: the parameters.
        names: rows such as digits-dcgan; by default all that were made here.

    Returns:
        The rows that were recorded.
    """
    made = {name: runs for name, runs in params.rows.items() if is_current(runs)}
    if missing := [name for name in names if name not in made]:
        stop(
            *(
                f"{name}: expected a row made here with the present code and settings, got none;"
                f" run make repro ROWS={name}"
                for name in missing
            )
        )
    chosen = list(names) or list(made)
    for name in chosen:
        record_row(made[name], has_film=name in params.films)
    for track, dataset in {(made[name][0].track, made[name][0].dataset) for name in chosen}:
        record_reference_rows(track, dataset)
    return chosen


@contextmanager
def replace_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder to fill; it replaces the target at the end, or is deleted."""
    temporary, old = (target.with_name(f".{target.name}.{end}") for end in ("new", "old"))
    shutil.rmtree(temporary, ignore_errors=True)
    make_folder(temporary)
    try:
        yield temporary
        shutil.rmtree(old, ignore_errors=True)
        if target.exists():
            target.rename(old)
        temporary.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def record_row(runs: list[Run], *, has_film: bool = False) -> None:
    """Write the record of a row, from the outputs of its runs."""
    first = runs[0]
    with replace_folder(locate_record(first)) as folder:
        write_json(folder / "record.json", build_record(runs).model_dump(), indent=1)
        scores = {str(run.seed): outputs.read_scores(run) for run in runs}
        write_json(folder / "scores.json", scores)
        for name in CURVES:
            table = pd.concat([read_curve(run, name) for run in runs])
            table.to_csv(
                folder / f"{name}.csv",
                index=False,
                float_format=f"%.{DIGITS}g",
                lineterminator="\n",
            )
        for run in runs:
            for file in run.scored.glob("samples.*"):
                shutil.copy(file, folder / f"samples-{run.seed}{file.suffix}")
        for name in FIRST_SEED:
            if (first.scored / name).is_file() and (has_film or name != "film.js"):
                shutil.copy(first.scored / name, folder / name)


def build_record(runs: list[Run]) -> Record:
    """Build the content of record.json of a row."""
    first = runs[0]
    folders = {"training": "trained", "evaluation": "scored", "health": "scored"}
    facts = {
        kind: share_facts(
            {run.seed: read_json(getattr(run, folders[kind]) / f"{kind}.json") for run in runs}
        )
        for kind in KINDS
    }
    return Record(
        track=first.track,
        dataset=first.dataset,
        variant=first.variant,
        fingerprint=fingerprint_row(first.row),
        settings=read_settings(first.row) or {},
        training=facts["training"],
        evaluation=facts["evaluation"],
        health=facts["health"],
    )


def read_curve(run: Run, name: str) -> pd.DataFrame:
    """Read the curves of a run at a limited number of `MOMENTS`, the last among them.

    A table with a line for each player and term becomes one with a column for each.

    Args:
        run: made here.
        name: one of `CURVES`.
    """
    files = {"losses": run.losses, "trajectory": run.trajectory}
    table = read_table(files.get(name, run.trained / f"{name}.csv"), "samples_seen")
    if name in LONG:
        term = LONG[name]
        columns = table["player"] + SEPARATOR + table[term]
        wide = table.assign(column=columns).pivot(
            index="samples_seen", columns="column", values="value"
        )
        table = wide[list(dict.fromkeys(columns))].reset_index()
    moments = np.unique(table["samples_seen"])
    places = np.linspace(0, len(moments) - 1, min(len(moments), MOMENTS[name])).round().astype(int)
    table = table[table["samples_seen"].isin(moments[places])].replace([np.inf, -np.inf], np.nan)
    table.insert(0, "seed", run.seed)
    return table


def record_reference_rows(track: str, dataset: str) -> None:
    """Write the record of the reference rows of a data set that were scored here."""
    source = REFERENCES / dataset
    with replace_folder(locate_reference_record(track, dataset)) as folder:
        shutil.copytree(source, folder, dirs_exist_ok=True)
        shutil.copy(source.with_suffix(".json"), folder / "scores.json")
