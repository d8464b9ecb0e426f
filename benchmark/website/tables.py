"""The tables of the report, and values that several pages take from them."""

import shutil
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

import gans
from benchmark import tracks
from benchmark.common.files import read_json, read_table
from benchmark.common.messages import stop
from benchmark.config import Params, Run
from benchmark.evaluation import diagnosis
from benchmark.reporting import claims, comparisons, report
from benchmark.reporting.report import FOLDER
from benchmark.reporting.statistics import mask_diverged
from benchmark.studies.verified import read_verified
from benchmark.website import PAGES, display, long_runs, papers, playground, scatter
from benchmark.website.arithmetic import weigh_cost
from benchmark.website.searches import summarise_search
from benchmark.website.templates import load_templates

RESULTS = Path("results")
THEORY, SENSITIVITY = Path("theory"), Path("sensitivity")
SEARCH_COLUMNS = ("track", "variant", "settings", "seed", "budget", "score")
TABLES = (
    "scores.csv",
    "leaderboard.csv",
    "comparisons.csv",
    "across.csv",
    "claims.csv",
    "search.csv",
)


def locate_table(name: str) -> Path:
    """Locate one of `TABLES`: the search is in results/, since no stage makes it."""
    return (RESULTS if name == "search.csv" else FOLDER) / name


def find_outputs(folder: Path) -> Path:
    """Find the folder of a stage: that which was made here, or its copy in results/."""
    return folder if folder.is_dir() and any(folder.iterdir()) else RESULTS / folder


def copy_outputs(folder: Path, target: Path) -> None:
    """Copy the files of a stage: those made here replace their copies in results/."""
    for source in (RESULTS / folder, folder):
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)


class Tables:
    """The tables of the report, the papers and the templates.

    Args:
        settings: the tracks to show.
    """

    def __init__(self, settings: Params) -> None:
        self.settings = settings
        self.scores = mask_diverged(read_table(FOLDER / "scores.csv", *report.COLUMNS))
        self.ranking = read_table(
            FOLDER / "leaderboard.csv", *report.COLUMNS[:5], "condition", "trend"
        )
        self.ranking_rows = self.ranking.to_dict("records")
        keys = ["track", "dataset", "variant"]
        scored = set(self.scores[keys].itertuples(index=False, name=None))
        for row in self.ranking[keys].itertuples(index=False, name=None):
            if row not in scored:
                stop(
                    f"{FOLDER / 'scores.csv'}: expected scores of every row of leaderboard.csv,"
                    f" got none of {row[1]}-{row[2]}; run gan-benchmark report"
                )
        self.comparisons = read_table(FOLDER / "comparisons.csv", *comparisons.COLUMNS)
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
        plots = [scatter.plot(self.leaderboards[0]["groups"][0], cost) for cost in scatter.COSTS]
        return {
            "plots": [plot for plot in plots if plot],
            "width": scatter.WIDTH,
            "height": scatter.HEIGHT,
        }

    @cached_property
    def benches(self) -> dict[str, dict[str, Any]]:
        """The committed measurements of speed and safety, by name."""
        return {path.stem: read_json(path) for path in (RESULTS / "bench").glob("*.json")}

    @cached_property
    def arithmetic_cost(self) -> dict[str, Any] | None:
        """The cost of the portable arithmetic over the rows that were made with it."""
        measured = self.benches.get("arithmetic", {}).get("cost", {}).get("training", {})
        ratios = {row: values["ratio"] for row, values in measured.items()}
        return weigh_cost(ratios, self.ranking_rows)

    @cached_property
    def trials(self) -> dict[str, str]:
        """The budget of a trial, by track; only of tracks whose search is finished."""
        table = read_table(RESULTS / "search.csv", *SEARCH_COLUMNS)
        budgets = {}
        for name, section in self.settings.whole.tracks.items():
            rows = table[table["track"] == name]
            finished = {
                variant
                for variant, trials in rows.groupby("variant")
                if summarise_search(str(variant), trials, self.settings.search)
            }
            if finished >= section.variants.keys():
                budgets[name] = rows.loc[~rows["whole"], "budget"].iloc[0]
        return budgets

    @cached_property
    def ended_searches(self) -> tuple[int, int]:
        """The number of searches with trials of the whole budget, and of all searches."""
        table = read_table(RESULTS / "search.csv", *SEARCH_COLUMNS)
        ended = table.groupby(["track", "dataset", "variant"])["whole"].any()
        return int(ended.sum()), len(ended)

    @cached_property
    def long_runs(self) -> list[dict[str, Any]]:
        """The curves of longer runs, by data set; see `gan-benchmark long-runs`."""
        return long_runs.read_results(self.settings, self.metrics)

    @cached_property
    def verified(self) -> list[dict[str, Any]]:
        """The last verification of each run; see `gan-benchmark verify`."""
        return read_verified().to_dict("records")

    @cached_property
    def claims(self) -> dict[str, dict[str, Any]]:
        """The claims of papers, each with its results, and those of each data set as ``parts``."""
        path = FOLDER / "claims.csv"
        table = read_table(path, *claims.COLUMNS)
        parts = {name: rows.to_dict("records") for name, rows in table.groupby("claim")}
        loaded = claims.load_claims()
        if missing := [name for name in loaded if name not in parts]:
            stop(f"{path}: expected each claim, got no {missing[0]}; run gan-benchmark report")
        return {
            name: claim
            | {key: parts[name][0][key] for key in claims.RESULT_COLUMNS}
            | {"parts": [part for part in parts[name] if pd.notna(part["difference"])]}
            for name, claim in loaded.items()
        }

    @cached_property
    def walks(self) -> list[Run]:
        """The runs whose latent walks the page Play shows."""
        rows = self.ranking["dataset"] + "-" + self.ranking["variant"]
        return playground.list_walks(self.settings.runs, rows)

    @cached_property
    def has_films(self) -> bool:
        """Whether there is a film of a run."""
        return any(playground.has_film(run) for run in self.settings.runs)

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

    def render(self, template: str, target: str, **context: Any) -> None:
        """Render a template to a page; ``root`` leads from the page to the top of the site."""
        file = PAGES / target
        file.parent.mkdir(parents=True, exist_ok=True)
        text = self.templates.get_template(template).render(
            root="../" * target.count("/"),
            settings=self.settings,
            metrics=self.metrics,
            kinds={name: page.samples for name, page in self.track_pages.items()},
            units={name: page.unit for name, page in self.track_pages.items()},
            limits=diagnosis,
            has_films=self.has_films,
            **context,
        )
        file.write_text(text)
