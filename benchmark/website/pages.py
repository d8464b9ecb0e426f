"""Which pages there are, and all of them written to results/pages."""

import json
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

import gans
from benchmark.common.files import read_json
from benchmark.common.scripts import write_script
from benchmark.data.sources import points
from benchmark.evaluation import diagnosis
from benchmark.website import (
    DRAWN,
    PAGES,
    SOURCE,
    across,
    changes,
    compare,
    display,
    papers,
    samples,
    theory_charts,
)
from benchmark.website.known import RESULTS, TABLES, Known
from benchmark.website.leaderboards import build_leaderboard, first
from benchmark.website.navigation import LEARN, navigation
from benchmark.website.pictures import link
from benchmark.website.variants import draw, results
from benchmark.website.workers import Workers

THEORY = Path("theory")
ALONE = ("across", "changes", "compare", "theory", "learn")  # methods that write a page or a few


class Site(Known):
    """The pages, and what they show, made of what is known."""

    def write(self, meanwhile: Callable[[], None]) -> None:
        """All pages to results/pages, and what they show to results/drawn.

        Args:
            meanwhile: is called once all pages are there, while what they show is still drawn.

        Raises:
            Exception: whatever went wrong in one of the processes that write and draw.
        """
        for folder in (PAGES, DRAWN):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(SOURCE / "docs", PAGES)
        DRAWN.mkdir()
        with Workers(self) as workers:
            rows = [
                (name, dataset)
                for name, track in self.settings.tracks.items()
                for dataset in track.datasets
            ]
            leaderboards = [workers.call("leaderboard", *row) for row in rows]
            for name in self.templates.list_templates():  # compiled once, for all processes
                self.templates.get_template(name)
            self.leaderboards = [leaderboard.result() for leaderboard in leaderboards]
        with Workers(self) as workers:  # which know the leaderboards
            pages = [workers.call("variant", variant) for variant in self.papers]
            pages += [workers.call(page) for page in ALONE]
            drawn = [
                workers.call("draw", place, kind, number)
                for place, leaderboard in enumerate(self.leaderboards)
                for kind in ("trained", "references")
                for number in range(len(leaderboard[kind]))
            ]
            self.common()
            self.films()
            self.play()
            for page in pages:
                page.result()
            meanwhile()
            for picture in drawn:
                picture.result()

    def leaderboard(self, name: str, dataset: str) -> dict[str, Any]:
        """What is said of a leaderboard; see `leaderboards.build_leaderboard`."""
        return build_leaderboard(self.settings, name, dataset, self.scores, self.ranked)

    def common(self) -> None:
        """The pages of the leaderboards, those that are about all of them, and what can be taken home."""
        downloads = PAGES / "downloads"
        downloads.mkdir(exist_ok=True)
        for name in TABLES:
            shutil.copy(RESULTS / name, downloads / name)
        entries = [papers.bibtex(gans.files()[variant]) for variant in self.papers]
        (downloads / "papers.bib").write_text("\n\n".join(entries) + "\n")
        (PAGES / "nav.json").write_text(
            json.dumps(navigation(self.settings, self.papers, playable=bool(self.walked)))
        )
        for leaderboard in self.leaderboards:
            self.page(
                "leaderboard.md",
                f"leaderboards/{leaderboard['dataset']}.md",
                leaderboard=leaderboard,
            )
        for name in (
            "index",
            "leaderboards/index",
            "method",
            "health",
            "reproduce",
            "verify",
            "benchmarks",
            "schema",
            "variants/index",
        ):
            self.page(
                f"{name.replace('/', '_')}.md",
                f"{name}.md",
                leaderboards=self.leaderboards,
                papers=self.papers,
                paths={name: f"gans/{gans.family(name)}/{name}.py" for name in self.papers},
                benches={path.stem: read_json(path) for path in (RESULTS / "bench").glob("*.json")},
                verified=self.verified,
                bars=across.THRESHOLDS,
                **self.costs,
            )

    def across(self) -> None:
        """The page of variants over all data sets that they share."""
        table = pd.read_csv(RESULTS / "across.csv")
        self.page("across.md", "across.md", groups=across.groups(table))

    def variant(self, variant: str) -> None:
        """The page of a variant, with its results on all leaderboards that it stands on."""
        path = gans.files()[variant]
        (PAGES / "downloads").mkdir(exist_ok=True)
        shutil.copy(path, PAGES / "downloads" / path.name)
        self.page(
            "variant.md",
            f"variants/{variant}.md",
            variant=variant,
            paper=self.papers[variant],
            path=f"gans/{gans.family(variant)}/{path.name}",
            algorithm=papers.algorithm(path),
            code=papers.code(path),
            results=[
                results(row, leaderboard)
                for leaderboard in self.leaderboards
                for row in leaderboard["trained"]
                if row["variant"] == variant
            ],
            verified=[row for row in self.verified if row["variant"] == variant],
            leaderboards=self.leaderboards,
            papers=self.papers,
            claims={
                name: claim
                for name, claim in self.claims.items()
                if variant in (claim["better"], claim["worse"]) and claim["verdict"] != "missing"
            },
            lang="en",
        )

    def draw(self, place: int, kind: str, number: int) -> None:
        """The files that pages show of a row: its leaderboard's place, trained or references, its own."""
        row = self.leaderboards[place][kind][number]
        (DRAWN / samples.folder(row["runs"][0])).mkdir(parents=True, exist_ok=True)
        first(row).draw()
        if kind == "trained":
            draw(row["runs"])

    def changes(self) -> None:
        """The page of what has changed in the tables."""
        self.page("changes.md", "changes.md", history=changes.history(self.ranking))

    def theory(self) -> None:
        """The page on theory."""
        shutil.copytree(THEORY, PAGES / "assets/theory")
        self.page(
            "theory.md",
            "theory.md",
            theory=read_json(THEORY / "theory.json"),
            charts=theory_charts.draw(THEORY),
            papers=self.papers,
            rings=next(
                (
                    leaderboard
                    for leaderboard in self.leaderboards
                    if leaderboard["dataset"] == "ring8"
                ),
                None,
            ),
            modes=len(points.RING),
        )

    def compare(self) -> None:
        """The page that holds two variants against each other, and what it shows."""
        following = {}
        for leaderboard in self.leaderboards:
            order = [row["variant"] for row in leaderboard["trained"]]
            after = dict(pairwise(order))
            own = self.comparisons[self.comparisons["dataset"] == leaderboard["dataset"]]
            next_ones = own[own["second"] == own["first"].map(after)]
            following[leaderboard["dataset"]] = next_ones.to_dict("records")
            target = PAGES / "assets/compare/data" / f"{leaderboard['dataset']}.js"
            compare.write(leaderboard, self.comparisons, target)
        for variant in self.papers:
            target = PAGES / "assets/compare/source" / f"{variant}.js"
            write_script(target, "source", variant, gans.files()[variant].read_text())
        self.page("compare.md", "compare.md", leaderboards=self.leaderboards, following=following)

    def learn(self) -> None:
        """The pages that explain, in two languages, with what the leaderboards say of each claim."""
        for folder, language in (("learn", "en"), ("zh", "zh")):
            for name in (*LEARN, *(["index"] if language == "zh" else [])):
                self.page(
                    f"{folder}/{name}.md",
                    f"{folder}/{name}.md",
                    leaderboards=self.leaderboards,
                    papers=self.papers,
                    claims=self.claims,
                    lang=language,
                    value=self.value,
                    best=self.best,
                    **self.costs,
                )

    def films(self) -> None:
        """The page that plays a film of each run in the plane."""
        leaderboards = [
            leaderboard for leaderboard in self.leaderboards if leaderboard["name"] == "toy"
        ]
        if not leaderboards:
            return
        shown = [
            {
                "dataset": leaderboard["dataset"],
                "variants": list(leaderboard["settings"].variants),
                "seeds": leaderboard["settings"].seeds,
            }
            for leaderboard in leaderboards
        ]
        self.page("films.md", "films.md", leaderboards=shown, papers=self.papers)
        for run in self.settings.runs:
            if run.track == "toy":
                folder = f"assets/films/{run.dataset}"
                (DRAWN / folder).mkdir(parents=True, exist_ok=True)
                link(run.scored / "film.js", f"{folder}/{run.variant}-{run.seed}.js")

    def play(self) -> None:
        """The page with walks among latents, and generators that run in it."""
        shown: dict[str, dict[str, Any]] = {}
        for run in self.walked:
            told = read_json(run.scored / "walk.json")
            shown.setdefault(run.dataset, {})[run.variant] = told
            folder = f"assets/play/{run.dataset}"
            (DRAWN / folder).mkdir(parents=True, exist_ok=True)
            link(run.scored / "walk.png", f"{folder}/{run.variant}.png")
            if told["network"]:
                link(run.scored / "network.js", f"{folder}/{run.variant}.js")
        if shown:
            self.page("play.md", "play.md", shown=shown)

    def page(self, template: str, target: str, **context: Any) -> None:
        """One page from a template; ``root`` leads from it to the top of the site."""
        file = PAGES / target
        file.parent.mkdir(parents=True, exist_ok=True)
        root = "../" * target.count("/")
        text = self.templates.get_template(template).render(
            root=root,
            settings=self.settings,
            metrics=display.METRICS,
            kinds=display.KINDS,
            units=display.UNITS,
            limits=diagnosis,
            **context,
        )
        file.write_text(text)
