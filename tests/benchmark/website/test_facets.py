"""Facets of leaderboards: a variant is in one group of each at most."""

from pathlib import Path

from ruamel.yaml import YAML

import gans
from benchmark.website.leaderboards import load_facets

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
