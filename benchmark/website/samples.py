"""Samples for the site: pictures as files, and sentences as text.

The content for a page is built at once; its files are drawn later, by another process.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmark.common.files import expect_form, parse_json, read_arrays, read_rows
from benchmark.config import Run, find_references
from benchmark.evaluation.pictures import count_places
from benchmark.records import outputs
from benchmark.tracks.base.page import Page
from benchmark.tracks.video.pictures import COLUMNS
from benchmark.website import pictures

ENLARGED = 96  # pixels of the side of a sample with its caption, or under a slider
CAPTIONED = 8  # pictures that are shown with their captions
# sentences of a leaderboard and of a moment of training, and of the page of a variant
FIRST_SENTENCES, SENTENCES = 3, 24
IMAGES = 4  # dimensions of a set of images; clips have five, points and sentences two


@dataclass(frozen=True)
class Shown:
    """The samples that a page shows, and the function that draws their files.

    Attributes:
        content: values for the template; None if there is nothing to show.
        draw: makes the files, below results/drawn, in folders that exist.
    """

    content: dict[str, Any] | None = None
    draw: Callable[[], None] = lambda: None


def samples_folder(run: Run) -> str:
    """Name the folder of the files of a row, below results/drawn."""
    return f"assets/results/{run.track}/{run.dataset}/{run.variant}"


def show_samples(picture: Path, target: str, page: Page) -> Shown:
    """Show all samples of a picture; clips in motion, sentences as text.

    Args:
        picture: file that scoring or the references wrote; it may be missing, or be a .txt.
        target: the files below results/drawn, without their suffixes.
        page: of the track.
    """
    if picture.with_suffix(".txt").exists():
        lines = picture.with_suffix(".txt").read_text(encoding="utf-8").split("\n")[:-1]
        sentences = [make_printable(line) for line in lines[:SENTENCES]]
        return Shown({"sentences": sentences, "first": FIRST_SENTENCES})
    if not picture.exists():
        return Shown()
    if page.form == "clips":
        return show_clips(picture, target)
    path = f"{target}.png"
    if page.form != "images":
        content = {"strip": path, "whole": path, "count": None}
        return Shown(content, lambda: pictures.link(picture, path))
    # a picture of outputs has a row of inputs above
    has_inputs = page.condition == "images"
    count = pictures.COLUMNS if has_inputs else pictures.count_samples(picture)
    return Shown(
        {"whole": path, "count": count},
        lambda: pictures.save(pictures.cut(picture), path, pictures.COLUMNS),
    )


def show_first_samples(picture: Path, target: str, page: Page) -> Shown:
    """Show all samples of a picture, and the first ones on the leaderboard; see `show_samples`."""
    all_samples = show_samples(picture, target, page)
    if all_samples.content is None or all_samples.content.keys() & {"sentences", "strip"}:
        return all_samples
    count, strip = all_samples.content["count"], f"{target}-strip.png"
    captioned: list[str] = []
    if page.condition == "captions":
        captioned = [f"{target}-caption-{place}.png" for place in range(min(CAPTIONED, count))]
    slider = [f"{target}-{name}.png" for name in ("input", "output")] if page.slider else []

    def draw() -> None:
        all_samples.draw()
        samples = pictures.cut(picture)
        first = samples[: pictures.STRIP]
        if page.form == "clips":  # of the first clip, every other frame
            first = samples[: pictures.COLUMNS : pictures.COLUMNS // pictures.STRIP]
        if page.condition == "images":
            first = np.concatenate([first, samples[count:][: pictures.STRIP]])
        pictures.save(first, strip, pictures.STRIP)
        for place, path in enumerate(captioned):
            pictures.save(samples[place : place + 1], path, 1, side=ENLARGED)
        for row, path in enumerate(slider):
            part = samples[row * count : (row + 1) * count]
            pictures.save(part, path, pictures.STRIP, side=ENLARGED)

    content = {**all_samples.content, "strip": strip}
    if captioned:
        content["captioned"] = captioned
    if slider:
        content["slider"] = slider
    return Shown(content, draw)


def load_captions(dataset: str) -> list[str]:
    """Load the first held-out captions of a data set, to which the first samples belong."""
    path = find_references(dataset) / "captions.txt"
    if not path.is_file():
        return []
    return path.read_text(encoding="utf-8").splitlines()[:CAPTIONED]


def show_clips(picture: Path, target: str) -> Shown:
    """Show clips in motion, and frame by frame for readers who ask for no motion.

    Args:
        picture: the frames; the animation is in the same folder.
        target: the files below results/drawn, without their suffixes.
    """
    still, moving, film = f"{target}.png", f"{target}.webp", picture.with_suffix(".webp")
    with Image.open(film) as file:
        count = count_places(file, COLUMNS)

    def draw() -> None:
        pictures.save(pictures.cut(picture), still, pictures.COLUMNS)
        pictures.link(film, moving)

    return Shown({"whole": still, "moving": moving, "count": count}, draw)


def make_printable(line: str) -> str:
    """Replace control characters, which Markdown uses as marks within a page."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)


