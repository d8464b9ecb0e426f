"""The tables of the report, and values that several pages take from them."""

from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

import gans
from benchmark import tracks
from benchmark.config import Params, Run
from benchmark.reporting import claims
from benchmark.website import display, papers, scatter
from benchmark.website.templates import load_templates

RESULTS = Path("results")
TABLES = (
    "scores.csv",
    "leaderboard.csv",
    "comparisons.csv",
    "across.csv",
    "claims.csv",
    "search.csv",
)


class Tables:
    """The tables of the report, the papers and the templates.

    Args:
        settings: the tracks to show.
    """

    def __init__(self, settings: Params) -> None:
        self.settings = settings
        self.scores = pd.read_csv(RESULTS / "scores.csv")
        self.ranking = pd.read_csv(RESULTS / "leaderboard.csv")
        self.ranking_rows = self.ranking.to_dict("records")
        self.comparisons = pd.read_csv(RESULTS / "comparisons.csv")
        self.templates = load_templates()
        self.metrics = display.metric_titles()
        self.track_pages = {name: tracks.load(name).page() for name in settings.tracks}
        ranked = [variant for track in settings.tracks.values() for variant in track.variants]
        self.papers = {
            variant: papers.parse_paper(gans.files()[variant])
            for variant in dict.fromkeys([*ranked, *gans.files()])
        }
        self.leaderboards: list[dict[str, Any]] = []

    @cached_property
    def costs(self) -> dict[str, Any]:
        """Quality against cost of the first leaderboard, for the home page."""
        plots = [scatter.plot(self.leaderboards[0], cost) for cost in scatter.COSTS]
        return {
            "plots": [plot for plot in plots if plot],
            "width": scatter.WIDTH,
            "height": scatter.HEIGHT,
        }

    @cached_property
    def verified(self) -> list[dict[str, Any]]:
        """Runs that were trained and scored a second time; see `benchmark.studies.verify`."""
        table = RESULTS / "bench" / "verified.csv"
        return pd.read_csv(table).to_dict("records") if table.exists() else []

    @cached_property
    def claims(self) -> dict[str, dict[str, Any]]:
        """The claims of papers, each with its verdict."""
        verdicts = pd.read_csv(RESULTS / "claims.csv", index_col="claim").to_dict("index")
        return {name: claim | verdicts[name] for name, claim in claims.load_claims().items()}

    @cached_property
    def walks(self) -> list[Run]:
        """The first run of each row with a latent walk, the best row first."""
        first = {
            (run.dataset, run.variant): run
            for run in reversed(self.settings.runs)
            if (run.scored / "walk.json").exists()
        }
        rows = zip(self.ranking["dataset"], self.ranking["variant"], strict=True)
        return [first[row] for row in rows if row in first]

    @property
    def has_films(self) -> bool:
        """Whether a track has films of its runs."""
        return any(page.has_films for page in self.track_pages.values())

    def format_mean(self, dataset: str, variant: str, metric: str) -> str:
        """Format the mean of a metric; a dash where there is none."""
        rows = [
            row
            for row in self.ranking_rows
            if (row["dataset"], row["variant"]) == (dataset, variant)
        ]
        mean = rows[0].get(f"{metric}_mean") if rows else None
        return display.number(mean, self.metrics[metric].digits)

    def format_best(self, dataset: str, metric: str) -> str:
        """Format a metric of the first trained row of a leaderboard."""
        trained = [row for row in self.ranking_rows if row["kind"] != "reference"]
        names = [row["variant"] for row in trained if row["dataset"] == dataset]
        return self.format_mean(dataset, names[0], metric) if names else "–"
