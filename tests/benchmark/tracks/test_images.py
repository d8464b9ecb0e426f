"""The scorer of images: metrics of features, and metrics within classes."""

import numpy as np
import pytest

from benchmark import config, tracks
from benchmark.metrics import (
    clipped_density_coverage,
    intra_fid,
    likelihood_divergence,
    prdc,
    vendi_score,
)
from benchmark.tracks.base.modules import load_module
from benchmark.tracks.images import Images
from benchmark.tracks.images.real import Real
from benchmark.tracks.images.scoring import RANDOM as RANDOM_METRICS
from benchmark.tracks.images.scoring import Scorer
from benchmark.tracks.translation import scoring as translation

RANDOM = np.random.default_rng(0)


class Pixels:
    """A feature space of four pixels, without classes."""

    name = "pixels"

    def embed(self, images):
        return images.reshape(len(images), -1).astype(float), None


def make_scorer(real_per_class=20, *, has_classes=True):
    scorer = object.__new__(Scorer)
    scorer.has_random_space, scorer.part = False, "validation"
    scorer.space, scorer.labels = Pixels(), np.arange(2).repeat(real_per_class)
    scorer.classifier = scorer.space if has_classes else None
    images = make_images(scorer.labels)
    scorer.real = Real(scorer.space.embed(images)[0], config.Metrics(neighbours=2))
    scorer.predict = lambda images, probabilities=None: (images[:, 0, 0, 0] > 125).astype(int)
    return scorer


def make_images(labels):
    """Make images of 2x2 pixels, dark for class 0 and light for class 1."""
    return RANDOM.integers(0, 120, (len(labels), 1, 2, 2), dtype=np.uint8) + np.uint8(
        130
    ) * labels.astype(np.uint8).reshape(-1, 1, 1, 1)


def test_within_classes_four_samples_a_feature_are_needed():
    scorer = make_scorer()
    assert scorer.samples_per_class == 16
    labels = np.arange(2).repeat(16)
    images = make_images(labels)
    scores = scorer.class_scores(images, labels)
    expected = intra_fid(scorer.real.features, scorer.labels, Pixels().embed(images)[0], labels)
    assert scores == {"intra_fid": pytest.approx(expected, rel=1e-9)}
    assert scorer.class_scores(images[1:], labels[1:]) == {}
    assert scorer.class_scores(images[:16], labels[:16]) == {}


def test_further_samples_do_not_change_the_bias_within_classes():
    scorer, labels = make_scorer(), np.tile([0, 1], 40)
    images = make_images(labels)
    first = scorer.class_scores(images[:32], labels[:32])
    assert scorer.scores(images, labels)["intra_fid"] == first["intra_fid"]
    assert "intra_fid" not in scorer.scores(images[:30], labels[:30])


@pytest.mark.parametrize(
    ("count", "has_classes", "expected"), [(4, True, 0), (5, True, 16), (20, False, 0)]
)
def test_no_metrics_within_classes_of_few_real_images(count, has_classes, expected):
    assert make_scorer(count, has_classes=has_classes).samples_per_class == expected


def test_scores_of_features_equal_the_metrics():
    train, test, generated = RANDOM.normal(size=(3, 60, 4))
    real = Real(train, config.Metrics(neighbours=2, density_neighbours=4), test)
    for samples in (generated, generated[:30] / 2, generated):
        scores = real.compare(samples)
        density, coverage = clipped_density_coverage(train, samples, k=4)
        expected = prdc(train, samples, k=2, density_k=4) | {
            "clipped_density": density,
            "clipped_coverage": coverage,
            "vendi": vendi_score(samples),
            "fld": likelihood_divergence(train, test, samples),
        }
        assert {name: scores[name] for name in expected} == pytest.approx(expected, rel=1e-12)


def test_only_outputs_of_held_out_images_have_no_likelihood():
    train, generated = RANDOM.normal(size=(2, 30, 4))
    assert "fld" not in Real(train, config.Metrics()).compare(generated)
    assert Scorer.has_likelihood and not translation.Scorer.has_likelihood
    without = {name for name in tracks.names() if "fld" not in tracks.load(name).higher_is_better}
    of_pairs = {"translation", "domains", "multimodal", "superresolution"}
    assert without == of_pairs | {"text", "toy", "toy_tricks", "mixtures"}


def test_tracks_compare_with_training_images_in_the_random_space():
    without = {
        name for name in tracks.names() if "random_fid" not in tracks.load(name).higher_is_better
    }
    assert without == {"video", "superresolution", "text", "toy", "toy_tricks", "mixtures"}
    assert {f"random_{name}" for name in RANDOM_METRICS} < Images.higher_is_better.keys()
    for name in tracks.names():
        scorer = load_module(tracks.load(name), "scoring").Scorer
        assert getattr(scorer, "has_random_space", False) == (name not in without)
