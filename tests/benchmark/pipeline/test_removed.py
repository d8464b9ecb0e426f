"""Tracks, data sets and variants that are removed from params.yaml leave no stage of DVC."""

import shutil

import pytest

from benchmark import config
from benchmark.pipeline.dvc_stages import read_status
from benchmark.pipeline.rows import write_rows
from tests.benchmark.config.params import PARAMS_FILE, read_params, write_params
from tests.benchmark.pipeline.project import ROOT, run
from tests.command import mistake_of, run_command


def keep_text(tree):
    for name in [name for name in tree if name not in ("features", "search", "text")]:
        del tree[name]


NAMED = "grammar-mle", "oracle-mle", "moving_digits-dcgan", "moving_digits-mocogan"
REMOVALS = {
    "a track": (lambda tree: tree.pop("toy"), "ring8"),
    "all data sets of a track": (lambda tree: tree["text"].update(datasets={}), "grammar"),
    "all tracks but one": (keep_text, "digits"),
    "a variant": (lambda tree: tree["video"]["variants"].pop("mocogan"), "mocogan"),
}


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Make a folder with the stages of DVC; returns a function that writes params.yaml to it."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "dvc.yaml", tmp_path)
    write_rows(config.load_params(PARAMS_FILE), NAMED)
    shutil.copytree(ROOT / ".dvc", tmp_path / ".dvc", ignore=shutil.ignore_patterns("cache", "tmp"))
    run(tmp_path, "git", "init", "--quiet")

    def write_changed(change):
        tree = read_params()
        change(tree)
        write_params(tree, tmp_path)

    return write_changed


@pytest.mark.parametrize(("change", "removed"), REMOVALS.values(), ids=REMOVALS)
def test_what_is_removed_has_no_stage(write, change, removed):
    write(change)
    run_command("check")
    names = {name.partition("@")[2] for name in read_status()}
    assert any(names) and not any(removed in name for name in names)


def test_a_track_under_a_wrong_name_is_one_line(write, capsys):
    write(lambda tree: tree.update(vidoe=tree.pop("video")))
    for command in ("check", "repro", "recipes"):
        assert mistake_of(capsys, command) == (
            "params.yaml: vidoe: expected a key of this block, got vidoe; did you mean video?"
        )
