"""Facets of leaderboards: a variant is in one group of each at most."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import gans
from benchmark.website.facets import load_facets
from tests.command import error_line

FILE = Path(__file__).parents[3] / "site" / "facets.yaml"


def test_every_name_is_a_variant_and_stands_once():
    for facet, groups in YAML(typ="safe").load(FILE.read_text()).items():
        named = [variant for group in groups.values() for variant in group]
        assert set(named) <= set(gans.files()), facet
        assert len(named) == len(set(named)), facet


def test_groups_are_what_the_files_say():
    facets = load_facets(FILE)
    for name, path in gans.files().items():
        text = path.read_text()
        if name in facets and "relu(1" in text:
            assert facets[name]["loss"] == "hinge", name
        if name in facets and facets[name]["loss"] in ("minimax", "non-saturating"):
            assert "softplus" in text or "logistic" in text or "entropy" in text, name


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [", r"line \d: expected YAML, got an error .*; correct it"),
        ("a: 1\na: 2", "line 2: expected each key once, got a twice; remove one"),
        ("", "expected a block of facets, got .*"),
        ("loss: 3", "loss: expected a block of groups, got .*"),
        ("loss: {hinge: sngan}", "loss.hinge: expected a list of variants, got .*"),
    ],
)
def test_a_mistake_in_the_file_is_one_line(tmp_path, capsys, text, line):
    file = tmp_path / "facets.yaml"
    file.write_text(text)
    result = error_line(capsys, lambda: load_facets(file)).removeprefix(f"{file}: ")
    assert re.fullmatch(line, result)
    file.write_text("loss: {hinge: [sngan]}")
    assert load_facets(file) == {"sngan": {"loss": "hinge"}}
