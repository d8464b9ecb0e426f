"""Time, peak memory and value of each metric against the libraries in use: `make bench-metrics`.

Every measurement is a process of its own, which loads its inputs, warms up on a few of them, and
reports how long the whole took and how much memory it held above its inputs. The contenders of a
case take turns, so that what else the machine does hits them alike; a ratio is one of medians over
the rounds. The figures go to results/bench/metrics.json; a value that is off ends with status 1.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmark.common.provenance import peak_process_memory, provenance
from tests.performance.metrics_cases import CASES, OURS, Case

OUT = Path("results/bench/metrics.json")


def measure(case: Case, contender: str, folder: Path) -> dict[str, Any]:
    """One measurement, in a process of its own."""
    import torch

    run = case.contenders[contender]
    arrays = {path.stem: np.load(path) for path in folder.glob("*.npy")}
    warm_up_cases = {
        name: array[:, :48][:48] if "covariance" in name else array[:1100] if array.ndim == 2
        else array[:48]
        for name, array in arrays.items()
    }  # fmt: skip
    run(warm_up_cases)  # imports, and threads that start
    rate = 0.0
    if case.products:
        square = torch.ones(2048, 2048)
        square @ square
        started = time.perf_counter()
        for _ in range(4):
            square @ square
        rate = 4 * 2048**3 / (time.perf_counter() - started)
        del square
    before = resident()
    with suppress(FileNotFoundError):  # off Linux, the peak since the start of the process counts
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak
    started = time.perf_counter()
    values = run(arrays)
    seconds = time.perf_counter() - started
    result = {"seconds": seconds, "bytes": resident("VmHWM") - before, "values": values}
    return result | ({"share_of_matmul": case.products / rate / seconds} if rate else {})


def resident(which: str = "VmRSS") -> int:
    """Memory of this process, in bytes: now, or at its peak (VmHWM)."""
    with suppress(FileNotFoundError):  # off Linux
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(which):
                return int(line.split()[1]) * 1024
    return peak_process_memory()


def compare(name: str, case: Case) -> dict[str, Any]:
    """All contenders of a case, in turns; medians, ratios to ours, and how far each is off."""
    result: dict[str, list[dict[str, Any]]] = {contender: [] for contender in case.contenders}
    with tempfile.TemporaryDirectory() as folder:
        arrays = case.inputs()
        for key, array in arrays.items():
            np.save(Path(folder) / f"{key}.npy", array)
        right = case.reference(arrays) if callable(case.reference) else None
        del arrays
        for _ in range(case.rounds):
            for contender in case.contenders:
                command = [sys.executable, "-m", "tests.performance.metrics_speed"]
                command += ["--measure", name, contender, folder]
                done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
                result[contender].append(json.loads(done.stdout.splitlines()[-1]))
    if right is None:
        assert isinstance(case.reference, str)
        right = result[case.reference][0]["values"]
    ours = statistics.median(each["seconds"] for each in result[OURS])
    rows = {}
    for contender, measured in result.items():
        seconds = statistics.median(each["seconds"] for each in measured)
        rows[contender] = {
            "seconds": round(seconds, 3),
            "ratio": round(seconds / ours, 2),
            "megabytes": round(statistics.median(each["bytes"] for each in measured) / 2**20),
            "difference": max(
                abs(value - right[key]) / (abs(right[key]) or 1)
                for key, value in measured[0]["values"].items()
            ),
        }
        if "share_of_matmul" in measured[0]:
            share = statistics.median(each["share_of_matmul"] for each in measured)
            rows[contender]["share_of_matmul"] = round(share, 3)
    return rows


def show(name: str, rows: dict[str, Any]) -> None:
    grid = Table("", "seconds", "times ours", "MiB", "relative difference", title=name)
    for column in grid.columns[1:]:
        column.justify = "right"
    for contender, row in rows.items():
        runs = (f"{row['seconds']:.2f}", f"{row['ratio']:.2f}", str(row["megabytes"]))
        grid.add_row(contender, *runs, f"{row['difference']:.1e}")
    console = Console(highlight=False)
    console.print(grid)
    if "share_of_matmul" in rows[OURS]:
        share = rows[OURS]["share_of_matmul"]
        console.print(f"ours runs at {share:.0%} of the rate of bare matrix products")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", nargs=3, metavar=("CASE", "CONTENDER", "FOLDER"))
    parser.add_argument("--only", default="", help="cases whose name contains this")
    asked = parser.parse_args()
    if asked.measure:
        name, contender, folder = asked.measure
        print(json.dumps(measure(CASES[name], contender, Path(folder))))
        return
    cases = {name: case for name, case in CASES.items() if asked.only in name}
    # of some cases alone, the figures of the others stay
    stored = json.loads(OUT.read_text())["cases"] if asked.only and OUT.exists() else {}
    results, off = {name: stored[name] for name in CASES if name in stored}, []
    for name, case in cases.items():
        results[name] = compare(name, case)
        show(name, results[name])
        if results[name][OURS]["difference"] > case.tolerance:
            off.append(name)
        OUT.parent.mkdir(parents=True, exist_ok=True)
        OUT.write_text(json.dumps({"cases": results, **provenance()}, indent=1) + "\n")
    if off:
        sys.exit(f"our value is off: {'; '.join(off)}")


if __name__ == "__main__":
    main()
