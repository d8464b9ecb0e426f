"""Scores of features, and the number of samples that each metric takes."""

import numpy as np
import pytest

from benchmark.config import Metrics
from benchmark.metrics import (
    authenticity,
    frechet_distance,
    likelihood_divergence,
    nearest_distance_ratio,
    prdc,
)
from benchmark.metrics.likelihood_divergence import baseline_likelihood
from benchmark.tracks.images.real import Real
from benchmark.tracks.images.scoring import Scorer

SETTINGS = Metrics(kid_subsets=2, kid_subset_size=50)


@pytest.fixture
def draws():
    """Real features, and 170 generated ones."""
    generator = np.random.default_rng(0)
    return generator.normal(size=(60, 4)), generator.normal(size=(170, 4)) + 0.5


def test_metrics_that_depend_on_the_number_are_means_over_sets(draws):
    real, generated = draws
    scores = Real(real, SETTINGS, set_size=50).compare(generated)
    # 20 samples are left over
    sets = [generated[:50], generated[50:100], generated[100:150]]
    expected = [prdc(real, part, k=3, density_k=5) for part in sets]
    for name in ("precision", "recall", "density", "coverage"):
        assert scores[name] == pytest.approx(np.mean([values[name] for values in expected]))
    fids = [frechet_distance(real, part) for part in sets]
    assert scores["fid"] == pytest.approx(np.mean(fids))
    assert scores["pooled_fid"] == pytest.approx(frechet_distance(real, generated))


def test_without_a_size_all_samples_are_one_set(draws):
    real, generated = draws
    scores = Real(real, SETTINGS).compare(generated)
    assert "pooled_fid" not in scores
    assert scores["recall"] == pytest.approx(prdc(real, generated, k=3, density_k=5)["recall"])
    # of fewer samples than a set, all
    assert Real(real, SETTINGS, set_size=200).compare(generated)["recall"] == scores["recall"]


def test_fid_of_all_samples_is_less_biased():
    generator = np.random.default_rng(1)
    real, generated = generator.normal(size=(5000, 16)), generator.normal(size=(10000, 16))
    held_out = generator.normal(size=(500, 16))
    scores = Real(real, SETTINGS, set_size=500).compare(generated)
    assert scores["pooled_fid"] < 0.5 * scores["fid"]
    assert scores["fid"] == pytest.approx(frechet_distance(real, held_out), rel=0.4)


def test_memorisation_is_that_of_the_images_that_variants_learn_from(draws):
    real, generated = draws
    held_out, trained_on = real[40:], real[:10]
    plain = Real(real, SETTINGS, held_out).compare(generated)
    scores = Real(real, SETTINGS, held_out, trained_on=trained_on).compare(generated)
    assert list(scores) == list(plain)
    baseline = baseline_likelihood(real, held_out, centres=len(generated))
    expected = {
        "authenticity": authenticity(trained_on, generated),
        "nearest_ratio": nearest_distance_ratio(trained_on, generated),
        "fld": likelihood_divergence(trained_on, held_out, generated, baseline=baseline),
    }
    assert {name: scores[name] for name in expected} == expected
    assert all(scores[name] != plain[name] for name in expected)
    assert {name: scores[name] for name in scores.keys() - expected} == {
        name: plain[name] for name in plain.keys() - expected
    }


def test_copies_of_few_images_are_copies_and_no_good_samples(draws):
    real, _ = draws
    copies = np.tile(real[:10], (6, 1))
    scores = Real(real, SETTINGS, trained_on=real[:10]).compare(copies)
    assert scores["authenticity"] == scores["nearest_ratio"] == 0
    assert scores["fid"] == pytest.approx(frechet_distance(real, copies)) and scores["fid"] > 0.1
    assert Real(real[:10], SETTINGS).compare(copies)["fid"] < 0.1 * scores["fid"]


def test_images_from_noise_are_scored_on_many_samples():
    scorer = object.__new__(Scorer)
    scorer.real = Real(np.random.default_rng(0).normal(size=(20, 2)), Metrics())
    assert scorer.count_samples(500) == 10_000
    assert scorer.count_samples(26_032) == 26_032  # as SVHN has
    scorer.draws_more_samples = False
    assert scorer.count_samples(500) == 500
