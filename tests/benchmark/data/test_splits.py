"""Splits on the disk: one file an array, loaded or mapped, and absent arrays."""

import numpy as np
import pytest
import torch

from benchmark.data import splits
from benchmark.data.splits import SplitArrays, save_split


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    """An empty folder with a data set of images and conditions."""
    monkeypatch.chdir(tmp_path)
    save_split("pairs", "train", make_arrays())


def make_arrays(**others):
    images = np.arange(2 * 3 * 4 * 4, dtype=np.uint8).reshape(2, 3, 4, 4)
    return SplitArrays(images, np.array([1, 0]), condition=images[:, :1], paired=False, **others)


def test_each_array_is_one_file_of_its_name(tmp_path):
    files = {file.name for file in (tmp_path / "data/pairs/train").iterdir()}
    assert files == {"images.npy", "labels.npy", "condition.npy", "paired.npy"}
    for name, array in make_arrays().to_dict().items():
        loaded = splits.load_array("pairs", "train", name)
        assert loaded.dtype == array.dtype and np.array_equal(loaded, array)


def test_photographs_of_different_sizes_are_read_one_by_one(capsys):
    photographs = tuple(np.full((3, 2 + number, 5), number, dtype=np.uint8) for number in range(12))
    save_split("pairs", "test", make_arrays(photographs=photographs))
    assert splits.count_photographs("pairs", "test") == 12
    loaded = splits.load_photographs("pairs", "test")
    for ours, theirs in zip(loaded, photographs, strict=True):
        assert ours.dtype == np.uint8 and np.array_equal(ours, theirs)
    save_split("pairs", "test", make_arrays())
    assert splits.count_photographs("pairs", "test") == 0
    with pytest.raises(SystemExit):
        next(splits.load_photographs("pairs", "test"))
    assert capsys.readouterr().err == (
        "data/pairs/test/photographs.npz: expected arrays of NumPy, got no file; run gan-benchmark"
        " prepare pairs\n"
    )


def test_an_array_of_an_earlier_version_is_deleted():
    save_split("pairs", "train", make_arrays(words=np.array(["", "a"])))
    assert splits.load_vocabulary("pairs").tolist() == ["", "a"]
    save_split("pairs", "train", make_arrays())
    assert splits.load_vocabulary("pairs").size == 0


def test_the_classifier_learns_its_own_arrays_if_there_are_any():
    images, labels = splits.load_split("pairs", "train")
    inputs, targets = splits.load_classifier_split("pairs", "train")
    assert np.array_equal(inputs, images) and np.array_equal(targets, labels)
    save_split("pairs", "train", make_arrays(classifier_targets=np.array([7, 8])))
    inputs, targets = splits.load_classifier_split("pairs", "train")
    assert np.array_equal(inputs, images) and targets.tolist() == [7, 8]
    save_split(
        "pairs",
        "train",
        make_arrays(classifier_inputs=255 - images, classifier_targets=np.array([7, 8])),
    )
    assert np.array_equal(splits.load_classifier_split("pairs", "train")[0], 255 - images)


def test_data_are_paired_unless_they_say_otherwise():
    assert not splits.is_paired("pairs")
    save_split("pairs", "train", SplitArrays(np.zeros(2), np.zeros(2)))
    assert splits.is_paired("pairs")
    assert splits.load_condition("pairs", "train") is None


def test_maps_are_read_only_and_samples_may_be_written_to_in_memory():
    arrays = splits.map_split("pairs", "train")
    assert set(arrays) == {"images", "labels", "condition"}
    with pytest.raises(ValueError, match="read-only"):
        arrays["images"][0] = 0
    images, condition = splits.map_samples("pairs", "train", "condition")
    assert torch.equal(condition, images[:, :1])
    images[:] = 9
    assert np.array_equal(splits.load_array("pairs", "train", "images"), make_arrays().images)


def test_a_split_that_is_not_prepared_is_one_line(capsys):
    with pytest.raises(SystemExit):
        splits.load_split("pairs", "test")
    assert capsys.readouterr().err == (
        "data/pairs/test: expected a folder, got none; run gan-benchmark prepare pairs first\n"
    )


def test_the_weights_of_an_oracle_are_arrays_too():
    assert splits.load_oracle_weights("pairs") is None
    weights = {"Wo": np.ones((2, 3)), "bo": np.zeros(3)}
    save_split("pairs", splits.ORACLE, weights)
    loaded = splits.load_oracle_weights("pairs")
    assert loaded.keys() == weights.keys()
    assert all(np.array_equal(loaded[name], weights[name]) for name in weights)