def show_moments(run: Run, folder: str, page: Page) -> Shown:
    """Show samples at moments of a run: a picture, or sentences."""
    if page.form == "sentences":
        return Shown(read_sentences(run))
    picture = run.scored / "moments.png"
    if not picture.exists():
        return Shown()
    seen = read_moments(run)
    target = f"{folder}/moments.png"
    with Image.open(picture) as file:  # a row of square samples for each moment
        columns = file.width // (file.height // len(seen))
    content = {"seen": seen, "path": target, "seed": run.seed}
    return Shown(content, lambda: pictures.save(pictures.cut(picture, columns), target, columns))


def read_sentences(run: Run) -> dict[str, Any] | None:
    """Read the first sentences at each moment of a run; None without any moment."""
    path = run.scored / "moments.json"
    if not path.exists():
        return None
    with expect_form(path, "a list of sentences for each moment"):
        rows = [
            (seen, [make_printable(line) for line in lines[:FIRST_SENTENCES]])
            for seen, lines in zip(read_moments(run), parse_json(path), strict=True)
        ]
    return {"rows": rows, "seed": run.seed}


def read_moments(run: Run) -> list[int]:
    """Read the samples seen at each snapshot of a run."""
    rows = read_rows(run.trajectory, "samples_seen")
    with expect_form(run.trajectory, "a table of numbers"):
        place = rows[0].index("samples_seen")
        return [int(row[place]) for row in rows[1:]]


def show_classes(run: Run, folder: str, page: Page) -> Shown:
    """Show a row of samples for each class of a conditional run."""
    model = outputs.read_training(run)["model"]
    if "classes" not in model or page.form != "images":
        return Shown()
    count, target = model["classes"], f"{folder}/classes.png"

    def draw() -> None:
        samples = pictures.cut(run.scored / "samples.png")  # of all classes in turn
        rows = len(samples) // count
        by_class = [samples[label::count][:rows] for label in range(count)]
        pictures.save(np.concatenate(by_class), target, rows)

    return Shown({"path": target, "count": count, "seed": run.seed}, draw)


def show_reconstructions(run: Run, folder: str, page: Page) -> Shown:
    """Show held-out images above their reconstructions; of clips, the first frames."""
    path = run.scored / "reconstructions.npz"
    if not path.exists():
        return Shown()
    stored = read_arrays(path, "images", "reconstructions")
    images = np.concatenate([stored["images"], stored["reconstructions"]])
    if not len(images) or images.ndim < IMAGES:
        return Shown()
    images = (images[:, :, 0] if images.ndim > IMAGES else images).transpose(0, 2, 3, 1)
    target = f"{folder}/reconstructions.png"
    content = {"path": target, "seed": run.seed}
    return Shown(content, lambda: pictures.save(images, target, len(images) // 2))
