"""The results as a web site: `python -m benchmark.site` writes public/, for any host or none.

The pages are made anew in results/pages: site/docs as it stands, and site/templates filled in with
results/*.csv, runs/, references/ and what the files of gans/ say of themselves. MkDocs builds them.
"""

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import gans
from benchmark import (
    data,
    display,
    films,
    health,
    papers,
    params,
    pictures,
    points,
    theory_pictures,
)
from benchmark.messages import stop
from benchmark.params import Cell
from benchmark.tracks import TRACKS

SOURCE = Path("site")
PAGES = Path("results/pages")
PUBLIC = Path("public")
RESULTS = Path("results")
THEORY = Path("theory")
# the title of a metric and its decimals; one that is not here is shown under its own name
METRICS = {
    "fid": ("FID", 2),
    "is": ("IS", 2),
    "precision": ("Precision", 3),
    "recall": ("Recall", 3),
    "fid_infinity": ("FID∞", 2),
    "kid": ("KID", 4),
    "mmd": ("MMD", 4),
    "density": ("Density", 3),
    "coverage": ("Coverage", 3),
    "authenticity": ("Authenticity", 3),
    "nearest_ratio": ("Nearest-distance ratio", 3),
    "modes": ("Modes", 1),
    "label_divergence": ("Label divergence", 4),
    "class_accuracy": ("Class accuracy", 3),
    "intra_fid": ("Intra-FID", 2),
    "perceptual": ("Perceptual distance", 3),
    "l1": ("L1", 4),
    "psnr": ("PSNR", 2),
    "psnr_y": ("PSNR of Y", 2),
    "ssim_y": ("SSIM of Y", 3),
    "ssim": ("SSIM", 3),
    "output_diversity": ("Output diversity", 3),
    "reconstruction_error": ("Reconstruction error", 3),
    "wasserstein": ("Wasserstein", 3),
    "high_quality": ("High quality", 3),
    "jensen_shannon": ("JS divergence", 3),
    "mode_divergence": ("Mode divergence", 3),
}
ACCURACIES = {
    "accuracy_train": "training images",
    "accuracy_held_out": "held-out images",
    "accuracy_generated": "samples",
}
WIPED = 96  # pixels of the side of a patch where two are wiped over each other
PAIRED = ("translation", "superresolution")  # boards whose images are made from images
# the columns of the leaderboards themselves
HEADLINES = {
    "images": ("fid", "is", "precision", "recall"),
    "toy": ("wasserstein", "modes", "high_quality", "jensen_shannon"),
    "translation": ("fid", "perceptual", "psnr", "class_accuracy"),
    "superresolution": ("perceptual", "psnr_y", "ssim_y", "fid"),
}


def read(path: Path) -> Any:
    return json.loads(path.read_text())


