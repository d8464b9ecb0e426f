"""Which pages there are, and all of them written to results/pages."""

import json
import multiprocessing
import shutil
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import gans
from benchmark import health
from benchmark.datasets import points
from benchmark.params import Cell, Params
from benchmark.site import (
    PAGES,
    SOURCE,
    changes,
    charts,
    claims,
    compare,
    display,
    films,
    kept,
    papers,
    play,
    read,
    scatter,
    theory_charts,
)
from benchmark.site.boards import leaderboard
from benchmark.site.variants import results

RESULTS = Path("results")
LEARN = ("game", "losses", "failures", "metrics", "beyond", "claims")  # in the order of reading
THEORY = Path("theory")
COMMON = gans.ROOT / "common"


def templates(folder: Path = SOURCE) -> Environment:
    """The templates of a folder ``site``, with what they format values by."""
    found = Environment(
        loader=FileSystemLoader(folder / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    found.filters |= {"number": display.number, "short": lambda value: str(value or "–")[:10]}
    found.filters["sentence"] = papers.unfenced
    found.globals["chart_geometry"] = charts
    found.policies["json.dumps_kwargs"] = {}  # keys in their own order
    return found


class Site:
    """Everything that the pages say, and the pages."""

    def __init__(self, settings: Params) -> None:
        self.settings = settings
        self.scores = pd.read_csv(RESULTS / "scores.csv")
        self.leaderboard = pd.read_csv(RESULTS / "leaderboard.csv")
        self.comparisons = pd.read_csv(RESULTS / "comparisons.csv")
        self.templates = templates()
        ranked = [variant for board in settings.boards.values() for variant in board.variants]
        self.papers = {
            variant: papers.paper(gans.files()[variant])
            for variant in dict.fromkeys([*ranked, *gans.files()])
        }

    def write(self) -> None:
        """All pages and what they show, to results/pages; other processes read and draw.

        Raises:
            Exception: whatever went wrong in one of these.
        """
        started = time.time()
        kept.code()  # once, for all processes
        # forked: nothing is imported twice; what draws curves starts threads, but only there
        with ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as pool:
            self.pages(pool)
        kept.forget(before=started)

    def pages(self, pool: Executor) -> None:
        """All pages, those that wait for other processes last."""
        shutil.rmtree(PAGES, ignore_errors=True)
        shutil.copytree(SOURCE / "docs", PAGES)
        downloads = PAGES / "downloads"
        downloads.mkdir()
        for name in ("scores.csv", "leaderboard.csv", "comparisons.csv", "search.csv"):
            shutil.copy(RESULTS / name, downloads / name)
        boards = [
            leaderboard(self.settings, name, dataset, self.scores, self.leaderboard)
            for name, board in self.settings.boards.items()
            for dataset in board.datasets
        ]
        shown = {
            variant: [
                pool.submit(results, variant, board)
                for board in boards
                if variant in board["settings"].variants
            ]
            for variant in self.papers
        }
        self.theory(boards)
        drawn = self.films(boards, pool)
        self.compare(boards)
        entries = [papers.bibtex(gans.files()[variant]) for variant in self.papers]
        (downloads / "papers.bib").write_text("\n\n".join(entries) + "\n")
        costs: dict[str, Any] = {
            "plots": [plot for cost in scatter.COSTS if (plot := scatter.plot(boards[0], cost))],
            "width": scatter.WIDTH,
            "height": scatter.HEIGHT,
        }
        self.learn(boards, costs)
        walks = self.walks(pool)
        self.page("changes.md", "changes.md", history=changes.history(self.leaderboard))
        for board in boards:
            self.page("board.md", f"boards/{board['dataset']}.md", board=board)
        benches = {path.stem: read(path) for path in (RESULTS / "bench").glob("*.json")}
        verified = self.verified()
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
                boards=boards,
                papers=self.papers,
                paths={name: f"gans/{gans.family(name)}/{name}.py" for name in self.papers},
                benches=benches,
                verified=verified,
                **costs,
            )
        (PAGES / "nav.json").write_text(json.dumps(self.navigation()))
        for variant, found in shown.items():
            self.variant(variant, [own.result() for own in found])
        for picture in drawn:
            picture.result()
        self.play(walks)

    def variant(self, variant: str, found: list[dict[str, Any]]) -> None:
        """The page of a variant, with its results on all boards that it stands on."""
        path = gans.files()[variant]
        shutil.copy(path, PAGES / "downloads" / path.name)
        self.page(
            "variant.md",
            f"variants/{variant}.md",
            variant=variant,
            paper=self.papers[variant],
            path=f"gans/{gans.family(variant)}/{path.name}",
            code=papers.code(path),
            results=found,
            verified=[row for row in self.verified() if row["variant"] == variant],
        )

    def verified(self) -> list[dict[str, Any]]:
        """The cells that were trained and scored once more, see `benchmark.verify`."""
        done = RESULTS / "bench" / "verified.csv"
        return pd.read_csv(done).to_dict("records") if done.exists() else []

    def theory(self, boards: list[dict[str, Any]]) -> None:
        """The page on theory."""
        shutil.copytree(THEORY, PAGES / "assets/theory")
        self.page(
            "theory.md",
            "theory.md",
            theory=read(THEORY / "theory.json"),
            charts=theory_charts.draw(THEORY),
            papers=self.papers,
            rings=next((board for board in boards if board["dataset"] == "ring8"), None),
            modes=len(points.RING),
        )

    def compare(self, boards: list[dict[str, Any]]) -> None:
        """The page that holds two variants against each other, and what it shows."""
        following = {}
        for board in boards:
            order = [row["variant"] for row in board["trained"]]
            after = dict(pairwise(order))
            own = self.comparisons[self.comparisons["dataset"] == board["dataset"]]
            next_ones = own[own["second"] == own["first"].map(after)]
            following[board["dataset"]] = next_ones.to_dict("records")
            target = PAGES / "assets/compare/data" / f"{board['dataset']}.js"
            compare.write(board, self.comparisons, target)
        for variant in self.papers:
            target = PAGES / "assets/compare/source" / f"{variant}.js"
            compare.say(target, "source", variant, gans.files()[variant].read_text())
        self.page("compare.md", "compare.md", boards=boards, following=following)

    def learn(self, boards: list[dict[str, Any]], costs: dict[str, Any]) -> None:
        """The pages that explain, in two languages, with what the boards say of each claim.

        Args:
            boards: all of them.
            costs: quality against cost, which stands on the home page of either language.
        """
        found = {name: claims.judge(own, self.scores) for name, own in claims.load().items()}
        for folder, language in (("learn", "en"), ("zh", "zh")):
            for name in (*LEARN, *(["index"] if language == "zh" else [])):
                self.page(
                    f"{folder}/{name}.md",
                    f"{folder}/{name}.md",
                    boards=boards,
                    papers=self.papers,
                    claims=found,
                    lang=language,
                    value=self.value,
                    best=self.best,
                    **costs,
                )

    def value(self, dataset: str, variant: str, metric: str) -> str:
        """The mean of a metric, to be read; a dash where there is none."""
        rows = self.leaderboard[
            (self.leaderboard["dataset"] == dataset) & (self.leaderboard["variant"] == variant)
        ]
        column = f"{metric}_mean"
        known = column in rows and len(rows)
        return display.number(rows[column].iloc[0] if known else None, display.METRICS[metric][1])

    def best(self, dataset: str, metric: str) -> str:
        """The first trained mean of a data set's board by its headline, to be read."""
        rows = self.leaderboard[
            (self.leaderboard["dataset"] == dataset) & (self.leaderboard["kind"] != "reference")
        ]
        return self.value(dataset, rows["variant"].iloc[0], metric) if len(rows) else "–"

    def walked(self) -> list[Cell]:
        """The first cell of each row of images of which there are weights, the best row first."""
        first = {
            (cell.dataset, cell.variant): cell
            for cell in reversed(self.settings.cells)
            if cell.board == "images" and (cell.trained / "weights.safetensors").exists()
        }
        rows = zip(self.leaderboard["dataset"], self.leaderboard["variant"], strict=True)
        return [first[row] for row in rows if row in first]

    def walks(self, pool: Executor) -> dict[Cell, Future[Any]]:
        """What there is to play with, to come."""
        found = {}
        for cell in self.walked():
            where = f"assets/play/{cell.dataset}/{cell.variant}"
            found[cell] = pool.submit(
                kept.kept,
                play.write,
                cell,
                PAGES / f"{where}.png",
                PAGES / f"{where}.js",
                reads=[cell.trained / "weights.safetensors", gans.files()[cell.variant], COMMON],
                makes=[f"{where}.*"],
            )
        return found

    def play(self, walks: dict[Cell, Future[Any]]) -> None:
        """The page with walks among latents, and generators that run in it."""
        shown: dict[str, dict[str, Any]] = {}
        for cell, found in walks.items():
            shown.setdefault(cell.dataset, {})[cell.variant] = found.result()
        if shown:
            self.page("play.md", "play.md", shown=shown)

    def films(self, boards: list[dict[str, Any]], pool: Executor) -> list[Future[Any]]:
        """The page that plays a film of each run in the plane; the films, to come."""
        boards = [board for board in boards if board["name"] == "toy"]
        if not boards:
            return []
        shown = [
            {
                "dataset": board["dataset"],
                "variants": list(board["settings"].variants),
                "seeds": board["settings"].seeds,
            }
            for board in boards
        ]
        self.page("films.md", "films.md", boards=shown, papers=self.papers)
        found = []
        for cell in self.settings.cells:
            if cell.board == "toy":
                where = f"assets/films/{films.name(cell)}"
                reads = [cell.trained, cell.losses, cell.trajectory, Path("data") / cell.dataset]
                found.append(
                    pool.submit(
                        kept.kept, films.record, cell, PAGES / where, reads=reads, makes=[where]
                    )
                )
        return found

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

    def navigation(self) -> list[Any]:
        datasets = [name for board in self.settings.boards.values() for name in board.datasets]
        return [
            {"Home": "index.md"},
            {"Learn": [f"learn/{name}.md" for name in LEARN]},
            {"Leaderboards": ["boards/index.md", *(f"boards/{name}.md" for name in datasets)]},
            {"Compare": "compare.md"},
            *([{"Films": "films.md"}] if "toy" in self.settings.boards else []),
            *([{"Play": "play.md"}] if self.walked() else []),
            {"Variants": ["variants/index.md", *(f"variants/{name}.md" for name in self.papers)]},
            {"Method": ["method.md", "health.md", "theory.md"]},
            {
                "Reproduce": [
                    "reproduce.md",
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
