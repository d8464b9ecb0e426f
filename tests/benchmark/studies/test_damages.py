"""Damages have the strength that they claim."""

from itertools import pairwise

import numpy as np
import pytest

from benchmark.studies import damages
from benchmark.studies.damages import DAMAGES, Pool

CLASSES, PER_CLASS, SIDE, SIZE = 5, 40, 16, 60


def make_split(count, seed):
    """Make distinct images of evenly frequent classes, in random order."""
    generator = np.random.default_rng(seed)
    images = generator.integers(0, 256, (count, 1, SIDE, SIDE), dtype=np.uint8)
    return images, generator.permutation(np.arange(count) % CLASSES)


@pytest.fixture(scope="module")
def pool():
    return Pool(make_split(CLASSES * PER_CLASS, 0), make_split(100, 1), SIZE)


def apply(pool, name, level, seed=2):
    return DAMAGES[name].apply(pool, level, np.random.default_rng(seed))


def flatten(images):
    return {image.tobytes() for image in images}


def changed(pool, images):
    """Which images of a set differ from the undamaged ones."""
    return (images != pool.undamaged[0]).any(axis=(1, 2, 3))


@pytest.mark.parametrize("name", sorted(DAMAGES))
def test_level_zero_is_the_undamaged_set(pool, name):
    images, labels = apply(pool, name, 0.0)
    assert (images == pool.undamaged[0]).all() and (labels == pool.undamaged[1]).all()


@pytest.mark.parametrize("name", sorted(DAMAGES))
def test_the_levels_rise_from_above_zero(pool, name):
    levels = DAMAGES[name].list_levels(pool)
    assert levels[0] > 0 and sorted(set(levels)) == list(levels)
    for level in levels:
        images, labels = apply(pool, name, level)
        assert len(images) == len(labels) and images.dtype == np.uint8
        assert name == "fewer_samples" or len(images) == SIZE


@pytest.mark.parametrize("dropped", range(CLASSES))
def test_as_many_classes_are_dropped_and_the_set_stays_as_large(pool, dropped):
    images, labels = apply(pool, "dropped_classes", dropped)
    assert len(np.unique(labels)) == CLASSES - dropped
    assert len(flatten(images)) == min(SIZE, PER_CLASS * (CLASSES - dropped))
    by_image = {image.tobytes(): label for image, label in zip(*pool.held_out, strict=True)}
    assert [by_image[image.tobytes()] for image in images] == labels.tolist()


def test_dropped_classes_stay_dropped(pool):
    kept = [set(apply(pool, "dropped_classes", level)[1]) for level in range(CLASSES)]
    assert all(later < earlier for earlier, later in pairwise(kept))


def test_many_classes_have_ten_levels_and_no_class_is_left_without_another():
    images = np.zeros((200, 1, 2, 2), np.uint8)
    many = Pool((images, np.arange(200) % 100), (images, np.arange(200) % 100), 50)
    levels = damages.list_class_levels(many)
    assert len(levels) == 9 and levels[-1] == 99


@pytest.mark.parametrize("sigma", [0.8, 1.5, 2.0])
def test_blur_has_the_standard_deviation_of_its_level(sigma):
    """A point becomes a Gaussian; its second moment along an axis is the square of sigma."""
    point = np.zeros((1, 1, 41, 41), np.uint8)
    point[0, 0, 18:23, 18:23] = 255  # a square: its blurred peak survives rounding
    whole = Pool((point, np.zeros(1)), (point, np.zeros(1)), 1)
    blurred = apply(whole, "blur", sigma)[0][0, 0].astype(float)
    places = np.arange(41) - 20
    second = (blurred.sum(axis=0) * places**2).sum() / blurred.sum()
    width = (places[18:23] ** 2).mean()
    assert second - width == pytest.approx(sigma**2, rel=0.06)
    assert blurred.sum() == pytest.approx(point.sum(), rel=0.02)


def test_blur_keeps_a_constant_image(pool):
    grey = np.full((3, 1, SIDE, SIDE), 77, np.uint8)
    images, _ = apply(Pool((grey, np.arange(3)), pool.train, 3), "blur", 3.0)
    assert (images == 77).all()


@pytest.mark.parametrize("level", [0.02, 0.1])
def test_noise_has_the_standard_deviation_of_its_level(level):
    grey = np.full((40, 1, SIDE, SIDE), 128, np.uint8)
    images, _ = apply(Pool((grey, np.zeros(40)), (grey, np.zeros(40)), 40), "noise", level)
    assert images.std() == pytest.approx(np.hypot(255 * level, 12**-0.5), rel=0.03)
    assert images.mean() == pytest.approx(128, abs=0.5)


def test_noise_is_clipped_and_the_same_at_every_level(pool):
    images = apply(pool, "noise", 0.5)[0]
    assert images.min() == 0 and images.max() == 255
    grey = np.full((4, 1, SIDE, SIDE), 128, np.uint8)
    middle = Pool((grey, np.zeros(4)), (grey, np.zeros(4)), 4)
    slight, strong = (apply(middle, "noise", level)[0].astype(float) - 128 for level in (0.05, 0.1))
    assert np.abs(strong - 2 * slight).max() <= 1.5  # of rounding


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_a_share_of_the_images_is_uniform_noise(pool, share):
    images, labels = apply(pool, "outliers", share)
    is_changed = changed(pool, images)
    assert is_changed.sum() == share * SIZE and (labels == pool.undamaged[1]).all()
    counts = np.bincount(images[is_changed].ravel(), minlength=256)
    expected = counts.sum() / 256
    # a chi-square of 255 degrees of freedom has a standard deviation of 22.6
    assert ((counts - expected) ** 2 / expected).sum() == pytest.approx(255, abs=100)


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_a_share_of_the_images_are_copies_of_training_images_of_their_classes(pool, share):
    images, labels = apply(pool, "copies", share)
    by_image = {image.tobytes(): label for image, label in zip(*pool.train, strict=True)}
    is_copy = np.array([image.tobytes() in by_image for image in images])
    assert is_copy.sum() == share * SIZE and (is_copy == changed(pool, images)).all()
    assert [by_image[image.tobytes()] for image in images[is_copy]] == labels[is_copy].tolist()
    assert (labels == pool.undamaged[1]).all()
    assert len(flatten(images[is_copy])) == is_copy.sum()


@pytest.mark.parametrize("share", [0.5, 0.75, 0.9])
def test_a_share_of_the_images_repeats_the_others_equally_often(pool, share):
    images, labels = apply(pool, "repeats", share)
    distinct, counts = np.unique(images, axis=0, return_counts=True)
    assert len(distinct) == round((1 - share) * SIZE) and np.ptp(counts) <= 1
    assert flatten(images) <= flatten(pool.undamaged[0]) and len(labels) == SIZE


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_share_of_the_images_is_left_out(pool, share):
    images, labels = apply(pool, "fewer_samples", share)
    assert len(images) == len(labels) == round((1 - share) * SIZE)
    assert (images == pool.undamaged[0][: len(images)]).all()


def test_repeats_have_the_images_of_fewer_samples(pool):
    repeats, fewer = (apply(pool, name, 0.75)[0] for name in ("repeats", "fewer_samples"))
    assert flatten(repeats) == flatten(fewer)


@pytest.mark.parametrize("name", ["outliers", "copies"])
def test_a_higher_level_adds_to_the_damage_of_a_lower_one(pool, name):
    lower, higher = (apply(pool, name, level)[0] for level in (0.25, 0.5))
    is_damaged = changed(pool, lower)
    assert is_damaged.any() and (lower[is_damaged] == higher[is_damaged]).all()
