"""Copy the tables to results/, update README.md, and list the records for DVC."""

import shutil
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from benchmark import tracks
from benchmark.common.files import read_table
from benchmark.common.paths import make_folder
from benchmark.common.writing import write_text
from benchmark.config import Params
from benchmark.records.schema import RESULTS, has_record, locate_record
from benchmark.reporting import readme, report, tricks

# outputs of stages that are copied whole
FOLDERS = ("tables", "sensitivity", "theory")
DVC_FILE = RESULTS / "dvc.yaml"
HEAD = "# Written by gan-benchmark record: `dvc metrics` and `dvc plots` read the records.\n"


def record_tables(params: Params) -> None:
    """Copy the tables of all stages that have run here, and what is made from them.

    Args:
        params: the parameters.
    """
    make_folder(RESULTS)
    for name in FOLDERS:
        target = RESULTS if name == "tables" else RESULTS / name
        if Path(name).is_dir():
            shutil.copytree(name, target, dirs_exist_ok=True)
    ranking = read_table(report.FOLDER / "leaderboard.csv", *report.COLUMNS[:5])
    ranking = ranking.convert_dtypes()  # ranks are whole numbers, also beside missing ones
    readme.update_readme(readme.render_markdown(ranking))
    findings = readme.render_tricks(tricks.read_results(report.FOLDER), params)
    readme.update_readme(findings, readme.TRICK_MARKS)
    write_text(DVC_FILE, render_dvc_file(params))


def render_dvc_file(params: Params) -> str:
    """Render results/dvc.yaml, with the scores and curves of each record.

    The template .dvc/plots/seeds.json draws a line for each seed.
    """
    metrics, plots = [], []
    for runs in params.rows.values():
        if has_record(runs[0]):
            folder = locate_record(runs[0]).relative_to(RESULTS)
            metrics.append(f"{folder}/scores.json")
            curve = tracks.load(runs[0].track).curve
            plot = {"template": "seeds", "x": "samples_seen", "y": curve}
            title = {"title": f"{curve} of {runs[0].row}"}
            plots.append({f"{folder}/trajectory.csv": plot | title})
    content: dict[str, Any] = {"metrics": metrics, "plots": plots}
    text = StringIO()
    YAML().dump(content, text)
    return HEAD + text.getvalue()
