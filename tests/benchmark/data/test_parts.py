"""The parts of a data set: disjoint, balanced, and the same for all that is made of one source."""

from pathlib import Path

import numpy as np
import pytest

from benchmark import tracks
from benchmark.data import parts, sizes
from benchmark.data.image_stream import ImageFiles
from benchmark.data.sizes import Counts
from benchmark.data.sources.images import divide_digits, load_digits, load_subset
from benchmark.data.splits import SplitArrays
from tests.benchmark.config.params import load_repository_params


def make_splits(count, *, classes=3, **arrays):
    labels = np.arange(count) % classes
    train = SplitArrays(np.arange(count)[:, None], labels, **arrays)
    return train, SplitArrays(np.array([[-1], [-2]]), np.zeros(2, dtype=np.int64))


def values(part):
    return set(part.images[:, 0].tolist())


@pytest.mark.parametrize("trains_extractor", [True, False])
@pytest.mark.parametrize("count", [8, 100, 1297])
def test_parts_are_disjoint_and_complete(count, trains_extractor):
    divided = parts.divide(make_splits(count), trains_extractor=trains_extractor)
    named = parts.name_parts(divided)
    assert ("extractor" in named) is trains_extractor and "oracle" not in named
    assert sum(len(part.images) for part in named.values()) == count + 2
    assert set.union(*map(values, named.values())) == {*range(count), -1, -2}
    assert len(divided.validation.images) == count // 8
    assert values(divided.test) == {-1, -2}, "held-out samples stay as they are"
    assert all((part.images[:, 0] % 3 == part.labels).all() for part in (divided.train,))


def test_parts_have_equal_shares_of_the_classes():
    labels = np.repeat([0, 1, 2], [800, 400, 16])
    train = SplitArrays(np.arange(1216)[:, None], labels)
    divided = parts.divide((train, train), trains_extractor=True)
    for part, share in ((divided.validation, 8), (divided.extractor, 4)):
        counts = np.bincount(part.labels, minlength=3)
        assert np.abs(counts - np.array([800, 400, 16]) / share).max() <= 1


def test_large_data_sets_keep_most_samples():
    assert sizes.count_parts(60_000, trains_extractor=True) == [5_000, 10_000]
    assert sizes.count_parts(60_000, trains_extractor=False) == [5_000]


def test_conditions_stay_with_their_samples():
    train, test = make_splits(100, condition=10 * np.arange(100)[:, None])
    divided = parts.divide((train, test), trains_extractor=True)
    for part in (divided.train, divided.validation, divided.extractor):
        assert (part.condition == 10 * part.images).all()


def test_unpaired_conditions_are_divided_on_their_own():
    inputs = np.arange(40)[:, None]
    train, test = make_splits(100, condition=inputs, paired=False)
    divided = parts.divide((train, test), trains_extractor=True)
    by_part = [
        set(part.condition[:, 0].tolist())
        for part in (divided.train, divided.validation, divided.extractor)
    ]
    assert set.union(*by_part) == {*range(40)} and sum(map(len, by_part)) == 40


def test_files_are_divided_before_they_are_read():
    files = [Path(f"{number}.png") for number in range(16)]
    train = SplitArrays(ImageFiles(files, side=8), np.zeros(16, dtype=np.int64))
    divided = parts.divide((train, train), trains_extractor=True)
    chosen = [part.images.files for part in (divided.train, divided.validation, divided.extractor)]
    assert sorted(file for part in chosen for file in part) == sorted(files) and [
        *map(len, chosen)
    ] == [10, 2, 4]


@pytest.mark.parametrize("groups", [3, 5, 40])
def test_samples_of_one_picture_stay_together(groups):
    train, test = make_splits(200, groups=np.arange(200) % groups)
    divided = parts.divide((train, test), trains_extractor=True)
    by_part = [
        {value % groups for value in values(part)}
        for part in (divided.train, divided.validation, divided.extractor)
    ]
    assert all(by_part) and sum(map(len, by_part)) == groups


def test_two_pictures_are_in_all_parts_and_a_note_says_so(capsys):
    train, test = make_splits(200, groups=np.arange(200) % 2)
    divided = parts.divide((train, test), trains_extractor=True)
    assert len(divided.validation.images) == 25
    assert capsys.readouterr().out.startswith("note: all parts have samples of the same pictures")


@pytest.mark.parametrize(
    ("count", "classes", "problem"),
    [
        (7, 1, "expected 8 samples or more that are not held out, got 7; add samples"),
        (8, 1, None),
        (100, 3, None),
    ],
)
def test_parts_that_cannot_serve_are_found(count, classes, problem):
    divided = parts.divide(make_splits(count, classes=classes), trains_extractor=True)
    assert parts.find_bad_part(divided) == problem


