"""Which pages there are, and all of them written to results/pages."""

import json
import shutil
from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

import gans
from benchmark import claims, health
from benchmark.datasets import points
from benchmark.params import Cell, Params
from benchmark.scripts import say
from benchmark.site import (
    DRAWN,
    PAGES,
    SOURCE,
    across,
    changes,
    compare,
    display,
    papers,
    read,
    samples,
    scatter,
    theory_charts,
)
from benchmark.site.boards import first, leaderboard
from benchmark.site.navigation import LEARN, navigation
from benchmark.site.pictures import link
from benchmark.site.templates import templates
from benchmark.site.variants import draw, results
from benchmark.site.workers import Workers

RESULTS = Path("results")
THEORY = Path("theory")
ALONE = ("across", "changes", "compare", "theory", "learn")  # methods that write a page or a few
TABLES = (
    "scores.csv",
    "leaderboard.csv",
    "comparisons.csv",
    "across.csv",
    "claims.csv",
    "search.csv",
)


class Site:
    """Everything that the pages say, the pages, and what they show."""

    def __init__(self, settings: Params) -> None:
        self.settings = settings
        self.scores = pd.read_csv(RESULTS / "scores.csv")
        self.leaderboard = pd.read_csv(RESULTS / "leaderboard.csv")
        self.ranked = self.leaderboard.to_dict("records")
        self.comparisons = pd.read_csv(RESULTS / "comparisons.csv")
        self.templates = templates()
        ranked = [variant for board in settings.boards.values() for variant in board.variants]
        self.papers = {
            variant: papers.paper(gans.files()[variant])
            for variant in dict.fromkeys([*ranked, *gans.files()])
        }
        self.boards: list[dict[str, Any]] = []

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
                for name, board in self.settings.boards.items()
                for dataset in board.datasets
            ]
            boards = [workers.call("board", *row) for row in rows]
            for name in self.templates.list_templates():  # compiled once, for all processes
                self.templates.get_template(name)
            self.boards = [board.result() for board in boards]
        with Workers(self) as workers:  # which know the boards
            pages = [workers.call("variant", variant) for variant in self.papers]
            pages += [workers.call(page) for page in ALONE]
            drawn = [
                workers.call("draw", place, kind, number)
                for place, board in enumerate(self.boards)
                for kind in ("trained", "references")
                for number in range(len(board[kind]))
            ]
            self.common()
            self.films()
            self.play()
            for page in pages:
                page.result()
            meanwhile()
            for picture in drawn:
                picture.result()

    def board(self, name: str, dataset: str) -> dict[str, Any]:
        """What is said of a board; see `boards.leaderboard`."""
        return leaderboard(self.settings, name, dataset, self.scores, self.ranked)

    @cached_property
    def costs(self) -> dict[str, Any]:
        """Quality against cost of the first board, which stands on the home page."""
        plots = [scatter.plot(self.boards[0], cost) for cost in scatter.COSTS]
        return {
            "plots": [plot for plot in plots if plot],
            "width": scatter.WIDTH,
            "height": scatter.HEIGHT,
        }

    def common(self) -> None:
        """The pages of the boards, those that are about all of them, and what can be taken home."""
        downloads = PAGES / "downloads"
        downloads.mkdir(exist_ok=True)
        for name in TABLES:
            shutil.copy(RESULTS / name, downloads / name)
        entries = [papers.bibtex(gans.files()[variant]) for variant in self.papers]
        (downloads / "papers.bib").write_text("\n\n".join(entries) + "\n")
        (PAGES / "nav.json").write_text(
            json.dumps(navigation(self.settings, self.papers, playable=bool(self.walked)))
        )
        for board in self.boards:
            self.page("board.md", f"boards/{board['dataset']}.md", board=board)
        for name in (
            "index",
            "boards/index",
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
                boards=self.boards,
                papers=self.papers,
                paths={name: f"gans/{gans.family(name)}/{name}.py" for name in self.papers},
                benches={path.stem: read(path) for path in (RESULTS / "bench").glob("*.json")},
                verified=self.verified,
                bars=across.BARS,
                **self.costs,
            )

    def across(self) -> None:
        """The page of variants over all data sets that they share."""
        table = pd.read_csv(RESULTS / "across.csv")
        self.page("across.md", "across.md", groups=across.groups(table))

    def variant(self, variant: str) -> None:
        """The page of a variant, with its results on all boards that it stands on."""
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
                results(row, board)
                for board in self.boards
                for row in board["trained"]
                if row["variant"] == variant
            ],
            verified=[row for row in self.verified if row["variant"] == variant],
            boards=self.boards,
            papers=self.papers,
            claims={
                name: claim
                for name, claim in self.claims.items()
                if variant in (claim["better"], claim["worse"]) and claim["verdict"] != "missing"
            },
            lang="en",
        )

    def draw(self, place: int, kind: str, number: int) -> None:
        """The files that pages show of a row: its board's place, trained or references, its own."""
        row = self.boards[place][kind][number]
        (DRAWN / samples.folder(row["cells"][0])).mkdir(parents=True, exist_ok=True)
        first(row).draw()
        if kind == "trained":
            draw(row["cells"])

    @cached_property
    def verified(self) -> list[dict[str, Any]]:
        """The cells that were trained and scored once more, see `benchmark.verify`."""
        done = RESULTS / "bench" / "verified.csv"
        return pd.read_csv(done).to_dict("records") if done.exists() else []

    def changes(self) -> None:
        """The page of what has changed in the tables."""
        self.page("changes.md", "changes.md", history=changes.history(self.leaderboard))

    def theory(self) -> None:
        """The page on theory."""
        shutil.copytree(THEORY, PAGES / "assets/theory")
        self.page(
            "theory.md",
            "theory.md",
            theory=read(THEORY / "theory.json"),
            charts=theory_charts.draw(THEORY),
            papers=self.papers,
            rings=next((board for board in self.boards if board["dataset"] == "ring8"), None),
            modes=len(points.RING),
        )

    def compare(self) -> None:
        """The page that holds two variants against each other, and what it shows."""
        following = {}
        for board in self.boards:
            order = [row["variant"] for row in board["trained"]]
            after = dict(pairwise(order))
            own = self.comparisons[self.comparisons["dataset"] == board["dataset"]]
            next_ones = own[own["second"] == own["first"].map(after)]
            following[board["dataset"]] = next_ones.to_dict("records")
            target = PAGES / "assets/compare/data" / f"{board['dataset']}.js"
            compare.write(board, self.comparisons, target)
        for variant in self.papers:
            target = PAGES / "assets/compare/source" / f"{variant}.js"
            say(target, "source", variant, gans.files()[variant].read_text())
        self.page("compare.md", "compare.md", boards=self.boards, following=following)

    @cached_property
    def claims(self) -> dict[str, dict[str, Any]]:
        """What papers claim, each with what came of it."""
        judged = pd.read_csv(RESULTS / "claims.csv", index_col="claim").to_dict("index")
        return {name: claim | judged[name] for name, claim in claims.load().items()}

    def learn(self) -> None:
        """The pages that explain, in two languages, with what the boards say of each claim."""
        for folder, language in (("learn", "en"), ("zh", "zh")):
            for name in (*LEARN, *(["index"] if language == "zh" else [])):
                self.page(
                    f"{folder}/{name}.md",
                    f"{folder}/{name}.md",
                    boards=self.boards,
                    papers=self.papers,
                    claims=self.claims,
                    lang=language,
                    value=self.value,
                    best=self.best,
                    **self.costs,
                )

    def value(self, dataset: str, variant: str, metric: str) -> str:
        """The mean of a metric, to be read; a dash where there is none."""
        rows = [
            own for own in self.ranked if (own["dataset"], own["variant"]) == (dataset, variant)
        ]
        mean = rows[0].get(f"{metric}_mean") if rows else None
        return display.number(mean, display.METRICS[metric][1])

    def best(self, dataset: str, metric: str) -> str:
        """The first trained mean of a data set's board by its headline, to be read."""
        trained = [own for own in self.ranked if own["kind"] != "reference"]
        names = [own["variant"] for own in trained if own["dataset"] == dataset]
        return self.value(dataset, names[0], metric) if names else "–"

    def films(self) -> None:
        """The page that plays a film of each run in the plane."""
        boards = [board for board in self.boards if board["name"] == "toy"]
        if not boards:
            return
        shown = [
            {
                "dataset": board["dataset"],
                "variants": list(board["settings"].variants),
                "seeds": board["settings"].seeds,
            }
            for board in boards
        ]
        self.page("films.md", "films.md", boards=shown, papers=self.papers)
        for cell in self.settings.cells:
            if cell.board == "toy":
                folder = f"assets/films/{cell.dataset}"
                (DRAWN / folder).mkdir(parents=True, exist_ok=True)
                link(cell.scored / "film.js", f"{folder}/{cell.variant}-{cell.seed}.js")

    @cached_property
    def walked(self) -> list[Cell]:
        """The first cell of each row of images that can be played with, the best row first."""
        first = {
            (cell.dataset, cell.variant): cell
            for cell in reversed(self.settings.cells)
            if (cell.scored / "walk.json").exists()
        }
        rows = zip(self.leaderboard["dataset"], self.leaderboard["variant"], strict=True)
        return [first[row] for row in rows if row in first]

    def play(self) -> None:
        """The page with walks among latents, and generators that run in it."""
        shown: dict[str, dict[str, Any]] = {}
        for cell in self.walked:
            told = read(cell.scored / "walk.json")
            shown.setdefault(cell.dataset, {})[cell.variant] = told
            folder = f"assets/play/{cell.dataset}"
            (DRAWN / folder).mkdir(parents=True, exist_ok=True)
            link(cell.scored / "walk.png", f"{folder}/{cell.variant}.png")
            if told["network"]:
                link(cell.scored / "network.js", f"{folder}/{cell.variant}.js")
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
            limits=health,
            **context,
        )
        file.write_text(text)
