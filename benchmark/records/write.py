"""Write records of rows made here to results/: `gan-benchmark record`."""

import shutil
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from benchmark.common.files import read_json, read_table
from benchmark.common.fingerprints import STAGES, fingerprint_row, read_settings
from benchmark.common.messages import stop
from benchmark.common.paths import make_folder
from benchmark.common.writing import write_json
from benchmark.config import REFERENCES, Params, Run
from benchmark.config.selection import expect
from benchmark.records import outputs
from benchmark.records.restore import FIRST_SEED, is_current
from benchmark.records.schema import (
    CURVES,
    KINDS,
    LONG,
    REFERENCE_ROWS,
    RESULTS,
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
    for name in names:
        expect("a row", name, params.rows)
    recover_records()
    made = {name: runs for name, runs in params.rows.items() if is_current(runs)}
    if missing := [name for name in names if name not in made]:
        stop(
            *(
                f"{name}: expected a row made here with the present code and settings, got none;"
                f" run make repro ROWS={name}"
                for name in missing
            )
        )
    chosen = {name: made[name] for name in names or made}
    check_references(chosen)
    for name, runs in chosen.items():
        record_row(runs, has_film=name in params.films)
    for track, dataset in {(runs[0].track, runs[0].dataset) for runs in chosen.values()}:
        record_reference_rows(track, dataset)
    if changed := [runs for runs in chosen.values() if has_changes(runs)]:
        print(describe_changes(changed), file=sys.stderr)
    return list(chosen)


def recover_records() -> None:
    """Bring back the records that an interrupted command has moved, and delete its other folders.

    See `replace_folder`.
    """
    for old in RESULTS.glob("*/*/.*.old"):
        target = old.with_name(old.name[1 : -len(".old")])
        if not target.exists():
            old.rename(target)
    for rest in [*RESULTS.glob("*/*/.*.old"), *RESULTS.glob("*/*/.*.new")]:
        shutil.rmtree(rest)


def check_references(rows: Mapping[str, list[Run]]) -> None:
    """Exit with one line if the reference rows of a data set were not scored here.

    Args:
        rows: row -> its runs.
    """
    for row, (run, *_) in rows.items():
        folder = REFERENCES / run.dataset
        for path in (folder / "evaluation.json", folder.with_suffix(".json")):
            if not path.is_file():
                stop(
                    f"{path}: expected the reference rows of {run.dataset}, got no file; run make"
                    f" repro ROWS={row}"
                )


def has_changes(runs: list[Run]) -> bool:
    """Whether code or settings had changes that were not committed when a row was made."""
    files = [
        path
        for run in runs
        for path in (run.trained / "training.json", run.scored / "evaluation.json")
    ]
    return any(read_json(path).get("changed_since") for path in files)


def describe_changes(rows: list[list[Run]]) -> str:
    """Describe in one line how rows get a record that names the commit of their code.

    `make repro` is not enough: code and settings have not changed since the training.

    Args:
        rows: the runs of each, which were made before their code was committed.
    """
    stages = [runs[0].stage(step) for runs in rows for step in STAGES]
    names = " ".join(runs[0].row for runs in rows)
    return (
        f"{names.replace(' ', ', ')}: made before the code was committed, so no commit has the code"
        f" of the record; commit it, then run dvc repro --force --single-item {' '.join(stages)}"
        f" and gan-benchmark record {names}"
    )


def print_records(params: Params, names: Collection[str]) -> None:
    """Print the folders of records of rows, and the other files that are written with them."""
    folders: dict[Path, list[str]] = {}
    for run in (params.rows[name][0] for name in names):
        folders.setdefault(locate_record(run).parent, []).append(run.variant)
    records = [
        str(parent / (variants[0] if len(variants) == 1 else "{" + ",".join(variants) + "}"))
        for parent, variants in folders.items()
    ]
    others = [f"{parent}/{REFERENCE_ROWS}" for parent in folders]
    print(f"{len(names)} row{'s' * (len(names) != 1)} recorded:", ", ".join(records) or "none")
    print("written too:", ", ".join([*others, f"tables and dvc.yaml in {RESULTS}", "README.md"]))


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
