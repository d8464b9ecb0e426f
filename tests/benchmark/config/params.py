"""The params.yaml of the repository, and changed copies of it."""

import pickle
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from benchmark import config
from tests.command import error_line

PARAMS_FILE = Path(__file__).parents[3] / "params.yaml"


@cache
def pickle_params():
    """Parse params.yaml once for all tests of a process."""
    return pickle.dumps(YAML(typ="safe").load(PARAMS_FILE.read_text()))


def read_params():
    """Read params.yaml as a tree that can be changed."""
    return pickle.loads(pickle_params())


def write_params(tree, root):
    """Write params.yaml to a folder."""
    yaml = YAML(typ="safe")  # in C, in a tenth of the time that keeping comments takes
    yaml.default_flow_style = yaml.sort_base_mapping_type_on_output = False
    with (root / "params.yaml").open("w") as file:
        yaml.dump(tree, file)
    return root / "params.yaml"


@cache
def load_repository_params():
    """Load and validate params.yaml once for all tests of a process."""
    return config.load_params(PARAMS_FILE)


def add_folder(tree, *, keep=(), name="mine", **folder):
    """Replace the data sets of the translation track by an image folder.

    Args:
        tree: of params.yaml, changed in place.
        keep: variants of the track to keep; all by default.
        name: of the data set.
        folder: options of the folder.
    """
    block = {"samples_seen": 64, "networks": {}, "feature_space": "inception", "folder": folder}
    tree["translation"]["datasets"] = {name: block}
    variants = tree["translation"]["variants"]
    tree["translation"]["variants"] = {name: variants[name] for name in keep or variants}
    return block


def load_error(tmp_path, capsys, change):
    """Return the error of params.yaml after a change, without the path of the file."""
    tree = read_params()
    change(tree)
    path = write_params(tree, tmp_path)
    line = error_line(capsys, lambda: config.load_params(path))
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")
