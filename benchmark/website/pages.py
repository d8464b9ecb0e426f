"""The list of the pages, and all of them written to results/pages."""

import json
import shutil
from collections.abc import Callable
from typing import Any

import gans
from benchmark.common.files import read_json, read_table
from benchmark.common.scripts import write_script
from benchmark.data.sources import points
from benchmark.records.outputs import HARDWARE
from benchmark.reporting.tricks import TABLE as TRICKS
from benchmark.studies import curves
from benchmark.website import (
    DRAWN,
    PAGES,
    SOURCE,
    across,
    changes,
    compare,
    papers,
    playground,
    samples,
    sensitivity,
    studies,
    theory_charts,
)
from benchmark.website.bilingual import Bilingual
from benchmark.website.leaderboards import build_leaderboard, show_row
from benchmark.website.navigation import build_navigation
from benchmark.website.published import LEAST, list_published, list_unrecorded
from benchmark.website.tables import (
    SENSITIVITY,
    TABLES,
    THEORY,
    copy_outputs,
    find_outputs,
    locate_table,
)
from benchmark.website.variants import build_results, draw_files
from benchmark.website.verification import add_verifications
from benchmark.website.workers import Workers

# pages that are written from all leaderboards
OVERVIEWS = (
    "index",
    "leaderboards/index",
    "method",
    "published",
    "health",
    "reproduce",
    "verify",
    "benchmarks",
    "schema",
    "variants/index",
)
# methods that write pages, each in a worker
WRITERS = (
    "write_across",
    "write_changes",
    "write_compare",
    "write_theory",
    "write_sensitivity",
    "write_tuning",
    "write_learn",
    "write_few_images",
    "write_tricks",
    "write_studies",
)


