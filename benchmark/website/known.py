"""What is known of all leaderboards: the tables of the report, and what several pages take from them."""

from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

import gans
from benchmark.config import Params, Run
from benchmark.reporting import claims
from benchmark.website import display, papers, scatter
from benchmark.website.templates import templates

RESULTS = Path("results")
TABLES = (
    "scores.csv",
    "leaderboard.csv",
    "comparisons.csv",
    "across.csv",
    "claims.csv",
    "search.csv",
)


class Known:
    """The tables, the papers and the templates.

    Args:
        settings: the leaderboards that are shown.
    """

    def __init__(self, settings: Params) -> None:
        self.settings = settings
        self.scores = pd.read_csv(RESULTS / "scores.csv")
        self.ranking = pd.read_csv(RESULTS / "leaderboard.csv")
        self.ranked = self.ranking.to_dict("records")
        self.comparisons = pd.read_csv(RESULTS / "comparisons.csv")
        self.templates = templates()
        ranked = [
            variant for leaderboard in settings.tracks.values() for variant in leaderboard.variants
        ]
        self.papers = {
            variant: papers.paper(gans.files()[variant])
            for variant in dict.fromkeys([*ranked, *gans.files()])
        }
        self.leaderboards: list[dict[str, Any]] = []

    @cached_property
    def costs(self) -> dict[str, Any]:
        """Quality against cost of the first leaderboard, which stands on the home page."""
        plots = [scatter.plot(self.leaderboards[0], cost) for cost in scatter.COSTS]
        return {
            "plots": [plot for plot in plots if plot],
            "width": scatter.WIDTH,
            "height": scatter.HEIGHT,
        }

    @cached_property
    def verified(self) -> list[dict[str, Any]]:
        """The runs that were trained and scored once more, see `benchmark.studies.verify`."""
        done = RESULTS / "bench" / "verified.csv"
        return pd.read_csv(done).to_dict("records") if done.exists() else []

    @cached_property
    def claims(self) -> dict[str, dict[str, Any]]:
        """What papers claim, each with what came of it."""
        judged = pd.read_csv(RESULTS / "claims.csv", index_col="claim").to_dict("index")
        return {name: claim | judged[name] for name, claim in claims.load_claims().items()}

    def value(self, dataset: str, variant: str, metric: str) -> str:
        """The mean of a metric, to be read; a dash where there is none."""
        rows = [
            own for own in self.ranked if (own["dataset"], own["variant"]) == (dataset, variant)
        ]
        mean = rows[0].get(f"{metric}_mean") if rows else None
        return display.number(mean, display.METRICS[metric][1])

    def best(self, dataset: str, metric: str) -> str:
        """The first trained mean of a data set's leaderboard by its headline, to be read."""
        trained = [own for own in self.ranked if own["kind"] != "reference"]
        names = [own["variant"] for own in trained if own["dataset"] == dataset]
        return self.value(dataset, names[0], metric) if names else "–"

    @cached_property
    def walked(self) -> list[Run]:
        """The first run of each row of images that can be played with, the best row first."""
        first = {
            (run.dataset, run.variant): run
            for run in reversed(self.settings.runs)
            if (run.scored / "walk.json").exists()
        }
        rows = zip(self.ranking["dataset"], self.ranking["variant"], strict=True)
        return [first[row] for row in rows if row in first]
