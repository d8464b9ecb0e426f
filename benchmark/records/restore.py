"""Choose for each row the outputs made here or its record, and restore records.

A record is restored to the files that a run leaves, below `RECORDED`. Tables and pages read both
alike.
"""

import shutil
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from benchmark import tracks
from benchmark.common.files import check_kinds, expect_form, parse_json, read_json, read_table
from benchmark.common.fingerprints import fingerprint_row, read_settings
from benchmark.common.paths import make_folder
from benchmark.common.writing import write_json
from benchmark.config import RECORDED, REFERENCES, Params, Run
from benchmark.records.outputs import EVALUATION, Scores, check_scores, read_reference_table
from benchmark.records.schema import (
    CURVES,
    KINDS,
    LONG,
    SEPARATOR,
    Record,
    advise,
    has_record,
    locate_record,
    locate_reference_record,
    read_record,
)
from benchmark.records.settings import list_differences

# files of the first seed alone
FIRST_SEED = ("moments.png", "moments.json", "reconstructions.npz", "film.js")
KEYS = ("seed", "samples_seen")  # columns of curves


def select_results(params: Params) -> Params:
    """Keep the rows with results, made here or recorded; see `Params.with_results`.

    A row whose runs were all made here, with the present code and settings, is shown as made here;
    another one by its record, if it has one.
    """
    shutil.rmtree(RECORDED, ignore_errors=True)
    recorded = [
        runs[0] for runs in params.rows.values() if has_record(runs[0]) and not is_current(runs)
    ]
    for run in recorded:
        restore_row(run, read_record(run))
    shown = {run.dataset for run in recorded}
    for name, dataset in {(run.track, run.dataset) for run in params.runs}:
        restore_reference_rows(name, dataset, has_records=dataset in shown)
    return params.with_results({run.row: RECORDED for run in recorded})


def is_current(runs: Collection[Run]) -> bool:
    """Whether all runs of a row were made here with the present code and settings.

    Without recipes, the code and the settings are taken to be the present ones.
    """
    if not all(run.is_scored for run in runs):
        return False
    return not list_outdated(runs)


def list_outdated(runs: Collection[Run]) -> list[Run]:
    """List the runs of a row that were made here with earlier code or settings.

    Scoring writes the fingerprint; the settings are compared with those of the training too.
    """
    outdated = []
    for run in runs:
        expected, settings = fingerprint_row(run.row), read_settings(run.row)
        if run.is_scored and expected is not None and settings is not None:
            scored = read_json(run.scored / "evaluation.json")
            trained = read_json(run.trained / "training.json")
            if scored.get("fingerprint") != expected or list_differences(trained, settings):
                outdated.append(run)
    return outdated


def restore_row(first: Run, record: Record) -> None:
    """Write the outputs of all runs of a record below `RECORDED`.

    Args:
        first: a run of the row.
        record: of the row.
    """
    folder = locate_record(first)
    scores = read_scores(folder / "scores.json", record.seeds)
    curves = {name: read_curve(folder / f"{name}.csv", record.track) for name in CURVES}
    for seed in record.seeds:
        run = Run(record.track, record.dataset, record.variant, seed, RECORDED)
        targets = {
            "losses": run.losses,
            "health": run.trained / "health.csv",
            "trajectory": run.trajectory,
            "times": run.trained / "times.csv",
        }
        for parent in (run.trained, run.scored, run.metrics.parent):
            make_folder(parent)
        for name, target in targets.items():
            make_folder(target.parent)
            rows = curves[name][curves[name]["seed"] == seed].drop(columns="seed")
            if name in LONG:
                rows = lengthen(rows, LONG[name])
            rows.to_csv(target, index=False, lineterminator="\n")
        for kind in KINDS:
            parent = run.trained if kind == "training" else run.scored
            write_json(parent / f"{kind}.json", record.collect_facts(kind, seed))
        write_json(run.metrics, scores[str(seed)])
        for file in folder.glob(f"samples-{seed}.*"):
            shutil.copy(file, run.scored / f"samples{file.suffix}")
        if seed == record.seeds[0]:
            for extra in FIRST_SEED:
                if (folder / extra).is_file():
                    shutil.copy(folder / extra, run.scored / extra)


def lengthen(table: pd.DataFrame, term: str) -> pd.DataFrame:
    """Make a table with a line for each player and term from one with a column for each."""
    long = table.melt("samples_seen", var_name="column", ignore_index=False).dropna(subset="value")
    long = long.sort_index(kind="stable")
    names = long["column"].str.split(SEPARATOR, n=1, expand=True).reindex(columns=[0, 1])
    long.insert(1, "player", names[0])
    long.insert(2, term, names[1])
    return long.drop(columns="column")


def read_scores(path: Path, seeds: Collection[int] | None = None) -> dict[str, Scores]:
    """Read scores.json of a record: seed -> metric -> value.

    Args:
        path: of the file; if it is damaged, the program exits with one line.
        seeds: those of the record; by default, any seeds fit.
    """
    with expect_form(path, "seeds, and a number for each metric", remake=advise(path)):
        scores = parse_json(path)
        if not isinstance(scores, dict):
            raise TypeError("no seeds")
        for seed, values in scores.items():
            if not seed.isdecimal():
                raise ValueError(f"seed {seed} is no number")
            check_scores(values)
        if seeds is not None and list(scores) != (expected := list(map(str, seeds))):
            raise ValueError(
                f"its seeds are {', '.join(scores) or 'missing'}, not {', '.join(expected)}"
            )
    return scores


def read_curve(path: Path, track: str) -> pd.DataFrame:
    """Read the curves of all seeds of a record: finite numbers, or empty cells.

    Args:
        path: of the file; if it is damaged, the program exits with one line.
        track: whose metric a trajectory has.
    """
    columns = {"times": ["updates", "seconds"], "trajectory": [tracks.load(track).curve]}
    remake = advise(path)
    table = read_table(path, *KEYS, *columns.get(path.stem, []), remake=remake)
    with expect_form(path, "finite numbers or empty cells", remake=remake):
        for column in table:
            if np.isinf(table[column].astype(float)).any():
                raise ValueError(f"column {column} has an infinite number")
            if column in KEYS and len(table) and table[column].dtype.kind != "i":
                raise ValueError(f"column {column} has other values than whole numbers")
    return table


def restore_reference_rows(track: str, dataset: str, *, has_records: bool) -> None:
    """Write the recorded scores and samples of reference rows, if none are made here.

    Args:
        track: of the data set.
        dataset: its name.
        has_records: whether rows are shown by their records, which need those of reference rows.
    """
    source = locate_reference_record(track, dataset)
    is_made = (REFERENCES / dataset / "evaluation.json").is_file()
    if is_made or not (source.is_dir() or has_records):
        return
    read_reference_record(source)
    target = RECORDED / REFERENCES / dataset
    shutil.copytree(source, target)
    (target / "scores.json").replace(target.with_suffix(".json"))


def read_reference_record(folder: Path) -> dict[str, dict[int, Scores]]:
    """Read the scores in the record of reference rows; exits with one line if it is damaged."""
    path = folder / "evaluation.json"
    with expect_form(path, "facts of the scoring", remake=advise(path)):
        check_kinds(parse_json(path), EVALUATION)
    path = folder / "scores.json"
    return read_reference_table(path, remake=advise(path))