class Site:
    """Everything that the pages say, and the pages."""

    def __init__(self, settings: params.Params) -> None:
        self.settings = settings
        self.scores = pd.read_csv(RESULTS / "scores.csv")
        self.leaderboard = pd.read_csv(RESULTS / "leaderboard.csv")
        self.templates = Environment(
            loader=FileSystemLoader(SOURCE / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self.templates.filters |= {
            "number": display.number,
            "short": lambda value: str(value or "–")[:10],
        }
        ranked = [variant for board in settings.boards.values() for variant in board.variants]
        self.papers = {
            variant: papers.paper(gans.files()[variant])
            for variant in dict.fromkeys([*ranked, *gans.files()])
        }

    def have(self, draw: Callable[..., Any], *what: Any, **how: Any) -> None:
        """Have something drawn by another process, beside the pages."""
        self.drawing.append(self.pool.submit(draw, *what, **how))

    def curves(self, frame: pd.DataFrame, path: Path, **how: Any) -> bool:
        """Have curves drawn, see `pictures.curves`; whether there is anything to draw."""
        if not pictures.drawable(frame, how["y"], log=how.get("log", False)).any():
            return False
        self.have(pictures.curves, frame, path, **how)
        return True

    def write(self) -> None:
        """All pages and what they show, to results/pages."""
        # spawned: what draws curves has threads of its own, which a fork would lose
        with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as self.pool:
            self.drawing: list[Future[Any]] = []
            self.pages()
            for drawn in self.drawing:
                drawn.result()  # what went wrong there is raised here

    def pages(self) -> None:
        """All pages, while other processes draw."""
        shutil.rmtree(PAGES, ignore_errors=True)
        shutil.copytree(SOURCE / "docs", PAGES)
        downloads = PAGES / "downloads"
        downloads.mkdir()
        for name in ("scores.csv", "leaderboard.csv", "search.csv"):
            shutil.copy(RESULTS / name, downloads / name)
        boards = [
            self.board(name, dataset)
            for name, board in self.settings.boards.items()
            for dataset in board.datasets
        ]
        for board in boards:
            self.page("board.md", f"boards/{board['dataset']}.md", board=board)
        for variant, described in self.papers.items():
            results = [
                self.results(variant, board)
                for board in boards
                if variant in board["settings"].variants
            ]
            path = gans.files()[variant]
            shutil.copy(path, downloads / path.name)
            self.page(
                "variant.md",
                f"variants/{variant}.md",
                variant=variant,
                paper=described,
                path=f"gans/{gans.family(variant)}/{path.name}",
                code=papers.code(path),
                results=results,
            )
        benches = {path.stem: read(path) for path in (RESULTS / "bench").glob("*.json")}
        for name in (
            "index",
            "boards/index",
            "method",
            "health",
            "reproduce",
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
            )
        shutil.copytree(THEORY, PAGES / "assets/theory")
        theory_pictures.draw(THEORY, PAGES / "assets/theory")
        rings = next((board for board in boards if board["dataset"] == "ring8"), None)
        self.page(
            "theory.md",
            "theory.md",
            theory=read(THEORY / "theory.json"),
            papers=self.papers,
            rings=rings,
            modes=len(points.RING),
        )
        self.films([board for board in boards if board["name"] == "toy"])
        (PAGES / "nav.json").write_text(json.dumps(self.navigation()))

    def films(self, boards: list[dict[str, Any]]) -> None:
        """A film of each run in the plane, and the page that plays them."""
        if not boards:
            return
        for cell in self.settings.cells:
            if cell.board == "toy":
                real = data.read(cell.dataset, "test")[0]
                self.have(films.write, cell, real, PAGES / "assets/films" / films.name(cell))
        shown = [
            {
                "dataset": board["dataset"],
                "variants": list(board["settings"].variants),
                "seeds": board["settings"].seeds,
            }
            for board in boards
        ]
        self.page("films.md", "films.md", boards=shown, papers=self.papers)

    def page(self, template: str, target: str, **context: Any) -> None:
        """One page from a template; ``root`` leads from it to the top of the site."""
        file = PAGES / target
        file.parent.mkdir(parents=True, exist_ok=True)
        root = "../" * target.count("/")
        text = self.templates.get_template(template).render(
            root=root, settings=self.settings, metrics=METRICS, limits=health, **context
        )
        file.write_text(text)

    def navigation(self) -> list[Any]:
        datasets = [name for board in self.settings.boards.values() for name in board.datasets]
        return [
            {"Home": "index.md"},
            {"Leaderboards": ["boards/index.md", *(f"boards/{name}.md" for name in datasets)]},
            *([{"Films": "films.md"}] if "toy" in self.settings.boards else []),
            {"Variants": ["variants/index.md", *(f"variants/{name}.md" for name in self.papers)]},
            {"Method": ["method.md", "health.md", "theory.md"]},
            {
                "Reproduce": [
                    "reproduce.md",
                    "add-a-variant.md",
                    "own-images.md",
                    "score.md",
                    "benchmarks.md",
                    "schema.md",
                    "licences.md",
                ]
            },
        ]

    def board(self, name: str, dataset: str) -> dict[str, Any]:
        """A leaderboard: its rows in the order of the report, references apart."""
        mine = self.scores[(self.scores["board"] == name) & (self.scores["dataset"] == dataset)]
        table = self.leaderboard
        table = table[(table["board"] == name) & (table["dataset"] == dataset)]
        rows = [self.row(row, mine) for row in table.to_dict("records")]
        trained = [row for row in rows if row["kind"] != "reference"]
        first = mine.drop_duplicates("metric").set_index("metric")["higher_is_better"]
        # reference rows would stretch every axis; where they fall outside, an arrow says so
        drawn = mine[mine["kind"] != "reference"]
        direction = {
            name: None if pd.isna(better) else better
            for name, better in first.items()
            if name in set(drawn["metric"])  # a board without conditional rows has less to show
        }
        metrics = [
            *(m for m in METRICS if m in direction),
            *(m for m in direction if m not in METRICS),
        ]
        settings = self.settings.boards[name]
        return {
            "name": name,
            "dataset": dataset,
            "settings": settings,
            "facts": read(Path("references") / dataset / "evaluation.json"),
            "hardware": hardware(
                [c for c in self.settings.cells if (c.board, c.dataset) == (name, dataset)]
            ),
            "seconds": sum(row["seconds"] * row["seeds"] for row in trained),
            "headline": TRACKS[name].HEADLINE,
            "curve": TRACKS[name].CURVE,
            "metrics": [metric for metric in HEADLINES[name] if metric in metrics],
            "further": [metric for metric in metrics if metric not in HEADLINES[name]],
            "higher": direction,
            "scales": {
                m: display.Scale.over(drawn.loc[drawn["metric"] == m, "value"]) for m in metrics
            },
            "best": {m: display.best(trained, f"{m}_mean", direction[m]) for m in metrics}
            | {"seconds": display.best(trained, "seconds", False)},
            "trained": trained,
            "references": [row for row in rows if row["kind"] == "reference"],
        }

    def row(self, row: dict[str, Any], scores: pd.DataFrame) -> dict[str, Any]:
        """A row of the leaderboard, its scores by seed, and its first samples."""
        own = scores[scores["variant"] == row["variant"]]
        by_seed = own.pivot(index="seed", columns="metric", values="value")
        by_seed = by_seed.reindex(columns=scores["metric"].unique())  # not every row has all
        runs = own.drop_duplicates("seed").set_index("seed")
        seeds = [{"seed": s, "status": runs["status"][s], **by_seed.loc[s]} for s in by_seed.index]
        cell = Cell(row["board"], row["dataset"], row["variant"], int(seeds[0]["seed"]))
        picture = cell.scored / "samples.png"
        if row["kind"] == "reference":
            picture = Path("references") / row["dataset"] / f"{row['variant']}.png"
        where = f"assets/results/{row['board']}/{row['dataset']}/{row['variant']}"
        shown = self.samples(picture, f"{where}/samples-{cell.seed}", row["board"])
        verdicts = dict(runs["verdict"].value_counts())  # the most frequent first
        return row | {"by_seed": seeds, "pictures": shown, "verdicts": verdicts}

    def samples(self, picture: Path, where: str, board: str) -> dict[str, Any] | None:
        """All samples of a picture and its first row, as files; of points, the plane."""
        if not picture.exists():
            return None
        (PAGES / where).parent.mkdir(parents=True, exist_ok=True)
        if board == "toy":
            shutil.copy(picture, PAGES / f"{where}.png")
            return {"strip": f"{where}.png", "whole": f"{where}.png", "count": None}
        samples = pictures.tiles(picture)
        strip, whole = f"{where}-strip.png", f"{where}.png"
        shown = samples[: pictures.STRIP]
        count = len(samples)
        if board in PAIRED:  # below what was given, what was made of it
            count = pictures.COLUMNS
            shown = np.concatenate([shown, samples[count:][: pictures.STRIP]])
        pictures.sheet(shown, pictures.STRIP).save(PAGES / strip)
        pictures.sheet(samples, pictures.COLUMNS).save(PAGES / whole)
        found = {"strip": strip, "whole": whole, "count": count}
        if board == "superresolution":
            for name, row in (("bicubic", 0), ("made", 1)):
                own = samples[row * count : (row + 1) * count]
                pictures.sheet(own, pictures.STRIP, side=WIPED).save(PAGES / f"{where}-{name}.png")
                found[name] = f"{where}-{name}.png"
        return found

    def results(self, variant: str, board: dict[str, Any]) -> dict[str, Any]:
        """What the page of a variant shows of one board: its cells, curves and samples."""
        row = next(row for row in board["trained"] if row["variant"] == variant)
        where = f"assets/results/{board['name']}/{board['dataset']}/{variant}"
        (PAGES / where).mkdir(parents=True, exist_ok=True)
        cells = [
            self.cell(Cell(board["name"], board["dataset"], variant, seed["seed"]), seed, where)
            for seed in row["by_seed"]
        ]
        losses, judged, trajectory = (
            pd.concat([cell[what].assign(seed=cell["seed"]) for cell in cells], ignore_index=True)
            for what in ("losses", "judged", "trajectory")
        )
        charts, filmed = [], board["name"] == "toy"  # a film has the losses beside the points
        for player, own in losses.groupby("player", sort=False):
            chart = f"{where}/losses-{player}"
            if filmed or not self.curves(own, PAGES / chart, y="value", title="loss", term="term"):
                continue
            charts.append({"kind": "losses", "player": player, "path": chart})
        chart = f"{where}/judged"
        if not filmed and self.curves(
            judged, PAGES / chart, y="value", title="accuracy", term="quantity"
        ):
            charts.append({"kind": "judged", "path": chart})
        curve = board["curve"]
        held_out = [r[f"{curve}_mean"] for r in board["references"] if r["variant"] == "held_out"]
        chart = f"{where}/{curve}"
        if self.curves(
            trajectory,
            PAGES / chart,
            y=curve,
            title=METRICS[curve][0],
            log=True,
            level=held_out[0] if held_out else None,
            level_name="held-out data",
            unit="points" if filmed else "images",
        ):
            charts.append({"kind": "curve", "path": chart})
        return {
            "board": board,
            "row": row,
            "entry": board["settings"].variants[variant],
            "cells": cells,
            "charts": charts,
            "moments": self.moments(cells[0]["cell"], where),
            "classes": self.classes(cells[0]["cell"], where),
            "reconstructions": self.reconstructions(cells[0]["cell"], where),
        }

    def cell(self, cell: Cell, seed: dict[str, Any], where: str) -> dict[str, Any]:
        """One training run: its scores, curves, samples, and the records of how it was made."""
        board = self.settings.boards[cell.board]
        trajectory = pd.read_csv(cell.trajectory).astype(float)
        curve = TRACKS[cell.board].CURVE
        known = trajectory[trajectory[curve].notna()]
        records = {}
        files = {
            "training.json": cell.trained / "training.json",
            "evaluation.json": cell.scored / "evaluation.json",
            "health.json": cell.scored / "health.json",
            "losses.csv": cell.losses,
            "health.csv": cell.trained / "health.csv",
            "trajectory.csv": cell.trajectory,
        }
        for name, file in files.items():
            stem, suffix = name.split(".")
            shutil.copy(file, PAGES / where / f"{stem}-{cell.seed}.{suffix}")
            if suffix == "json":
                records[stem] = read(file)
        return {
            **seed,
            **records,
            "cell": cell,
            "where": where,
            "keywords": params.model_keywords(
                board.datasets[cell.dataset], board.variants[cell.variant]
            ),
            "losses": pd.read_csv(cell.losses),
            "judged": judged(pd.read_csv(cell.trained / "health.csv")),
            "trajectory": trajectory,
            "best": dict(known.loc[known[curve].idxmin()]) if len(known) else None,
            "last": dict(trajectory.iloc[-1]) if len(trajectory) else None,
            "pictures": self.samples(
                cell.scored / "samples.png", f"{where}/samples-{cell.seed}", cell.board
            ),
        }

    def moments(self, cell: Cell, where: str) -> dict[str, Any] | None:
        """The strip of a cell's training, as a file of the site; points have a film instead."""
        path = cell.trained / "snapshots.npz"
        found = pictures.moments(path) if path.exists() and cell.board != "toy" else None
        if not found:
            return None
        seen, picture = found
        picture.save(PAGES / where / "moments.png")
        return {"seen": seen, "path": f"{where}/moments.png", "seed": cell.seed}

    def classes(self, cell: Cell, where: str) -> dict[str, Any] | None:
        """A row of samples for each class of a conditional cell, as a file of the site."""
        model = read(cell.trained / "training.json")["model"]
        if "classes" not in model or cell.board == "toy":
            return None
        samples = pictures.tiles(cell.scored / "samples.png")  # of all classes in turn
        rows = len(samples) // model["classes"]
        picture = pictures.sheet(
            np.concatenate(
                [samples[label :: model["classes"]][:rows] for label in range(model["classes"])]
            ),
            rows,
        )
        picture.save(PAGES / where / "classes.png")
        return {"path": f"{where}/classes.png", "count": model["classes"], "seed": cell.seed}

    def reconstructions(self, cell: Cell, where: str) -> dict[str, Any] | None:
        """Held-out images above what an encoder and a generator make of them."""
        if cell.board == "toy":
            return None
        with np.load(cell.scored / "reconstructions.npz") as file:
            shown = np.concatenate([file["images"], file["given_back"]]).transpose(0, 2, 3, 1)
        if not len(shown):
            return None
        pictures.sheet(shown, len(shown) // 2).save(PAGES / where / "reconstructions.png")
        return {"path": f"{where}/reconstructions.png", "seed": cell.seed}


def judged(curves: pd.DataFrame) -> pd.DataFrame:
    """The judge's accuracy on each kind of image, averaged as the diagnosis does."""
    wide = curves[curves["player"] == "judge"].pivot(
        index="images", columns="quantity", values="value"
    )
    known = [name for name in ACCURACIES if name in wide]
    found = health.smooth(wide[known]).rename(columns=ACCURACIES).rename_axis(columns="quantity")
    return found.stack().rename("value").reset_index()


def hardware(cells: list[Cell]) -> list[str]:
    """What the cells were trained on, each machine once."""
    machines = []
    for cell in cells:
        machine = read(cell.trained / "training.json")["hardware"]
        cores = f"{machine['threads']} of {machine['cores']} cores"
        machines.append(machine["accelerator"] or f"{machine['processor']}, {cores}")
    return list(dict.fromkeys(machines))


def build() -> None:
    """public/ from results/pages; exit with what MkDocs said if it finds fault."""
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "-f",
        str(SOURCE / "mkdocs.yml"),
    ]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    if done.returncode:
        stop(done.stdout.rstrip(), f"site: MkDocs stopped with status {done.returncode}")


def main() -> None:
    settings = params.load().made()
    if missing := [
        str(p) for p in (RESULTS / "scores.csv", RESULTS / "leaderboard.csv") if not p.exists()
    ]:
        stop(f"{', '.join(missing)}: not there; `dvc repro report` writes it")
    Site(settings).write()
    build()
    print(f"the site: {PUBLIC / 'index.html'}")


if __name__ == "__main__":
    main()
