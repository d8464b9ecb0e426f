"""Tracks, data sets and variants that are removed from params.yaml leave no stage of DVC."""

import json
import sys

import pytest

from tests.benchmark.pipeline.project import BIN, copy_of_repository, edit, run


def keep_text(tree):
    for name in [name for name in tree if name not in ("features", "search", "text")]:
        del tree[name]


REMOVALS = {
    "a track": (lambda tree: tree.pop("toy"), "ring8"),
    "all data sets of a track": (lambda tree: tree["text"].update(datasets={}), "grammar"),
    "all tracks but one": (keep_text, "digits"),
    "a variant": (lambda tree: tree["video"]["variants"].pop("mocogan"), "mocogan"),
}


@pytest.mark.parametrize(("change", "removed"), REMOVALS.values(), ids=REMOVALS)
def test_what_is_removed_has_no_stage(tmp_path, change, removed):
    project = copy_of_repository(tmp_path)
    edit(project, change)
    run(project, sys.executable, "-m", "benchmark", "check")
    stages = run(project, BIN / "dvc", "status", "--json").splitlines()[-1]
    names = {name.partition("@")[2] for name in json.loads(stages)}
    assert any(names) and not any(removed in name for name in names)


def test_a_track_under_a_wrong_name_is_one_line(tmp_path):
    project = copy_of_repository(tmp_path)
    edit(project, lambda tree: tree.update(vidoe=tree.pop("video")))
    for command in ("check", "repro", "recipes"):
        output = run(project, sys.executable, "-m", "benchmark", command, ok=False)
        assert output == (
            "params.yaml: vidoe: expected a key of this block, got vidoe; did you mean video?\n"
        )
