"""The order of the pages."""

from collections.abc import Iterable
from typing import Any

from benchmark.config import Params

LEARN = ("game", "losses", "failures", "metrics", "beyond", "claims")  # in the order of reading


def navigation(settings: Params, variants: Iterable[str], *, playable: bool) -> list[Any]:
    """What leads to each page, as MkDocs has it.

    Args:
        settings: whose leaderboards are shown.
        variants: their names, in the order of their pages.
        playable: whether there is a page to play on.
    """
    datasets = [name for leaderboard in settings.tracks.values() for name in leaderboard.datasets]
    return [
        {"Home": "index.md"},
        {"Learn": [f"learn/{name}.md" for name in LEARN]},
        {
            "Leaderboards": [
                "leaderboards/index.md",
                "across.md",
                *(f"leaderboards/{name}.md" for name in datasets),
            ]
        },
        {"Compare": "compare.md"},
        *([{"Films": "films.md"}] if "toy" in settings.tracks else []),
        *([{"Play": "play.md"}] if playable else []),
        {"Variants": ["variants/index.md", *(f"variants/{name}.md" for name in variants)]},
        {"Method": ["method.md", "health.md", "theory.md"]},
        {
            "Reproduce": [
                "reproduce.md",
                "architecture.md",
                "verify.md",
                "changes.md",
                "add-a-variant.md",
                "own-images.md",
                "own-text.md",
                "score.md",
                "benchmarks.md",
                "schema.md",
                "licences.md",
            ]
        },
        {"中文": ["zh/index.md", *(f"zh/{name}.md" for name in LEARN)]},
    ]
