"""Numbers of samples that are known without reading the samples, and what they must be."""

import numpy as np
import pytest

from benchmark import config, tracks
from benchmark.data.parts import divide
from benchmark.data.sizes import Counts, count_prepared, count_splits
from benchmark.data.sources import caption_folders, folders, text_files
from benchmark.data.splits import SplitArrays, save_split
from tests.benchmark.config.params import (
    load_error,
    load_repository_params,
    read_params,
    write_params,
)
from tests.benchmark.data.sources.images import list_greys, read_folder, save_images

SETTINGS = load_repository_params()
# without those that are downloads
NAMES = (
    "digits ring8 grid25 outline colours renderings photographs_x2 photographs_x4 captioned_digits"
    " moving_digits oracle grammar"
)
LISTED = [(SETTINGS.datasets[name], name) for name in NAMES.split()]


@pytest.mark.parametrize(("track", "dataset"), LISTED)
def test_sizes_of_built_in_data_sets_are_right(track, dataset):
    block = SETTINGS.tracks[track].datasets[dataset]
    counts = tracks.load(track).count_samples(dataset, block)
    divided = divide(
        tracks.load(track).sources()[dataset](),
        trains_extractor=tracks.load(track).trains_extractor(block),
    )
    expected = count_splits((divided.train, divided.test))
    assert counts == expected._replace(is_divided=True)


@pytest.mark.parametrize(("track", "dataset"), LISTED)
def test_a_batch_that_is_too_large_is_found(track, dataset, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    section = SETTINGS.tracks[track]
    counts = tracks.load(track).count_samples(dataset, section.datasets[dataset])
    largest = counts.train

    def change(tree, batch):
        tree[track]["datasets"] = {dataset: tree[track]["datasets"][dataset]}
        tree[track]["training"]["batch"] = batch

    tree = read_params()
    change(tree, largest)
    config.load_params(write_params(tree, tmp_path))
    line = load_error(tmp_path, capsys, lambda tree: change(tree, largest + 1))
    assert line.startswith(f"{track}.datasets.{dataset}: expected {largest + 1} ")
    assert " or more to train on, as " in line and f", got {counts.train};" in line


def test_too_few_held_out_images_are_found(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def change(tree):
        digits = {"digits": tree["images"]["datasets"]["digits"]}
        tree["images"].update(metrics={"neighbours": 500}, datasets=digits)

    line = load_error(tmp_path, capsys, change)
    assert line == (
        "images.datasets.digits: expected 501 images or more to hold out, as batches and"
        " metrics need, got 500; add images, or lower these"
    )


@pytest.mark.parametrize("condition", [None, 6, 10])
@pytest.mark.parametrize("paired", [None, True, False])
def test_prepared_data_are_counted_by_their_headers(tmp_path, monkeypatch, condition, paired):
    monkeypatch.chdir(tmp_path)
    assert count_prepared("mine") is None
    parts = []
    for split, count in (("train", 10), ("test", 4)):
        conditions = None if condition is None else np.zeros((condition, 1, 2, 2), np.uint8)
        arrays = SplitArrays(
            np.zeros((count, 1, 2, 2), np.uint8), np.zeros(count, int), conditions, paired
        )
        save_split("mine", split, arrays)
        parts.append(arrays)
    expected = Counts(min(10, condition or 10), 4, condition is not None and paired is not False)
    assert count_prepared("mine") == count_splits(parts) == expected
    (tmp_path / "data/mine/train/images.npy").write_bytes(b"damaged")
    assert count_prepared("mine") is None


@pytest.mark.parametrize(
    ("target", "sizes"),
    [
        ("B", {"A": 21, "B": 25}),
        ("A", {"trainA": 9, "trainB": 8, "testA": 3, "testB": 4}),
        ("B", {"trainA": 12, "trainB": 13}),
        ("left", {".": 11}),
        ("right", {"train": 6, "val": 2}),
        ("left", {"train": 6, "val": 2, "test": 3}),
        ("left", {"train": 21}),
    ],
)
def test_images_of_folders_are_counted_by_their_files(tmp_path, target, sizes):
    is_halved = target in folders.HALVES
    for number, (name, count) in enumerate(sizes.items()):
        save_images(tmp_path / name, list_greys(count, 30 * number))
        (tmp_path / name / "notes.txt").write_text("no image")
    counts = folders.count_images(
        config.Folder(path=str(tmp_path), paired=is_halved, target=target)
    )
    assert counts == count_splits(read_folder(tmp_path, target=target, paired=is_halved))


def test_missing_folders_and_files_have_no_count(tmp_path):
    (tmp_path / "A").mkdir()
    for path in (tmp_path, tmp_path / "A", tmp_path / "missing"):
        for target in ("A", "B", "left"):
            block = config.Folder(path=str(path), paired=True, target=target)
            assert folders.count_images(block) is None
        assert caption_folders.count_images(config.Captions(path=str(path))) is None
    assert text_files.count_sentences(config.TextFile(path=str(tmp_path / "a.txt"))) is None
    assert folders.count_images(config.Folder()) is None, "an archive is not downloaded"


def test_captions_and_sentences_are_counted_by_files_and_lines(tmp_path):
    save_images(tmp_path / "images/a", list_greys(30))
    (tmp_path / "text/a").mkdir(parents=True)
    for number in range(30):
        (tmp_path / f"text/a/{number:03}.txt").write_text("a bird\na grey bird\n")
    block = config.Captions(path=str(tmp_path), each=2, side=8)
    counts = count_splits(caption_folders.load_dataset(block))
    assert caption_folders.count_images(block) == counts == Counts(54, 3, has_pairs=True)
    lines = [f"sentence {number}" for number in range(30)]
    (tmp_path / "lines.txt").write_text("\n\n".join(lines))
    text = config.TextFile(path=str(tmp_path / "lines.txt"))
    assert text_files.count_sentences(text) == count_splits(text_files.load_dataset(text))
