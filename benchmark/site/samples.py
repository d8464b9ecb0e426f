"""Samples for the site: pictures as files, in a strip, whole, by class, beside what was given; and
sentences as they are."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageSequence

from benchmark import captions, clips, data
from benchmark.params import Cell
from benchmark.sentences import Lexicon
from benchmark.site import DRAWN, pictures, read
from benchmark.site.display import GIVEN
from benchmark.tracks import video

WIPED = 96  # pixels of the side of a patch where two are wiped over each other
CAPTIONED = 8  # pictures that are shown with their captions
FEW, SPOKEN = 3, 24  # sentences of a leaderboard and of a moment, and of the page of a variant


def samples(picture: Path, where: str, board: str) -> dict[str, Any] | None:
    """All samples of a picture and its first row, as files; of points, the plane; or sentences.

    Args:
        picture: as scoring or the references left it; it may be missing, and a .txt stand for it.
        where: the files below results/drawn, without their endings.
        board: the name of its board.
    """
    if picture.with_suffix(".txt").exists():
        lines = picture.with_suffix(".txt").read_text(encoding="utf-8").split("\n")[:-1]
        return {"sentences": [readable(line) for line in lines[:SPOKEN]], "few": FEW}
    if not picture.exists():
        return None
    (DRAWN / where).parent.mkdir(parents=True, exist_ok=True)
    if board == "toy":
        shutil.copy(picture, DRAWN / f"{where}.png")
        return {"strip": f"{where}.png", "whole": f"{where}.png", "count": None}
    if board == "video":
        return in_motion(picture, where)
    samples = pictures.tiles(picture)
    strip, whole = f"{where}-strip.png", f"{where}.png"
    shown = samples[: pictures.STRIP]
    count = len(samples)
    if GIVEN.get(board) == "images":  # below what was given, what was made of it
        count = pictures.COLUMNS
        shown = np.concatenate([shown, samples[count:][: pictures.STRIP]])
    pictures.sheet(shown, pictures.STRIP).save(DRAWN / strip)
    pictures.sheet(samples, pictures.COLUMNS).save(DRAWN / whole)
    found: dict[str, Any] = {"strip": strip, "whole": whole, "count": count}
    if board == "text_to_image":
        single = [f"{where}-caption-{place}.png" for place in range(min(CAPTIONED, count))]
        for place, path in enumerate(single):
            pictures.sheet(samples[place : place + 1], 1, side=WIPED).save(DRAWN / path)
        found["captioned"] = single
    if board == "superresolution":
        for name, row in (("bicubic", 0), ("made", 1)):
            own = samples[row * count : (row + 1) * count]
            pictures.sheet(own, pictures.STRIP, side=WIPED).save(DRAWN / f"{where}-{name}.png")
            found[name] = f"{where}-{name}.png"
    return found


def said(dataset: str) -> list[str]:
    """The first held-out captions of a data set, for which the first samples are drawn."""
    given = data.given(dataset, "test")
    return [] if given is None else captions.spoken(given[:CAPTIONED], data.words(dataset))


def in_motion(picture: Path, where: str) -> dict[str, Any]:
    """Clips in motion, and for readers who ask for none, some of them frame by frame, as files.

    Args:
        picture: of the latter; the former are beside it.
        where: the files below results/drawn, without their endings.
    """
    frames = pictures.tiles(picture)
    still, whole, moving = f"{where}-strip.png", f"{where}.png", f"{where}.webp"
    every = pictures.COLUMNS // pictures.STRIP
    pictures.sheet(frames[: pictures.COLUMNS : every], pictures.STRIP).save(DRAWN / still)
    pictures.sheet(frames, pictures.COLUMNS).save(DRAWN / whole)
    with Image.open(picture.with_suffix(".webp")) as file:
        shown = [pictures.split(moment, video.COLUMNS) for moment in ImageSequence.Iterator(file)]
    sheets = [pictures.sheet(moment, video.COLUMNS) for moment in shown]
    clips.save(sheets, DRAWN / moving)
    return {"strip": still, "whole": whole, "moving": moving, "count": len(shown[0])}


def readable(line: str) -> str:
    """A sentence without what Markdown, or a page, would take for its own: control characters."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)


def moments(cell: Cell, where: str) -> dict[str, Any] | None:
    """The strip of a cell's training, as a file of the site, or sentences of each moment; points
    have a film instead."""
    path = cell.trained / "snapshots.npz"
    if cell.board == "text":
        return spoken(cell)
    found = pictures.moments(path) if path.exists() and cell.board != "toy" else None
    if not found:
        return None
    seen, picture = found
    picture.save(DRAWN / where / "moments.png")
    return {"seen": seen, "path": f"{where}/moments.png", "seed": cell.seed}


def spoken(cell: Cell) -> dict[str, Any] | None:
    """The first sentences at each moment of a cell's training; None if there is no moment."""
    lexicon = Lexicon.of(cell.dataset)
    with np.load(cell.trained / "snapshots.npz") as file:
        drawn = zip(file["images_seen"].tolist(), file["images"], strict=True)
        rows = [
            (seen, [readable(line) for line in lexicon.spoken(samples[:FEW])])
            for seen, samples in drawn
        ]
    return {"rows": rows, "seed": cell.seed} if rows else None


def classes(cell: Cell, where: str) -> dict[str, Any] | None:
    """A row of samples for each class of a conditional cell, as a file of the site."""
    model = read(cell.trained / "training.json")["model"]
    if "classes" not in model or cell.board in ("toy", "text", "video"):
        return None
    samples = pictures.tiles(cell.scored / "samples.png")  # of all classes in turn
    rows = len(samples) // model["classes"]
    picture = pictures.sheet(
        np.concatenate(
            [samples[label :: model["classes"]][:rows] for label in range(model["classes"])]
        ),
        rows,
    )
    picture.save(DRAWN / where / "classes.png")
    return {"path": f"{where}/classes.png", "count": model["classes"], "seed": cell.seed}


def reconstructions(cell: Cell, where: str) -> dict[str, Any] | None:
    """Held-out images above what an encoder and a generator make of them; of clips, the first
    frames."""
    if cell.board in ("toy", "text"):
        return None
    with np.load(cell.scored / "reconstructions.npz") as file:
        shown = np.concatenate([file["images"], file["given_back"]])
    if not len(shown):
        return None
    shown = (shown[:, :, 0] if shown.ndim == 5 else shown).transpose(0, 2, 3, 1)
    pictures.sheet(shown, len(shown) // 2).save(DRAWN / where / "reconstructions.png")
    return {"path": f"{where}/reconstructions.png", "seed": cell.seed}
