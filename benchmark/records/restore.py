"""Choose for each row the outputs made here or its record, and restore records.

A record is restored to the files that a run leaves, below `RECORDED`. Tables and pages read both
alike.
"""

import shutil
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from benchmark.common.files import expect_form, parse_json, read_json, read_table
from benchmark.common.fingerprints import fingerprint_row, read_settings
from benchmark.common.paths import make_folder
from benchmark.common.writing import write_json
from benchmark.config import RECORDED, REFERENCES, Params, Run, find_references
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
    for name, dataset in {(run.track, run.dataset) for run in params.runs}:
        restore_reference_rows(name, dataset)
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
    scores = read_scores(folder / "scores.json")
    curves = {name: read_curve(folder / f"{name}.csv") for name in CURVES}
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


def read_scores(path: Path) -> dict[str, dict[str, float]]:
    """Read scores.json of a record: seed -> metric -> value."""
    with expect_form(path, "seeds, and a number for each metric", remake=advise(path)):
        return parse_json(path)


def read_curve(path: Path) -> pd.DataFrame:
    """Read the curves of all seeds of a record."""
    return read_table(path, "seed", "samples_seen", remake=advise(path))


def restore_reference_rows(track: str, dataset: str) -> None:
    """Write the recorded scores and samples of reference rows, if none are made here."""
    source = locate_reference_record(track, dataset)
    if find_references(dataset).parent == REFERENCES and (
        (REFERENCES / dataset / "evaluation.json").is_file() or not source.is_dir()
    ):
        return
    target = RECORDED / REFERENCES / dataset
    shutil.copytree(source, target)
    (target / "scores.json").replace(target.with_suffix(".json"))
