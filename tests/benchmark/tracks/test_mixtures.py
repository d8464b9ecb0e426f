"""The track of mixtures: modes as the papers count them, in the scale of the papers."""

import math

import numpy as np
import pytest

from benchmark import config, tracks
from benchmark.data.sources.points import SOURCES
from benchmark.tracks.mixtures.scoring import Scorer
from benchmark.tracks.toy import scoring
from tests.benchmark.config.params import load_repository_params

TRACK = tracks.load("mixtures")
NAMES = ["ring8_pacgan", "grid25_pacgan"]


@pytest.mark.parametrize("name", NAMES)
def test_a_single_sample_hits_a_mode(name):
    """One of 2,500 samples, which is less than a fifth of an even share."""
    modes = SOURCES[name].modes
    points = np.concatenate([np.tile(modes[0], (2500 - 2, 1)), modes[1:3]])
    scores = Scorer(name, reference=500).scores(points)
    assert (scores["modes_hit"], scores["modes"], scores["high_quality"]) == (3, 1, 1)
    shares = np.array([2498, 1, 1]) / 2500
    expected = math.log(len(modes)) + (shares * np.log(shares)).sum()
    assert scores["mode_divergence"] == pytest.approx(expected)
    assert set(scores) | {"reconstruction_error", "class_accuracy"} == set(TRACK.higher_is_better)


@pytest.mark.parametrize("name", NAMES)
def test_samples_further_than_three_sigma_hit_no_mode(name):
    source = SOURCES[name]
    for reach, hit in ((2.99, len(source.modes)), (3.01, 0)):
        points = source.modes + np.array([reach * source.sigma, 0])
        assert Scorer(name, reference=500).scores(points)["modes_hit"] == hit


def test_the_scores_do_not_depend_on_the_scale():
    """The grid of the papers is four times that of the track toy."""
    points = SOURCES["grid25"].draw(300, np.random.default_rng(0))
    points[:20] += 0.1
    small, large = scoring.Scorer("grid25", reference=500), Scorer("grid25_pacgan", reference=500)
    large.real = 4 * small.real
    expected, scores = small.scores(points), large.scores(4 * points)
    assert scores.pop("modes_hit") == 25
    assert scores.pop("wasserstein") == pytest.approx(4 * expected.pop("wasserstein"), rel=1e-5)
    assert scores == pytest.approx(expected, rel=1e-5)


def test_the_noise_fills_the_square_of_the_data(monkeypatch):
    from benchmark.evaluation import references

    def load_split(name, split):
        points = SOURCES[name].draw(1000, np.random.default_rng(0))
        return points, SOURCES[name].label(points)

    monkeypatch.setattr(references, "load_split", load_split)
    for name in NAMES:
        points, labels = TRACK.reference_rows(name)["noise"](name, 0)
        assert points.dtype == np.float32 and points.shape == (1000, 2) and len(labels) == 1000
        widest, scale = np.abs(points).max(), SOURCES[name].scale
        assert 0.98 * scale < widest <= scale


def test_the_pictures_show_data_of_any_scale(tmp_path):
    from PIL import Image

    for name in ("grid25", "grid25_pacgan"):
        points = SOURCES[name].draw(500, np.random.default_rng(0))
        TRACK.save_samples(points, Scorer(name, reference=50), tmp_path / name)
    first, second = (np.asarray(Image.open(path)) for path in sorted(tmp_path.iterdir()))
    assert (first != second).mean() < 0.001  # points at an edge of a pixel


def test_the_data_sets_are_mixtures():
    assert set(NAMES) < set(TRACK.sources())
    assert all(SOURCES[name].modes is not None for name in TRACK.sources())
    assert "grid25_pacgan" not in tracks.load("toy").sources()  # films show data of scale 1


def test_the_settings_are_those_of_the_authors():
    section = load_repository_params().tracks["mixtures"]
    assert list(section.datasets) == NAMES
    for dataset in section.datasets.values():
        # 400 epochs of 100,000 points in batches of 100
        assert dataset.updates == 400 * 100_000 // 100
        for variant, pac in (("dcgan", 1), ("pacgan", 2)):
            entry = section.variants[variant]
            keywords = config.model_keywords(dataset, entry)
            assert (entry.lr, entry.betas) == (1e-4, (0.8, 0.999))
            assert keywords["backbone"] == "maxout" and keywords.get("pac", 1) == pac
            training = section.training_of(variant)
            assert training.batch == 100 * pac  # so many packs a step
            assert training.half_life == 0  # weights are not averaged
