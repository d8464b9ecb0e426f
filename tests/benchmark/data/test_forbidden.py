"""Folders and files that may not be read, and names that are none, are one line each."""

import numpy as np
import pytest
from PIL import Image

from benchmark import config
from benchmark.config.sources import ImageFolder
from benchmark.data import image_files
from benchmark.data.sources import (
    caption_folders,
    class_folders,
    folders,
    oracle,
    photo_folders,
    text_files,
)
from benchmark.evaluation import apply, inputs
from benchmark.features.extractors import weights
from tests.command import error_line, mistake_of
from tests.privileges import as_nobody, shared_folder

ADVICE = "; change its permissions, or those of its folder"
PUBLISHED = weights.PublishedWeights("inception", "https://example.org/file.pth", "0")
READERS = {
    "class folders": lambda path: class_folders.load_dataset(ImageFolder(path=path)),
    "count class folders": lambda path: class_folders.count_images(ImageFolder(path=path)),
    "folders": lambda path: folders.load_dataset("mine", config.Folder(path=path, paired=True)),
    "count folders": lambda path: folders.count_images(config.Folder(path=path, paired=True)),
    "photographs": lambda path: photo_folders.load_dataset(
        config.Photographs(train=path, test=path, scale=2)
    ),
    "captions": lambda path: caption_folders.load_dataset(config.Captions(path=path)),
    "count captions": lambda path: caption_folders.count_images(config.Captions(path=path)),
    "file of captions": lambda path: caption_folders.load_dataset(
        config.Captions(path=".", captions=path)
    ),
    "text": lambda path: text_files.load_dataset(config.TextFile(path=path)),
    "count text": lambda path: text_files.count_sentences(config.TextFile(path=path)),
    "oracle": lambda path: oracle.load_dataset("mine", config.Oracle(weights=path)),
}
MORE = {
    "score": lambda path: inputs.load_input(path),
    "weights": lambda path: weights.find_weights(PUBLISHED, path),
}


@pytest.fixture
def folder():
    with shared_folder() as folder:
        yield folder


def save_image(file):
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(file)


@pytest.mark.parametrize("mode", [0o000, 0o444])
@pytest.mark.parametrize("reader", READERS | MORE)
def test_a_path_in_a_folder_that_may_not_be_entered_is_one_line(folder, capsys, reader, mode):
    forbidden = folder / "forbidden"
    forbidden.mkdir()
    forbidden.chmod(mode)
    path = str(forbidden / "x")
    with as_nobody():
        line = error_line(capsys, lambda: (READERS | MORE)[reader](path))
    assert line.startswith(str(forbidden)) and "Permission denied" in line
    assert line.endswith(ADVICE)


@pytest.mark.parametrize("mode", [0o000, 0o444])
def test_images_of_a_folder_that_may_not_be_entered_are_one_line(folder, capsys, mode):
    save_image(folder / "images" / "sub" / "a.png")
    for place in (folder / "images", folder / "images" / "sub"):
        place.chmod(mode)
        with as_nobody():
            line = error_line(capsys, lambda: image_files.find_images(folder / "images"))
        place.chmod(0o755)
        assert line.startswith(str(place)) and "Permission denied" in line
        assert line.endswith(ADVICE)


def test_a_file_that_may_not_be_read_is_not_called_damaged(folder, capsys):
    for name in ("a.png", "a.npz", "a.txt", "a.json"):
        save_image(folder / "a.png")
        (folder / name).touch()
        (folder / name).chmod(0o000)
        with as_nobody():
            if name == "a.png":
                with pytest.raises(ValueError) as caught:
                    image_files.load_rgb(folder / name)
                line = str(caught.value)
            else:
                readers = {
                    "a.npz": lambda path: inputs.load_input(path),
                    "a.txt": READERS["text"],
                    "a.json": READERS["file of captions"],
                }
                path = str(folder / name)
                call = readers[name]
                line = error_line(capsys, lambda call=call, path=path: call(path))
        assert line.startswith(f"{folder / name}: ") and "Permission denied" in line
        assert "damaged" not in line and line.endswith(ADVICE)


def test_apply_names_what_may_not_be_read_or_written(folder, capsys):
    forbidden = folder / "forbidden"
    forbidden.mkdir()
    forbidden.chmod(0o000)
    save_image(folder / "images" / "a.png")
    pairs = [
        (forbidden / "x.png", folder / "o.png"),
        (folder / "images", forbidden / "o"),
        (folder / "images" / "a.png", forbidden / "o.png"),
    ]
    for pair in pairs:
        with as_nobody():
            line = error_line(capsys, lambda pair=pair: apply.pair_files(*pair))
        assert line.startswith(str(forbidden)) and line.endswith(ADVICE)


@pytest.mark.parametrize("name", ["x" * 300, "x" * 300 + "/b"])
@pytest.mark.parametrize("reader", READERS | MORE)
def test_a_name_that_is_too_long_is_one_line(tmp_path, capsys, reader, name):
    path = str(tmp_path / name)
    line = error_line(capsys, lambda: (READERS | MORE)[reader](path))
    assert line.startswith(str(tmp_path)) and "File name too long" in line
    assert line.endswith("; shorten the name")


@pytest.mark.parametrize("reader", READERS | MORE)
def test_a_path_with_nul_is_one_line_or_none(tmp_path, capsys, reader):
    call = (READERS | MORE)[reader]
    if reader.startswith("count "):
        assert call(str(tmp_path / "a\0b")) is None
    else:
        assert ": expected " in error_line(capsys, lambda: call(str(tmp_path / "a\0b")))


@pytest.mark.parametrize("reader", READERS)
def test_the_home_of_an_unknown_user_is_one_line(capsys, reader):
    line = error_line(capsys, lambda: READERS[reader]("~nobody_of_this_name/x"))
    assert line.startswith("~nobody_of_this_name/x: expected a user of this machine after ~, got")


def test_score_and_sample_report_such_names(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line = mistake_of(capsys, "score", "x" * 300, "y", status=1)
    assert line.endswith("got an error (File name too long); shorten the name")
