"""Check the record of a row: seeds, settings, scores, curves, samples and sizes."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmark import tracks
from benchmark.common.files import expect_form, read_rows
from benchmark.common.messages import stop
from benchmark.config import FILE, Params, Run
from benchmark.records.limits import check_film, check_size
from benchmark.records.restore import FIRST_SEED, KEYS, read_curve, read_scores
from benchmark.records.schema import CURVES, ENDINGS, Record, advise, locate_record
from benchmark.records.settings import list_differences
from benchmark.records.write import DIGITS, MOMENTS

SHA256 = re.compile("[0-9a-f]{64}")


def list_checks(record: Record, params: Params) -> list[Callable[[], None]]:
    """List checks of the record of a row; each exits with one line if there is a mistake."""
    row = f"{record.dataset}-{record.variant}"
    folder = locate_record(params.rows[row][0])
    return [
        partial(check_seeds, record, params.rows[row], folder / "record.json"),
        partial(check_settings, record, row, folder / "record.json"),
        partial(check_scores, record, folder / "scores.json"),
        *(partial(check_curve, record, folder / f"{name}.csv") for name in CURVES),
        partial(check_files, record, folder),
        partial(check_size, folder, record.track),
        partial(check_film, folder, row, params.films),
    ]


def list_finished(record: Record) -> list[int]:
    """List the seeds whose runs have not diverged."""
    facts = {seed: record.collect_facts("training", seed) for seed in record.seeds}
    return [seed for seed in facts if facts[seed]["status"] != "diverged"]


def check_seeds(record: Record, runs: list[Run], path: Path) -> None:
    """Exit with one line if a record has other seeds than the row, or lacks digests of weights."""
    expected, got = (
        ", ".join(map(str, seeds)) for seeds in ([run.seed for run in runs], record.seeds)
    )
    if expected != got:
        stop(f"{path}: expected the seeds {expected} of {FILE}, got {got}; {advise(path)}")
    for seed in record.seeds:
        digest = record.collect_facts("evaluation", seed).get("weights")
        if not isinstance(digest, str) or not SHA256.fullmatch(digest):
            stop(
                f"{path}: expected the sha256 of the weights of seed {seed}, got"
                f" {digest or 'none'}; {advise(path)}"
            )


def check_settings(record: Record, row: str, path: Path) -> None:
    """Exit with one line if a record lacks its settings, or its runs were trained with others."""
    if not record.fingerprint or not record.settings:
        stop(f"{path}: expected a fingerprint and settings, got none; {advise(path)}")
    with expect_form(path, "settings of a row", remake=advise(path)):
        others = {
            seed: list_differences(record.collect_facts("training", seed), record.settings)
            for seed in record.seeds
        }
    for seed, names in others.items():
        if names:
            stop(
                f"{path}: expected the settings of the training of seed {seed}, got another"
                f" {names[0]}; run make repro ROWS={row}, then gan-benchmark record {row}"
            )


def check_scores(record: Record, path: Path) -> None:
    """Exit with one line if a run that finished lacks the headline metric."""
    scores, headline = read_scores(path, record.seeds), tracks.load(record.track).headline
    for seed in list_finished(record):
        if headline not in scores[str(seed)]:
            stop(f"{path}: expected {headline} of seed {seed}, got none; {advise(path)}")


def check_curve(record: Record, path: Path) -> None:
    """Exit with one line if a table lacks a seed, or has too many moments or digits."""
    table, name = read_curve(path, record.track), path.stem
    moments = table.groupby("seed").size()
    seeds = {
        "losses": record.seeds,
        "times": record.seeds,
        "trajectory": list_finished(record),
        "health": list_finished(record) if len(table) else [],  # older ones may have none
    }
    if missing := [seed for seed in seeds[name] if seed not in moments]:
        stop(f"{path}: expected lines of seed {missing[0]}, got none; {advise(path)}")
    if others := [seed for seed in moments.index if seed not in record.seeds]:
        stop(f"{path}: expected lines of the seeds of the record, got {others[0]}; {advise(path)}")
    if len(moments) and (most := moments.max()) > MOMENTS[name]:
        stop(
            f"{path}: expected at most {MOMENTS[name]} moments of each seed, got {most};"
            f" {advise(path)}"
        )
    head, *lines = read_rows(path)
    whole = (*KEYS, "updates")
    cells = (
        cell for line in lines for key, cell in zip(head, line, strict=True) if key not in whole
    )
    if long := next((cell for cell in cells if count_digits(cell) > DIGITS), None):
        stop(f"{path}: expected at most {DIGITS} significant digits, got {long}; {advise(path)}")


def count_digits(cell: str) -> int:
    """Count the significant digits of a number; of a whole one, 0."""
    mantissa, _, exponent = cell.partition("e")
    return len(re.sub(r"[-.]", "", mantissa).lstrip("0")) if "." in mantissa or exponent else 0


def check_files(record: Record, folder: Path) -> None:
    """Exit with one line if samples of a seed are missing, or there are further files."""
    samples = {seed: [f"samples-{seed}{end}" for end in ENDINGS] for seed in record.seeds}
    for seed, names in samples.items():
        if not any((folder / name).is_file() for name in names):
            stop(
                f"{folder}: expected samples of seed {seed}, got none; {advise(folder / names[0])}"
            )
    expected = {*FIRST_SEED, *(f"{name}.csv" for name in CURVES), "record.json", "scores.json"}
    expected |= {name for names in samples.values() for name in names}
    if others := sorted(path for path in folder.glob("*") if path.name not in expected):
        stop(f"{others[0]}: expected only files of a record, got another; delete it")
