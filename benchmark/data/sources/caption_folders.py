"""Folders of images with captions as a data set.

Two layouts, told apart by whether a file of captions is named:

- without one, that of CUB: images/<class>/<name>.jpg, and text/<class>/<name>.txt with a caption a
  line; the folders of classes may be left out;
- with one, that of COCO: a folder of images, and a file of JSON with ``images`` (``id`` and
  ``file_name``) and ``annotations`` (``image_id`` and ``caption``). Images without captions are
  left out.

A tenth of the images is held out, drawn with a fixed seed. They become square and RGB as in
`folders`. An image to train on stands there once for each of its captions that is taken, a held-out
one once. The vocabulary is that of the captions to train on; of held-out ones, other words are left
out.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.common.messages import stop
from benchmark.config import Captions
from benchmark.data.captions import tokens, vocabulary, words
from benchmark.data.sources import folders
from benchmark.data.sources.text_to_image import Captioned
from benchmark.evaluation.inputs import reason

Said = dict[Path, list[str]]  # an image and its captions


def dataset(block: Captions, *, classes: bool = False) -> tuple[Captioned, Captioned]:
    """The training and the held-out part of a folder.

    Exits with one line if anything is missing, empty, or cannot be read.

    Args:
        block: what params.yaml says of it.
        classes: whether a classifier is to learn from the folders that the images lie in.

    Returns:
        Of each part: images, uint8 ``(n, 3, side, side)``; labels, the place of an image's folder
        among all, int64 ``(n,)``; captions, int64 ``(n, words)``; that these belong together; no
        lessons; and the vocabulary.
    """
    path = Path(block.path).expanduser()
    if not path.is_dir():
        stop(f"{path}: no such folder")
    said = coco(path, Path(block.captions).expanduser()) if block.captions else cub(path)
    files = list(said)
    if len(files) < 2:
        stop(f"{path}: {len(files)} image with captions; it takes 2 at least, as one is held out")
    held_out = folders.chosen(len(files), "captions")
    kinds = sorted({file.parent for file in files})
    if classes and len(kinds) < 2:
        stop(
            f"{path}: all images lie in one folder, so that there are no classes to train a"
            " classifier on; write feature_space: inception or dinov2"
        )
    parts: list[tuple[list[Path], list[str]]] = []
    for own, most in ((False, block.each), (True, 1)):
        mine = [file for file, out in zip(files, held_out, strict=True) if out == own]
        pairs = [(file, caption) for file in mine for caption in said[file][:most]]
        parts.append(([file for file, _ in pairs], [caption for _, caption in pairs]))
    known = vocabulary(parts[0][1])
    length = tokens(parts[0][1], known).shape[1]
    found = []
    for shown, captions in parts:
        single = list(dict.fromkeys(shown))
        images, _ = folders.pixels(single, block.side)
        places = {file: place for place, file in enumerate(single)}
        labels = np.array([kinds.index(file.parent) for file in shown], dtype=np.int64)
        own_images = images[[places[file] for file in shown]]
        given = tokens(captions, known, length)
        found.append((own_images, labels, given, np.True_, None, None, known))
    return found[0], found[1]


def cub(path: Path) -> Said:
    """The images below images/, each with the lines of the file of its name below text/."""
    said: Said = {}
    for file in folders.own_files(path / "images"):
        text = path / "text" / file.relative_to(path / "images").with_suffix(".txt")
        if not text.is_file():
            stop(f"{file}: no captions; they should be lines of {text}")
        try:
            lines = text.read_text().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            stop(f"{text}: not a file of text ({reason(error)})")
        said[file] = [line for line in lines if words(line)]
        if not said[file]:
            stop(f"{text}: no caption in it; it should have a caption a line")
    return said


def coco(path: Path, listed: Path) -> Said:
    """The images of a folder that a file of captions names, with these."""
    try:
        told = json.loads(listed.read_text())
    except OSError as error:
        stop(f"{listed}: cannot be read ({error.strerror})")
    except ValueError as error:  # of JSON, or of UTF-8
        stop(f"{listed}: not JSON ({reason(error)})")
    images, annotations = (_block(listed, told, name) for name in ("images", "annotations"))
    names = {_key(listed, row, "id"): str(_key(listed, row, "file_name")) for row in images}
    said: Said = {}
    for row in annotations:
        number, caption = _key(listed, row, "image_id"), _key(listed, row, "caption")
        if number not in names:
            stop(f"{listed}: a caption of image {number}, which is not among its images")
        if not isinstance(caption, str) or not words(caption):
            stop(f"{listed}: a caption of {names[number]} has no word in it")
        said.setdefault(path / names[number], []).append(caption)
    if not said:
        stop(f"{listed}: no caption in it")
    for file in said:
        if not file.is_file():
            stop(f"{file}: no such image; {listed} has a caption of it")
    return dict(sorted(said.items()))


def _block(listed: Path, told: Any, name: str) -> list[Any]:
    """A list of a file of captions."""
    found = told.get(name) if isinstance(told, dict) else None
    if not isinstance(found, list):
        stop(f"{listed}: no list of {name}; a file of captions as COCO's has images, annotations")
    return found


def _key(listed: Path, row: Any, name: str) -> Any:
    """What a row of such a list says."""
    if not isinstance(row, dict) or name not in row:
        stop(f"{listed}: {json.dumps(row)[:60]} has no {name}")
    return row[name]
