"""Damaged files of users: the readers return a right result or name the file in one line."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from benchmark import config
from benchmark.common.files import parse_json
from benchmark.data.captions import split_characters, split_words
from benchmark.data.image_files import load_rgb
from benchmark.data.sources import caption_folders, text_files
from benchmark.evaluation import inputs

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # of Pillow and NumPy, about damaged files
]

FORMATS = ("png", "jpg", "gif", "bmp", "tif", "webp", "ppm", "avif", "jp2", "tga", "ico", "psd")
PIXELS = np.random.default_rng(0).integers(0, 256, (2, 9, 8, 3), dtype=np.uint8)


def fuzz(cases):
    """Try a number of cases, in a temporary folder that they share."""
    return settings(
        max_examples=cases,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def encode(pixels, form):
    """Encode an image ``(h, w, 3)`` in a format, by its suffix."""
    content = io.BytesIO()
    kinds = {"jpg": "JPEG", "tif": "TIFF", "jp2": "JPEG2000"}
    Image.fromarray(pixels).save(content, kinds.get(form, form.upper()))
    return content.getvalue()


IMAGES = {form: encode(PIXELS[0], form) for form in FORMATS if form != "psd"}


@st.composite
def damage(draw, content):
    """Change, cut, repeat or insert bytes."""
    content = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(content) - 1, 0)))
        kind = draw(st.sampled_from(["flip", "set", "cut", "drop", "repeat", "insert"]))
        inserted = draw(st.binary(min_size=1, max_size=8))
        if kind == "flip" and content:
            content[place] ^= 1 << draw(st.integers(0, 7))
        elif kind == "set":
            content[place : place + len(inserted)] = inserted
        elif kind == "cut":
            del content[place:]
        elif kind == "drop":
            del content[place : place + len(inserted)]
        elif kind == "repeat":
            content[place:place] = content[place : place + 64]
        else:
            content[place:place] = inserted
    return bytes(content)


def read_or_stop(capsys, path, call):
    """Return the result of a call, or None if it stops with one line that names the path."""
    capsys.readouterr()
    try:
        return call()
    except SystemExit as stopped:
        assert stopped.code == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert str(path) in line and "expected" in line and len(line) < 500, line
        return None


@fuzz(800)
@given(data=st.data())
def test_damaged_images(tmp_path, data):
    form = data.draw(st.sampled_from(sorted(IMAGES)))
    file = tmp_path / f"a.{data.draw(st.sampled_from([form, *FORMATS]))}"
    file.write_bytes(data.draw(damage(IMAGES[form]) | st.binary(max_size=200)))
    try:
        image = load_rgb(file)
    except ValueError as error:
        (line,) = str(error).splitlines()
        assert line.startswith(f"{file}: expected"), line
    else:
        assert image.mode == "RGB" and image.width > 0 and np.asarray(image).dtype == np.uint8


@fuzz(200)
@given(data=st.data())
def test_folders_with_a_damaged_image(tmp_path, capsys, data):
    form = data.draw(st.sampled_from(sorted(IMAGES)))
    folder = tmp_path / form
    folder.mkdir(exist_ok=True)
    (folder / f"a.{form}").write_bytes(IMAGES[form])
    (folder / f"b.{form}").write_bytes(data.draw(damage(IMAGES[form])))
    read = read_or_stop(
        capsys,
        folder,
        lambda: np.concatenate(list(inputs.load_input(str(folder)).batches(2))),
    )
    if read is not None:
        assert read.shape == (2, 3, 9, 8) and read.dtype == np.uint8
        assert np.array_equal(
            read[0], np.asarray(load_rgb(folder / f"a.{form}")).transpose(2, 0, 1)
        )


def save_bytes(save, *arguments, **keywords):
    content = io.BytesIO()
    save(content, *arguments, **keywords)
    return content.getvalue()


ARRAYS = {
    "bytes.npy": save_bytes(np.save, PIXELS),
    "features.npy": save_bytes(np.save, np.arange(12.0).reshape(4, 3)),
    "images.npz": save_bytes(np.savez, images=PIXELS, labels=np.arange(2)),
    "small.npz": save_bytes(np.savez_compressed, images=PIXELS),
}


def read_array(file):
    return np.concatenate(list(inputs.load_input(str(file)).batches(3)))


@fuzz(500)
@given(data=st.data())
def test_damaged_arrays(tmp_path, capsys, data):
    name = data.draw(st.sampled_from(sorted(ARRAYS)))
    file = tmp_path / name
    file.unlink(missing_ok=True)  # the last one may still be mapped
    file.write_bytes(data.draw(damage(ARRAYS[name]) | st.binary(max_size=200)))
    read = read_or_stop(capsys, file, lambda: read_array(file))
    if read is not None:
        assert read.dtype in (np.uint8, np.float64) and np.isfinite(read).all() and read.size


NUMBERS = st.floats(width=32) | st.sampled_from([0.0, 1.0, -1.0, 255.0, 1e38, 1e-45])
TYPES = ("uint8", "int8", "int64", "bool", "float16", ">f4", "float64", "complex64", "U3", "O")


@fuzz(500)
@given(
    values=st.lists(NUMBERS, min_size=1, max_size=24),
    shape=st.lists(st.sampled_from([0, 1, 2, 3, 4]), max_size=5),
    kind=st.sampled_from(TYPES),
)
def test_arrays_of_any_type_and_shape(tmp_path, capsys, values, shape, kind):
    with np.errstate(all="ignore"):
        array = np.resize(np.array(values), shape).astype(kind)
    file = tmp_path / "a.npy"
    file.unlink(missing_ok=True)
    np.save(file, array)
    read = read_or_stop(capsys, file, lambda: read_array(file))
    if read is None:
        return
    assert len(read) == len(array)
    if read.dtype == np.uint8 and array.ndim == 4:
        assert read.shape[1] in (1, 3)
        assert set(read.shape[1:]) <= set(array.shape[1:])
    if read.dtype == np.float64:
        assert np.array_equal(read, array.astype(np.float64))


@fuzz(300)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode), data=st.data())
def test_text_files_of_any_bytes(tmp_path, capsys, content, data):
    file = tmp_path / "a.txt"
    file.write_bytes(content * 20 if data.draw(st.booleans()) else content)
    by = data.draw(st.sampled_from(["word", "character"]))
    block = config.TextFile(path=str(file), by=by, length=400)
    parts = read_or_stop(capsys, file, lambda: text_files.load_dataset(block))
    if parts is not None:
        lines = sum(
            bool(line.strip())
            for line in file.read_bytes().decode("utf-8-sig").replace("\r", "\n").split("\n")
        )
        assert sum(len(part.images) for part in parts) == lines


@fuzz(300)
@given(text=st.text(max_size=80))
def test_words_and_characters_of_any_text(text):
    assert split_words(" ".join(split_words(text))) == split_words(text)
    assert all(word and not word.isspace() for word in split_words(text))
    assert split_characters("".join(split_characters(text))) == split_characters(text)


ANNOTATIONS = json.dumps(
    {
        "images": [{"id": number, "file_name": f"{number}.png"} for number in range(3)],
        "annotations": [{"image_id": number, "caption": f"number {number}"} for number in range(3)],
    }
).encode()


@fuzz(400)
@given(content=damage(ANNOTATIONS) | st.binary(max_size=80))
def test_damaged_captions(tmp_path, capsys, content):
    for number in range(3):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(tmp_path / f"{number}.png")
    file = tmp_path / "captions.json"
    file.write_bytes(content)
    captions = read_or_stop(capsys, tmp_path, lambda: caption_folders.read_coco(tmp_path, file))
    if captions is not None:
        annotations = parse_json(file)["annotations"]
        assert sum(map(len, captions.values())) == len(annotations)
        assert all(isinstance(path, Path) and path.is_file() for path in captions)
