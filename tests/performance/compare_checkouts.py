"""Compare the runs of two checkouts bit for bit: `python -m tests.performance.compare_checkouts`.

Usage, after `make repro` with the same settings in both checkouts on the same machine:

    python -m tests.performance.compare_checkouts ../old . --names tests/performance/renamed.yaml

The file of names maps old names of tensors, of curves and of metrics to new ones. The report is
results/bench/checkouts.json: SHA-256 of the weights, of the snapshots, of the losses and of the
metrics of each run, and whether both checkouts agree.
"""

import argparse
import hashlib
import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML
from safetensors.numpy import load_file

from benchmark.common.files import read_json
from benchmark.common.messages import stop
from benchmark.common.provenance import provenance

OUT = Path("results/bench/checkouts.json")


def hash_values(values: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Hash named arrays or numbers, in the order of their new names.

    Args:
        values: arrays or numbers by name.
        names: patterns of old names, and the new text for each.
    """
    renamed = {}
    for name, value in values.items():
        for old, new in names.items():
            name = re.sub(old, new, name)
        renamed[name] = np.ascontiguousarray(value)
    digest = hashlib.sha256()
    for name, array in sorted(renamed.items()):
        digest.update(f"{name} {array.dtype} {array.shape}".encode() + array.tobytes())
    return digest.hexdigest()


def hash_run(folder: Path, seed: str, names: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Hash the outputs of a run that hold no times.

    Args:
        folder: of the row, ``runs/<track>/<dataset>/<variant>``.
        seed: of the run.
        names: patterns by kind of output: weights, snapshots, losses, metrics.
    """
    trained = folder / "trained" / seed
    losses = pd.read_csv(folder / "losses" / f"{seed}.csv")
    curves = losses.select_dtypes("number").columns
    keys = losses.drop(columns=curves).astype(str).agg("/".join, axis=1)
    with np.load(trained / "snapshots.npz") as file:
        snapshots = dict(file)
    outputs: dict[str, Mapping[str, Any]] = {
        "weights": load_file(trained / "weights.safetensors"),
        "snapshots": snapshots,
        "losses": {
            f"{column}:{key}": losses.loc[keys == key, column].to_numpy()
            for column in curves
            for key in keys.unique()
        },
        "metrics": read_json(folder / "metrics" / f"{seed}.json"),
    }
    return {kind: hash_values(values, names.get(kind, {})) for kind, values in outputs.items()}


def read_commit(checkout: Path) -> str:
    """Read the newest commit of a checkout, and what has changed since."""
    command = ["git", "-C", str(checkout), "log", "-1", "--format=%H"]
    commit = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    command = ["git", "-C", str(checkout), "diff", "--shortstat", "--", "params.yaml"]
    changes = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    return f"{commit}; params.yaml: {changes}" if changes else commit


def main() -> None:
    """Compare two checkouts and write the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("old", type=Path, help="checkout with runs/")
    parser.add_argument("new", type=Path, help="checkout with runs/")
    parser.add_argument("--names", type=Path, help="YAML file that maps old names to new ones")
    arguments = parser.parse_args()
    names = YAML(typ="safe").load(arguments.names.read_text()) if arguments.names else {}
    rows = []
    for path in sorted(arguments.new.glob("runs/*/*/*/metrics/*.json")):
        folder = path.parent.parent.relative_to(arguments.new)
        if not (arguments.old / folder / "metrics" / path.name).is_file():
            continue
        old = hash_run(arguments.old / folder, path.stem, names)
        new = hash_run(arguments.new / folder, path.stem, {})
        differences = [kind for kind in new if old[kind] != new[kind]]
        name = f"{folder.parent.name}-{folder.name}-{path.stem}"
        rows.append({"run": name, "differences": differences, "sha256": new})
    if not rows:
        stop(
            f"expected runs in {arguments.old} and {arguments.new}, got none; run make repro there"
        )
    equal = sum(not row["differences"] for row in rows)
    for row in rows:
        if row["differences"]:
            print(f"{row['run']}: {', '.join(row['differences'])} differ")
    print(f"{equal} of {len(rows)} runs are equal")
    facts = {"equal": equal, "of": len(rows), "names": names}
    facts |= {
        "commits": {place: read_commit(getattr(arguments, place)) for place in ("old", "new")}
    }
    facts |= {"runs": rows, **provenance()}
    OUT.write_text(json.dumps(facts, indent=1) + "\n")
    raise SystemExit(equal < len(rows))


if __name__ == "__main__":
    main()
