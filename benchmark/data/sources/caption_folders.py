"""The user's folder of images with captions as a data set.

Two layouts:

- without a file of captions, that of CUB: images/<class>/<name>.jpg, and text/<class>/<name>.txt
  with a caption a line; the folders of classes may be left out;
- with one, that of COCO: a folder of images, and a JSON file with ``images`` (``id`` and
  ``file_name``) and ``annotations`` (``image_id`` and ``caption``). Images without captions are
  left out.

A tenth of the images is held out, drawn with a fixed seed. They become square and RGB as in
`folders`. A training image is repeated for each of its captions that is used, a held-out image has
one caption. The vocabulary is that of the training captions; other words of held-out captions are
left out.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.common.files import parse_json
from benchmark.common.messages import stop, summarise_error
from benchmark.common.paths import advise, describe, expand, expect_reachable, is_readable_file
from benchmark.config import Captions
from benchmark.data.captions import build_vocabulary, encode_captions, split_words
from benchmark.data.image_files import EXPECTED
from benchmark.data.repeats import check_repeats, digest_pixels
from benchmark.data.sizes import Counts
from benchmark.data.sources import folders, layouts
from benchmark.data.splits import SplitArrays, Splits

CaptionsByImage = dict[Path, list[str]]


def load_dataset(block: Captions, *, classes: bool = False) -> Splits:
    """Load the training and the held-out images of a folder, and their captions.

    Exits with one line if a file is missing, is empty, or cannot be read.

    Images are uint8 ``(n, 3, side, side)``; a label is the index of an image's folder among all
    folders; captions are int64 ``(n, words)``.

    Args:
        block: the options of the folder in params.yaml.
        classes: whether a classifier will learn the folders of the images as classes.
    """
    check_files(block)
    path = expand(block.path)
    captions = read_coco(path, expand(block.captions)) if block.captions else read_cub(path)
    files = list(captions)
    if len(files) < 2:
        stop(
            f"{path}: expected 2 images with captions or more, as one is held out, got"
            f" {len(files)}; add images"
        )
    is_held_out = layouts.choose_held_out(len(files), "captions")
    parents = sorted({file.parent for file in files})
    if classes and len(parents) < 2:
        stop(
            f"{path}: expected a folder for each class, got one folder; write feature_space:"
            " inception or dinov2"
        )
    pairs = [
        [
            (file, caption)
            for file, out in zip(files, is_held_out, strict=True)
            if out == held_out
            for caption in captions[file][:most]
        ]
        for held_out, most in ((False, block.each), (True, 1))
    ]
    vocabulary = build_vocabulary(caption for _, caption in pairs[0])
    length = encode_captions([caption for _, caption in pairs[0]], vocabulary).shape[1]
    parts = []
    pictures = []
    for part in pairs:
        unique = list(dict.fromkeys(file for file, _ in part))
        images, _ = folders.load_pixels(unique, block.side)
        pictures.append((unique, list(map(digest_pixels, images))))
        places = {file: place for place, file in enumerate(unique)}
        parts.append(
            SplitArrays(
                images[[places[file] for file, _ in part]],
                np.array([parents.index(file.parent) for file, _ in part], dtype=np.int64),
                condition=encode_captions([text for _, text in part], vocabulary, length),
                paired=True,
                words=vocabulary,
                groups=np.array([places[file] for file, _ in part]),
            )
        )
    check_repeats(*pictures)
    return parts[0], parts[1]


def check_files(block: Captions) -> None:
    """Exit with one line if there are no images, or no file of captions; it reads none of them."""
    path = expand(block.path)
    layouts.expect_folder(path)
    if not block.captions:
        layouts.list_images(path / "images", report=lambda line: None)
        return
    with expect_reachable(path):
        if not any(path.iterdir()):
            stop(f"{path}: expected {EXPECTED}, got an empty folder; add some")
    file, is_empty = expand(block.captions), False
    # suppressed: the error of a NUL in the path, which `read_coco` reports
    with expect_captions(file), suppress(ValueError), file.open("rb") as opened:
        is_empty = not opened.read(1)
    if is_empty:
        stop(f"{file}: expected a file of captions, got an empty file; correct the path")


@contextmanager
def expect_captions(file: Path) -> Iterator[None]:
    """Exit with one line if the block cannot read a file of captions."""
    try:
        yield
    except OSError as error:
        advice = advise(error, "correct the path")
        stop(f"{file}: expected a file of captions, got {describe(error)}; {advice}")


def count_images(block: Captions) -> Counts | None:
    """Count the images of a folder, each as often as captions are used; None without images."""
    path = expand(block.path)
    if not (count := layouts.count_files(path if block.captions else path / "images")):
        return None
    counts = layouts.count_held_out([count])
    return Counts(counts.train * block.each, counts.held_out, has_pairs=True)


def read_cub(path: Path) -> CaptionsByImage:
    """Read the images below images/, and their captions from the files of their names below text/.

    Exits with one line if a file is missing, is not text, or has no caption.
    """
    captions: CaptionsByImage = {}
    owners: dict[Path, Path] = {}
    for file in layouts.list_images(path / "images"):
        text = path / "text" / file.relative_to(path / "images").with_suffix(".txt")
        if text in owners:
            stop(f"{file}: expected captions of its own, got those of {owners[text]}; rename it")
        owners[text] = file
        if not is_readable_file(text):
            stop(f"{file}: expected captions in {text}, got no such file; write one a line")
        try:
            # universal line ends; characters that splitlines() takes for others stay in a caption
            lines = text.read_text(encoding="utf-8-sig").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            stop(
                f"{text}: expected text, got an error ({summarise_error(error)}); save it as UTF-8"
            )
        captions[file] = [line for line in lines if split_words(line)]
        if not captions[file]:
            stop(f"{text}: expected a caption a line, got none; write one")
    return captions


def read_coco(path: Path, file: Path) -> CaptionsByImage:
    """Read a JSON file of captions, and find the images that it names in a folder.

    Exits with one line if the file is not in COCO's format or an image is missing.
    """
    try:
        with expect_captions(file):
            content = parse_json(file)
    except (ValueError, RecursionError) as error:  # of JSON, or of UTF-8
        stop(f"{file}: expected JSON, got an error ({summarise_error(error)}); correct it")
    images, annotations = (_get_list(file, content, name) for name in ("images", "annotations"))
    names: dict[Any, str] = {}
    for row in images:
        number, name = _get_id(file, row, "id"), str(_get(file, row, "file_name"))
        if names.setdefault(number, name) != name:
            stop(
                f"{file}: expected one file_name for each id, got {names[number]} and {name} for"
                f" {number}; change one id"
            )
    captions: CaptionsByImage = {}
    for row in annotations:
        number, caption = _get_id(file, row, "image_id"), _get(file, row, "caption")
        if number not in names:
            stop(f"{file}: expected captions of its images, got one of image {number}; remove it")
        if not isinstance(caption, str) or not split_words(caption):
            stop(
                f"{file}: expected words in each caption, got none for {names[number]}; remove or"
                " correct it"
            )
        captions.setdefault(path / names[number], []).append(caption)
    if not captions:
        stop(f"{file}: expected captions, got none; add some")
    for image in captions:
        if not is_readable_file(image):
            stop(f"{image}: expected an image, as {file} has its caption, got none; add it")
    return dict(sorted(captions.items()))


def _get_list(file: Path, content: Any, name: str) -> list[Any]:
    """Get a list of a JSON file, or exit with one line."""
    rows = content.get(name) if isinstance(content, dict) else None
    if not isinstance(rows, list):
        stop(f"{file}: expected lists of images and annotations, got no {name}; write as COCO does")
    return rows


def _get(file: Path, row: Any, name: str) -> Any:
    """Get a value of a row of such a list, or exit with one line."""
    if not isinstance(row, dict) or name not in row:
        stop(f"{file}: expected a key {name}, got {json.dumps(row)[:60]}; add it")
    return row[name]


def _get_id(file: Path, row: Any, name: str) -> int | float | str:
    """Get the number of an image, or its name, of a row of such a list; else exit."""
    value = _get(file, row, name)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        stop(f"{file}: expected a number as {name}, got {json.dumps(value)[:60]}; correct it")
    return value
