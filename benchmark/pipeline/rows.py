"""Write the rows of params.yaml that are made to rows.yaml, which dvc.yaml reads.

DVC cannot derive from params.yaml which variants belong to which data sets, so this list is written
and committed. The stage `recipes` fails when it does not match params.yaml. Optional rows enter the
list when they are named, and stay in it. A data set without rows is not listed.
"""

from collections.abc import Collection
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from benchmark import config, tracks
from benchmark.common.paths import is_readable_file
from benchmark.common.writing import write_text
from benchmark.studies.selection import list_sensitivity_datasets

FILE = Path("rows.yaml")
HEAD = "# Written by gan-benchmark from params.yaml; dvc.yaml makes a stage of each entry.\n"


def flow(**values: str) -> CommentedMap:
    """Make a mapping that is written on one line."""
    block = CommentedMap(values)
    block.fa.set_flow_style()
    return block


def render(params: config.Params, named: Collection[str] = ()) -> str:
    """Render the content of rows.yaml.

    An entry of ``datasets`` names the track; an entry of ``rows`` also names the data set, the
    variant, the metric of the training curve, and the folder of networks that training needs.
    ``sensitivity`` lists the data sets of the stage of this name.

    Args:
        params: the parameters.
        named: optional rows that are listed; the others are left out.
    """
    made = {run.row for run in params.list_runs(named)}
    datasets, rows = CommentedMap(), CommentedMap()
    for name, section in params.tracks.items():
        track = tracks.load(name)
        networks = "features" if track.needs_features(section) else "data"
        for dataset in section.datasets:
            for variant in section.variants_of(dataset):
                if (row := f"{dataset}-{variant}") not in made:
                    continue
                datasets[dataset] = flow(track=name)
                rows[row] = flow(
                    track=name,
                    dataset=dataset,
                    variant=variant,
                    curve=track.curve,
                    networks=f"{networks}/{dataset}",
                )
    measured = CommentedMap(
        (name, datasets[name]) for name in list_sensitivity_datasets(params) if name in datasets
    )
    yaml, text = YAML(), StringIO()
    yaml.width = 200
    yaml.representer.ignore_aliases = lambda data: True
    yaml.dump(CommentedMap(datasets=datasets, sensitivity=measured, rows=rows), text)
    return HEAD + text.getvalue()


def list_rows() -> list[str]:
    """List the rows of rows.yaml; none if there is no such file, or if it is damaged."""
    try:
        return list(YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))["rows"])
    except (OSError, UnicodeDecodeError, YAMLError, KeyError, TypeError):
        return []


def write_rows(params: config.Params, named: Collection[str] = ()) -> bool:
    """Write rows.yaml if it does not match the parameters; return whether it was written.

    Args:
        params: the parameters.
        named: rows that enter the list, if they are optional.
    """
    text = render(params, {*named, *list_rows()})
    if is_readable_file(FILE) and FILE.read_bytes() == text.encode():
        return False
    write_text(FILE, text)
    return True
