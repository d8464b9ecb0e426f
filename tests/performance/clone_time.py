"""Time the ways of a reader, an author and a reproducer from a fresh clone: `make bench-clone`.

Each way starts with `git clone` of the last commit and an environment that is there, without data
and without `.dvc/cache`:

- the site: `make site`, from the records alone;
- a new row: one file, one entry in params.yaml, `make repro ROWS=digits-my_gan`; its cost beyond
  the seconds of training of its runs;
- a reproduction: `make repro ROWS=ring8-vae`, its comparison with the record, and what `git status`
  shows after it;
- weights without training: `gan-benchmark fetch` of this row from a server of this machine, and
  `gan-benchmark sample`.

Writes results/bench/clone.json, with the size of the records.
"""

import json
import math
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmark.common.files import read_json
from benchmark.common.provenance import provenance
from benchmark.common.writing import write_json
from tests.benchmark.pipeline.published_weights import serve

OUT = Path("results/bench/clone.json")
ROOT = Path(__file__).parents[2]
VARIANT, LIKE, DATASET = "my_gan", "dcgan", "digits"
REPRODUCED, RECORD = "ring8-vae", "results/toy/ring8/vae"
COMPARE = f"""
import json
from benchmark import config
from benchmark.studies.reproduction import compare_rows
rows = compare_rows(config.load_params(), ["{REPRODUCED}"])
print(json.dumps([row._asdict() for row in rows]))
"""


def clone(folder: Path) -> Path:
    """Clone the last commit to a folder, with the environment of this one."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def run_make(folder: Path, *arguments: str) -> str:
    """Run make in a clone; return its output."""
    return run_program(folder, "make", *arguments)


def run_python(folder: Path, *arguments: str) -> str:
    """Run Python in a clone; return its output."""
    return run_program(folder, ".venv/bin/python", *arguments)


def run_program(folder: Path, *command: str) -> str:
    """Run a program in a clone; return its output.

    Raises:
        RuntimeError: the program failed.
    """
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def add_variant(folder: Path) -> None:
    """Add a variant that costs what DCGAN costs: a file, and an entry after that of DCGAN."""
    source = (folder / f"gans/unconditional/{LIKE}.py").read_text()
    file = folder / f"gans/unconditional/{VARIANT}.py"
    file.write_text(source.replace("class DCGAN", "class MyGAN"))
    params = folder / "params.yaml"
    text = params.read_text()
    entry = re.search(rf"^    {LIKE}: \{{.*\}}\n", text, re.MULTILINE)
    assert entry is not None  # of the first track
    line = entry[0].replace(f"{LIKE}:", f"{VARIANT}:")
    params.write_text(text[: entry.end()] + line + text[entry.end() :])


def measure_site(folder: Path) -> dict[str, Any]:
    """Measure the time from the clone to the site, and count its pages."""
    started = time.monotonic()
    run_make(clone(folder), "site")
    seconds = time.monotonic() - started
    return {"seconds": round(seconds, 1), "pages": len(list((folder / "public").rglob("*.html")))}


def measure_row(folder: Path) -> dict[str, Any]:
    """Measure the time from the clone to a new row on its page, one run after another."""
    started = time.monotonic()
    add_variant(clone(folder))
    run_make(folder, "repro", f"ROWS={DATASET}-{VARIANT}", "JOBS=1")
    seconds = time.monotonic() - started
    assert (folder / f"public/variants/{VARIANT}.html").is_file()
    trained = [
        read_json(path)["seconds"] for path in folder.glob("runs/*/*/*/trained/*/training.json")
    ]
    rows = {path.name for path in folder.glob("runs/*/*/*")}
    assert rows == {VARIANT}, rows  # nothing else is trained
    return {
        "seconds": round(seconds, 1),
        "training": round(sum(trained), 1),
        "besides": round(seconds - sum(trained), 1),
        "runs": len(trained),
    }


def measure_reproduction(folder: Path) -> dict[str, Any]:
    """Reproduce a row; return its comparison with the record, and the files that git shows."""
    started = time.monotonic()
    run_make(clone(folder), "repro", f"ROWS={REPRODUCED}")
    seconds = time.monotonic() - started
    compared = json.loads(run_python(folder, "-c", COMPARE))  # NaN where there is no limit
    status = subprocess.run(
        ["git", "status", "--short"], cwd=folder, capture_output=True, text=True, check=True
    )
    return {
        "seconds": round(seconds, 1),
        "compared": [{key: replace_nan(value) for key, value in row.items()} for row in compared],
        "changed": status.stdout.split("\n")[:-1],
    }


def replace_nan(value: Any) -> Any:
    """Replace NaN by None, as JSON has no NaN."""
    return None if isinstance(value, float) and math.isnan(value) else value


def measure_fetch(folder: Path) -> dict[str, Any]:
    """Measure the time to fetch published weights of a row, and to draw samples from them.

    The publisher is the clone that `measure_reproduction` has made beside the folder. The reader
    gets its record, as weights of another processor may differ from those of the record here.
    """
    publisher, reader = folder.with_name("reproduction"), clone(folder)
    for arguments in (["record", REPRODUCED], ["publish"]):
        run_python(publisher, "-m", "benchmark", *arguments)
    shutil.copytree(publisher / RECORD, reader / RECORD, dirs_exist_ok=True)
    facts: dict[str, Any] = {"row": REPRODUCED}
    with serve(publisher / "weights") as address:
        for command, option in (("fetch", ["--from", address]), ("sample", ["--out", "drawn.npz"])):
            started = time.monotonic()
            run_python(reader, "-m", "benchmark", command, REPRODUCED, *option)
            facts[f"seconds_of_{command}"] = round(time.monotonic() - started, 1)
    files = (reader / "fetched").glob("*/*/*/trained/*/*")
    return facts | {"bytes": sum(path.stat().st_size for path in files)}


def measure_records() -> dict[str, Any]:
    """Measure the size of the committed files in results/, and of the largest record."""
    listed = subprocess.run(
        ["git", "ls-files", "results"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    sizes = {Path(name): (ROOT / name).stat().st_size for name in listed.stdout.splitlines()}
    rows: dict[Path, int] = {}
    for path, size in sizes.items():
        if len(path.parts) == 5:
            rows[path.parent] = rows.get(path.parent, 0) + size
    largest = max(rows, key=lambda row: rows[row], default=None)
    return {
        "megabytes": round(sum(sizes.values()) / 1e6, 2),
        "records": sum((ROOT / row / "record.json").is_file() for row in rows),
        "largest": str(largest),
        "kilobytes": round(rows[largest] / 1e3, 1) if largest else 0,
    }


def main() -> None:
    """Measure all ways, print them, and write them to `OUT`."""
    facts: dict[str, Any] = {"records": measure_records()}
    with tempfile.TemporaryDirectory() as name:
        for way, measure in (
            ("site", measure_site),
            ("row", measure_row),
            ("reproduction", measure_reproduction),
            ("fetch", measure_fetch),
        ):
            facts[way] = measure(Path(name) / way)
            print(f"{way}: {json.dumps(facts[way])}")
    write_json(OUT, facts | provenance())


if __name__ == "__main__":
    main()
