"""Groups of variants that readers filter leaderboards by."""

from pathlib import Path

from benchmark.common.files import read_yaml
from benchmark.common.messages import stop
from benchmark.website import SOURCE


def load_facets(file: Path = SOURCE / "facets.yaml") -> dict[str, dict[str, str]]:
    """Load variant -> facet -> the group of the variant."""
    facets: dict[str, dict[str, str]] = {}
    content = read_yaml(file)
    if not isinstance(content, dict):
        stop(f"{file}: expected a block of facets, got another value; write a name and its groups")
    for facet, groups in content.items():
        if not isinstance(groups, dict):
            stop(f"{file}: {facet}: expected a block of groups, got another value; write one")
        for group, variants in groups.items():
            if not isinstance(variants, list) or not all(isinstance(v, str) for v in variants):
                stop(f"{file}: {facet}.{group}: expected a list of variants, got none; write one")
            for variant in variants:
                facets.setdefault(variant, {})[facet] = group
    return facets
