"""The params.yaml of the repository, and changed copies of it."""

from pathlib import Path

from ruamel.yaml import YAML

from benchmark import config
from tests.command import error_line

PARAMS_FILE = Path(__file__).parents[3] / "params.yaml"


def read_params():
    """Read params.yaml as a tree that can be changed."""
    return YAML().load(PARAMS_FILE.read_text())


def write_params(tree, root):
    """Write params.yaml to a folder."""
    with (root / "params.yaml").open("w") as file:
        YAML().dump(tree, file)
    return root / "params.yaml"


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
