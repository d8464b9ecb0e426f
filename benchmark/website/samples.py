"""Samples for the site: pictures as files, in a strip, whole, by class, beside what was given; and
sentences as they are.

What a page says of them is known at once; the files are drawn when somebody asks for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmark.common.files import read_json
from benchmark.config import Run
from benchmark.data import captions
from benchmark.data.sentences import Lexicon
from benchmark.data.splits import load_condition, load_vocabulary
from benchmark.evaluation.pictures import count_places
from benchmark.tracks.video.pictures import COLUMNS
from benchmark.website import pictures
from benchmark.website.display import GIVEN

WIPED = 96  # pixels of the side of a patch where two are wiped over each other
CAPTIONED = 8  # pictures that are shown with their captions
FEW, SPOKEN = 3, 24  # sentences of a leaderboard and of a moment, and of the page of a variant


@dataclass(frozen=True)
class Shown:
    """Something that a page shows.

    Attributes:
        told: what the page says of it; None if there is nothing.
        draw: makes its files, below results/drawn, in folders that are there.
    """

    told: dict[str, Any] | None = None
    draw: Callable[[], None] = lambda: None


def folder(run: Run) -> str:
    """Where the files of a row are, below results/drawn."""
    return f"assets/results/{run.track}/{run.dataset}/{run.variant}"


def whole(picture: Path, where: str, leaderboard: str) -> Shown:
    """All samples of a picture, as a file; clips in motion, or of points the plane; or sentences.

    Args:
        picture: as scoring or the references left it; it may be missing, and a .txt stand for it.
        where: the files below results/drawn, without their endings.
        leaderboard: the name of its leaderboard.
    """
    if picture.with_suffix(".txt").exists():
        lines = picture.with_suffix(".txt").read_text(encoding="utf-8").split("\n")[:-1]
        return Shown({"sentences": [readable(line) for line in lines[:SPOKEN]], "few": FEW})
    if not picture.exists():
        return Shown()
    if leaderboard == "video":
        return in_motion(picture, where)
    target = f"{where}.png"
    if leaderboard == "toy":
        plane = {"strip": target, "whole": target, "count": None}
        return Shown(plane, lambda: pictures.link(picture, target))
    # below what was given, what was made of it
    count = pictures.COLUMNS if GIVEN.get(leaderboard) == "images" else pictures.count(picture)
    told = {"whole": target, "count": count}
    return Shown(told, lambda: pictures.save(pictures.tiles(picture), target, pictures.COLUMNS))


def samples(picture: Path, where: str, leaderboard: str) -> Shown:
    """All samples of a picture, and those of them that a leaderboard shows; see `whole`."""
    every = whole(picture, where, leaderboard)
    if every.told is None or leaderboard == "toy" or "sentences" in every.told:
        return every
    count, strip = every.told["count"], f"{where}-strip.png"
    captioned: list[str] = []
    if leaderboard == "text_to_image":
        captioned = [f"{where}-caption-{place}.png" for place in range(min(CAPTIONED, count))]
    wiped = {"bicubic": 0, "made": 1} if leaderboard == "superresolution" else {}
    found = {name: f"{where}-{name}.png" for name in wiped}

    def draw() -> None:
        every.draw()
        samples = pictures.tiles(picture)
        few = samples[: pictures.STRIP]
        if leaderboard == "video":  # of the first clip, every other frame
            few = samples[: pictures.COLUMNS : pictures.COLUMNS // pictures.STRIP]
        if GIVEN.get(leaderboard) == "images":
            few = np.concatenate([few, samples[count:][: pictures.STRIP]])
        pictures.save(few, strip, pictures.STRIP)
        for place, path in enumerate(captioned):
            pictures.save(samples[place : place + 1], path, 1, side=WIPED)
        for name, row in wiped.items():
            own = samples[row * count : (row + 1) * count]
            pictures.save(own, found[name], pictures.STRIP, side=WIPED)

    shown = {"captioned": captioned} if captioned else {}
    return Shown({**every.told, "strip": strip, **shown, **found}, draw)


def said(dataset: str) -> list[str]:
    """The first held-out captions of a data set, for which the first samples are drawn."""
    condition = load_condition(dataset, "test")
    return (
        []
        if condition is None
        else captions.decode_captions(condition[:CAPTIONED], load_vocabulary(dataset))
    )


def in_motion(picture: Path, where: str) -> Shown:
    """Clips in motion, and for readers who ask for none, some of them frame by frame, as files.

    Args:
        picture: of the latter; the former are beside it.
        where: the files below results/drawn, without their endings.
    """
    still, moving, film = f"{where}.png", f"{where}.webp", picture.with_suffix(".webp")
    with Image.open(film) as file:
        count = count_places(file, COLUMNS)

    def draw() -> None:
        pictures.save(pictures.tiles(picture), still, pictures.COLUMNS)
        pictures.link(film, moving)

    return Shown({"whole": still, "moving": moving, "count": count}, draw)


def readable(line: str) -> str:
    """A sentence without what Markdown, or a page, would take for its own: control characters."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)


def moments(run: Run, where: str) -> Shown:
    """The strip of a run's training, as a file of the site, or sentences of each moment; points
    have a film instead."""
    path = run.trained / "snapshots.npz"
    if run.track == "text":
        return Shown(spoken(run))
    if run.track == "toy" or not path.exists():
        return Shown()
    with np.load(path) as file:
        seen = file["samples_seen"].tolist()
    if not seen:
        return Shown()
    target = f"{where}/moments.png"
    told = {"seen": seen, "path": target, "seed": run.seed}
    return Shown(told, lambda: pictures.link(run.scored / "moments.png", target))


def spoken(run: Run) -> dict[str, Any] | None:
    """The first sentences at each moment of a run's training; None if there is no moment."""
    lexicon = Lexicon.load(run.dataset)
    with np.load(run.trained / "snapshots.npz") as file:
        drawn = zip(file["samples_seen"].tolist(), file["images"], strict=True)
        rows = [
            (seen, [readable(line) for line in lexicon.decode(samples[:FEW])])
            for seen, samples in drawn
        ]
    return {"rows": rows, "seed": run.seed} if rows else None


def classes(run: Run, where: str) -> Shown:
    """A row of samples for each class of a conditional run, as a file of the site."""
    model = read_json(run.trained / "training.json")["model"]
    if "classes" not in model or run.track in ("toy", "text", "video"):
        return Shown()
    count, target = model["classes"], f"{where}/classes.png"

    def draw() -> None:
        samples = pictures.tiles(run.scored / "samples.png")  # of all classes in turn
        rows = len(samples) // count
        by_class = [samples[label::count][:rows] for label in range(count)]
        pictures.save(np.concatenate(by_class), target, rows)

    return Shown({"path": target, "count": count, "seed": run.seed}, draw)


def reconstructions(run: Run, where: str) -> Shown:
    """Held-out images above what an encoder and a generator make of them; of clips, the first
    frames."""
    if run.track in ("toy", "text"):
        return Shown()
    with np.load(run.scored / "reconstructions.npz") as file:
        shown = np.concatenate([file["images"], file["given_back"]])
    if not len(shown):
        return Shown()
    shown = (shown[:, :, 0] if shown.ndim == 5 else shown).transpose(0, 2, 3, 1)
    target = f"{where}/reconstructions.png"
    told = {"path": target, "seed": run.seed}
    return Shown(told, lambda: pictures.save(shown, target, len(shown) // 2))
