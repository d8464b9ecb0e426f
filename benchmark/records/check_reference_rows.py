"""Check the record of the reference rows of a data set."""

from pathlib import Path

from benchmark import tracks
from benchmark.common.messages import stop
from benchmark.records.limits import LARGE_RECORD, check_total
from benchmark.records.restore import read_reference_record
from benchmark.records.schema import ENDINGS, advise

CAPTIONS = "captions.txt"  # of data sets that have captions


def check_reference_rows(folder: Path, track: str) -> None:
    """Exit with one line at the first mistake in the record of reference rows.

    Args:
        folder: such as results/images/digits/reference_rows.
        track: its name.
    """
    rows, headline = read_reference_record(folder), tracks.load(track).headline
    path = folder / "scores.json"
    if not rows:
        stop(f"{path}: expected scores of reference rows, got none; {advise(path)}")
    for row, scores in rows.items():
        if not scores or not all(headline in values for values in scores.values()):
            stop(f"{path}: expected {headline} of each seed of {row}, got none; {advise(path)}")
        if not any((folder / f"{row}{end}").is_file() for end in ENDINGS):
            picture = folder / f"{row}.png"
            stop(f"{folder}: expected samples of {row}, got none; {advise(picture)}")
    names = {"evaluation.json", "scores.json", CAPTIONS}
    names |= {f"{row}{end}" for row in rows for end in ENDINGS}
    if others := sorted(path for path in folder.glob("*") if path.name not in names):
        stop(f"{others[0]}: expected only files of reference rows, got another; delete it")
    check_total(folder, LARGE_RECORD)
