"""The order of the pages."""

from collections.abc import Iterable
from typing import Any

from benchmark.config import Params

LEARN = ("game", "losses", "failures", "metrics", "beyond", "claims")  # in the order of reading


def build_navigation(settings: Params, variants: Iterable[str], *, has_films: bool) -> list[Any]:
    """Build the navigation as MkDocs takes it.

    Args:
        settings: the tracks to show.
        variants: names, in the order of their pages.
        has_films: whether there is a page of films.
    """
    datasets = [name for track in settings.tracks.values() for name in track.datasets]
    studies = [f"studies/{name}.md" for name in settings.studies]
    return [
        {"Home": "index.md"},
        {"Learn": [f"learn/{name}.md" for name in LEARN]},
        {
            "Leaderboards": [
                "leaderboards/index.md",
                "across.md",
                "few_images.md",
                "tricks.md",
                *(f"leaderboards/{name}.md" for name in datasets),
            ]
        },
        *([{"Studies": ["studies/index.md", *studies]}] if studies else []),
        {"Compare": "compare.md"},
        *([{"Films": "films.md"}] if has_films else []),
        {"Play": "play.md"},
        {"Variants": ["variants/index.md", *(f"variants/{name}.md" for name in variants)]},
        {
            "Method": [
                "method.md",
                "published.md",
                "tuning.md",
                "sensitivity.md",
                "health.md",
                "theory.md",
            ]
        },
        {
            "Reproduce": [
                "reproduce.md",
                "architecture.md",
                "clusters.md",
                "verify.md",
                "changes.md",
                "add-a-variant.md",
                "add-a-track.md",
                "own-images.md",
                "own-text.md",
                "score.md",
                "benchmarks.md",
                "schema.md",
                "licences.md",
            ]
        },
        {
            "中文": [
                "zh/index.md",
                *(f"zh/{name}.md" for name in LEARN),
                "zh/few_images.md",
                "zh/tricks.md",
            ]
        },
    ]