class Site(Bilingual):
    """All pages, and the files that they show."""

    def write(self, meanwhile: Callable[[], None]) -> None:
        """Write all pages to results/pages, and the files they show to results/drawn.

        Args:
            meanwhile: is called once all pages are written, while files are still drawn.

        Raises:
            Exception: whatever went wrong in one of the processes that write and draw.
        """
        for folder in (PAGES, DRAWN):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(SOURCE / "docs", PAGES)
        DRAWN.mkdir()
        with Workers(self) as workers:
            leaderboards = [
                workers.call("build_leaderboard", name, dataset)
                for name, track in self.settings.tracks.items()
                for dataset in track.datasets
            ]
            for name in self.templates.list_templates():  # compiled once, for all processes
                self.templates.get_template(name)
            self.leaderboards = [leaderboard.result() for leaderboard in leaderboards]
        with Workers(self) as workers:  # which have the leaderboards
            pages = [workers.call("write_variant", variant) for variant in self.papers]
            pages += [workers.call(writer) for writer in WRITERS]
            drawings = [
                workers.call("draw_row", place, kind, number)
                for place, leaderboard in enumerate(self.leaderboards)
                for kind in ("trained", "references")
                for number in range(len(leaderboard[kind]))
            ]
            self.write_downloads()
            self.write_leaderboards()
            self.write_films()
            self.write_walks()
            for page in pages:
                page.result()
            meanwhile()
            for drawing in drawings:
                drawing.result()

    def build_leaderboard(self, name: str, dataset: str) -> dict[str, Any]:
        """Build a leaderboard; see `leaderboards.build_leaderboard`."""
        leaderboard = build_leaderboard(
            self.settings, name, dataset, self.scores, self.ranking_rows
        )
        add_verifications(leaderboard["trained"], self.verified)
        return leaderboard

    def write_downloads(self) -> None:
        """Write the tables, the bibliography and the navigation."""
        downloads = PAGES / "downloads"
        downloads.mkdir(exist_ok=True)
        for name in TABLES:
            shutil.copy(locate_table(name), downloads / name)
        if (path := locate_table(TRICKS)).is_file():  # without results of tricks, there is none
            shutil.copy(path, downloads / TRICKS)
        curves.read_curves().to_csv(downloads / curves.TABLE.name, index=False)
        entries = [papers.format_bibtex(gans.files()[variant]) for variant in self.papers]
        (downloads / "papers.bib").write_text("\n\n".join(entries) + "\n")
        navigation = build_navigation(self.settings, self.papers, has_films=self.has_films)
        (PAGES / "nav.json").write_text(json.dumps(navigation))

    def write_leaderboards(self) -> None:
        """Write the pages of the leaderboards, and those that are about all of them."""
        for leaderboard in self.leaderboards:
            target = f"leaderboards/{leaderboard['dataset']}.md"
            self.render("leaderboard.md", target, leaderboard=leaderboard)
        for name in OVERVIEWS:
            self.render(
                f"{name.replace('/', '_')}.md",
                f"{name}.md",
                leaderboards=self.leaderboards,
                papers=self.papers,
                paths={name: f"gans/{gans.family(name)}/{name}.py" for name in self.papers},
                benches=self.benches,
                arithmetic_cost=self.arithmetic_cost,
                trials=self.trials,
                ended_searches=self.ended_searches,
                long_runs=self.long_runs,
                home=self.home,
                verified=self.verified,
                bars=across.THRESHOLDS,
                unrecorded=list_unrecorded(self.settings),
                published=list_published(self.ranking, self.settings.whole),
                least=LEAST,
                **self.costs,
            )

    def write_across(self) -> None:
        """Write the page of variants across the data sets that they share."""
        table = read_table(locate_table("across.csv"), "datasets", "condition", "variant")
        self.render("across.md", "across.md", groups=across.build_groups(table))

    def write_studies(self) -> None:
        """Write the page of each study, and the list of them."""
        tables = [
            studies.build_study(name, study, self.leaderboards, self.comparisons)
            for name, study in self.settings.studies.items()
        ]
        for study in tables:
            self.render("study.md", f"studies/{study['name']}.md", study=study)
        if tables:
            self.render("studies_index.md", "studies/index.md", studies=tables)

    def write_variant(self, variant: str) -> None:
        """Write the page of a variant, with its results on all its leaderboards."""
        path, rows = gans.files()[variant], self.settings.whole.rows
        (PAGES / "downloads").mkdir(exist_ok=True)
        shutil.copy(path, PAGES / "downloads" / path.name)
        self.render(
            "variant.md",
            f"variants/{variant}.md",
            variant=variant,
            paper=self.papers[variant],
            path=f"gans/{gans.family(variant)}/{path.name}",
            algorithm=papers.highlight_algorithm(path),
            code=papers.highlight_code(path),
            rows=[row for row, runs in rows.items() if runs[0].variant == variant],
            results=[
                build_results(row, group)
                for leaderboard in self.leaderboards
                for group in leaderboard["groups"]
                for row in group["trained"]
                if row["variant"] == variant
            ],
            leaderboards=self.leaderboards,
            papers=self.papers,
            claims={
                name: claim
                for name, claim in self.claims.items()
                if variant in (claim["better"], claim["worse"]) and claim["verdict"] != "missing"
            },
            trials=self.trials,
            lang="en",
        )

    def draw_row(self, place: int, kind: str, number: int) -> None:
        """Draw the files of a row.

        Args:
            place: of its leaderboard.
            kind: ``trained`` or ``references``.
            number: of the row among these.
        """
        leaderboard = self.leaderboards[place]
        row = leaderboard[kind][number]
        (DRAWN / samples.samples_folder(row["runs"][0])).mkdir(parents=True, exist_ok=True)
        show_row(row, leaderboard["page"]).draw()
        if kind == "trained":
            draw_files(row["runs"])

    def write_changes(self) -> None:
        """Write the page of changes in the tables."""
        self.render("changes.md", "changes.md", history=changes.build_history(self.ranking))

    def write_theory(self) -> None:
        """Write the page on theory."""
        folder = find_outputs(THEORY)
        shutil.copytree(folder, PAGES / "assets/theory")
        by_dataset = {leaderboard["dataset"]: leaderboard for leaderboard in self.leaderboards}
        self.render(
            "theory.md",
            "theory.md",
            theory=read_json(folder / "theory.json", hardware=HARDWARE),
            charts=theory_charts.draw(folder),
            papers=self.papers,
            rings=by_dataset.get("ring8"),
            modes=len(points.RING),
        )

    def write_sensitivity(self) -> None:
        """Write the page on what the metrics see, and the tables that it shows."""
        target = PAGES / "assets/sensitivity"
        copy_outputs(SENSITIVITY, target)
        context = sensitivity.build_context(target, self.metrics)
        self.render("sensitivity.md", "sensitivity.md", **context)

    def write_tuning(self) -> None:
        """Write the page on tuning."""
        self.render("tuning.md", "tuning.md", results=self.searches, papers=self.papers)

    def write_compare(self) -> None:
        """Write the page that compares variants, and the scripts that it loads."""
        neighbours = {}
        for leaderboard in self.leaderboards:
            dataset = leaderboard["dataset"]
            neighbours[dataset] = compare.list_neighbours(leaderboard, self.comparisons)
            target = PAGES / "assets/compare/data" / f"{dataset}.js"
            compare.write(leaderboard, self.comparisons, target)
        for variant in self.papers:
            target = PAGES / "assets/compare/source" / f"{variant}.js"
            write_script(target, "source", variant, gans.files()[variant].read_text())
        self.render(
            "compare.md", "compare.md", leaderboards=self.leaderboards, neighbours=neighbours
        )

    def write_films(self) -> None:
        """Write the page that plays a film of each run, if a track has films."""
        filmed = playground.list_films(self.leaderboards)
        if filmed:
            self.render("films.md", "films.md", leaderboards=filmed, papers=self.papers)
            playground.link_films(self.settings.runs)

    def write_walks(self) -> None:
        """Write the page of latent walks, and of generators that run in it."""
        self.render(
            "play.md",
            "play.md",
            walks=playground.link_walks(self.walks),
            has_fetched=playground.has_fetched(self.walks),
        )
