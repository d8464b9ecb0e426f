"""Write the rows of params.yaml to rows.yaml, which dvc.yaml reads.

DVC cannot derive from params.yaml which variants belong to which data sets, so this list is written
and committed. The stage `recipes` fails when it does not match params.yaml.
"""

from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from benchmark import config, tracks

FILE = Path("rows.yaml")
HEAD = "# Written by gan-benchmark from params.yaml; dvc.yaml makes a stage of each entry.\n"


def flow(**values: str) -> CommentedMap:
    """Make a mapping that is written on one line."""
    block = CommentedMap(values)
    block.fa.set_flow_style()
    return block


def render(params: config.Params) -> str:
    """Render the content of rows.yaml.

    An entry of ``datasets`` names the track; an entry of ``rows`` also names the data set, the
    variant, the metric of the training curve, and the folder of networks that training needs.
    """
    datasets, rows = CommentedMap(), CommentedMap()
    for name, section in params.tracks.items():
        track = tracks.load(name)
        for dataset in section.datasets:
            datasets[dataset] = flow(track=name)
            networks = "features" if track.needs_features(section) else "data"
            for variant in section.variants:
                rows[f"{dataset}-{variant}"] = flow(
                    track=name,
                    dataset=dataset,
                    variant=variant,
                    curve=track.curve,
                    networks=f"{networks}/{dataset}",
                )
    yaml, text = YAML(), StringIO()
    yaml.width = 200
    yaml.dump(CommentedMap(datasets=datasets, rows=rows), text)
    return HEAD + text.getvalue()


def write_rows(params: config.Params) -> bool:
    """Write rows.yaml if it does not match the parameters; return whether it was written."""
    text = render(params)
    if FILE.is_file() and FILE.read_bytes() == text.encode():
        return False
    FILE.write_text(text, encoding="utf-8")
    return True