def test_a_classifier_cannot_learn_from_one_class():
    train, test = make_splits(60, classes=2)
    divided = parts.divide((train, test), trains_extractor=True)
    zeros = parts.select(train, np.flatnonzero(train.labels == 0))
    assert parts.find_bad_part(divided) is None
    assert parts.find_bad_part(divided._replace(extractor=zeros)) == (
        "expected samples of all 2 classes to train the classifier on, got those of one; add"
        " samples of the others"
    )


def test_the_choice_is_random_but_fixed():
    first, second = (parts.divide(make_splits(100), trains_extractor=True) for _ in range(2))
    assert values(first.validation) == values(second.validation)
    other = parts.divide(make_splits(100), trains_extractor=True, seed=1)
    assert values(first.validation) != values(other.validation)


@pytest.mark.parametrize(
    ("track", "dataset"),
    [("translation", "outline"), ("multimodal", "colours"), ("domains", "renderings")],
)
def test_what_is_made_of_digits_has_the_digits_of_its_part(track, dataset):
    divided = parts.divide(tracks.load(track).sources()[dataset](), trains_extractor=True)
    for part, digits in zip(divided, divide_digits(), strict=True):
        assert (part is None and digits is None) or (part.labels == digits.labels).all()


@pytest.mark.parametrize(
    ("track", "dataset"),
    [
        ("images", "digits"),
        ("toy", "ring8"),
        ("video", "moving_digits"),
        ("text", "oracle"),
        ("text", "grammar"),
        ("text_to_image", "captioned_digits"),
    ],
)
def test_counts_are_those_of_the_parts(track, dataset):

    block = load_repository_params().tracks[track].datasets[dataset]
    track = tracks.load(track)
    divided = parts.divide(
        track.sources()[dataset](), trains_extractor=track.trains_extractor(block)
    )
    counts = track.count_samples(dataset, block)
    assert (counts.train, counts.held_out) == (len(divided.train.images), len(divided.test.images))
    assert sizes.divide_counts(counts, trains_extractor=True) == counts, "divided once"


def test_counts_are_divided_as_samples_are():
    for count in (8, 100, 1297, 60_000):
        divided = parts.divide(make_splits(count), trains_extractor=True)
        counts = sizes.divide_counts(Counts(count), trains_extractor=True)
        assert counts.train == len(divided.train.images)


def test_a_subset_has_the_parts_of_its_data_set():
    whole = divide_digits()
    subset = load_subset("digits", 100, trains_extractor=True)
    for name in ("validation", "extractor", "test"):
        part, other = getattr(subset, name), getattr(whole, name)
        assert (part.images == other.images).all() and (part.labels == other.labels).all()
    assert (subset.reference.images == whole.train.images).all() and whole.reference is None
    assert len(subset.train.images) == 100
    shares = 100 * np.bincount(whole.train.labels) / len(whole.train.labels)
    assert (np.abs(np.bincount(subset.train.labels) - shares) < 1).all()
    without = load_subset("digits", 100, trains_extractor=False)
    assert without.extractor is None
    assert len(without.reference.images) == len(load_digits()[0].images) * 7 // 8 + 1


@pytest.mark.parametrize("trains_extractor", [True, False])
def test_a_subset_without_a_number_has_all_images(trains_extractor):
    same = load_subset("digits", None, trains_extractor=trains_extractor)
    whole = parts.divide(load_digits(), trains_extractor=trains_extractor)
    for name in ("train", "validation", "test", "extractor"):
        part, other = getattr(same, name), getattr(whole, name)
        assert part is other is None or (part.images == other.images).all()
    assert same.reference is None  # scores compare with all images to train on


def test_a_smaller_subset_is_part_of_a_larger_one():
    sets = [
        {image.tobytes() for image in load_subset("digits", count, trains_extractor=True)[0].images}
        for count in (100, 300, 811)
    ]
    assert sets[0] < sets[1] < sets[2]


def test_the_classifier_of_digits_learns_from_no_digit_that_scores_compare_with():
    digits = divide_digits()
    seen = {image.tobytes() for image in digits.extractor.images}
    for part in (digits.train, digits.validation, digits.test):
        # the source has six pairs of equal digits
        assert sum(image.tobytes() in seen for image in part.images) <= 2
    assert len(load_digits()[0].images) == sum(
        len(part.images) for part in (digits.train, digits.validation, digits.extractor)
    )
