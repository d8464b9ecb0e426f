"""The network with random weights: its features, and the order of sets of known quality."""

import numpy as np
import pytest
from safetensors.torch import save_file
from sklearn.datasets import load_digits

from benchmark import config
from benchmark.data.splits import SplitArrays, save_split
from benchmark.features import extractors
from benchmark.features.extractors.random import RandomExtractor, draw_weights
from benchmark.tracks.images.real import Real
from tests.benchmark.features.images import random_images
from tests.command import error_line

SHAPES = [(1, 8, 8), (3, 8, 8), (1, 28, 28), (3, 32, 32), (3, 64, 64), (3, 16, 24)]


def make_extractor(shape, tmp_path):
    return RandomExtractor(draw_weights(shape), file=tmp_path / "none", shape=shape)


def draw_images(shape, n=20):
    return np.random.default_rng(0).integers(0, 256, (n, *shape), dtype=np.uint8)


@pytest.mark.parametrize("shape", SHAPES)
def test_features_of_any_shape(shape, tmp_path):
    images = draw_images(shape)
    embedded, probabilities = make_extractor(shape, tmp_path).embed(images)
    assert embedded.shape == (20, 64) and embedded.dtype == np.float64 and probabilities is None
    again, _ = make_extractor(shape, tmp_path).embed(images)
    assert np.array_equal(embedded, again)
    distances = np.linalg.norm(embedded[:, None] - embedded, axis=2)
    assert distances[~np.eye(20, dtype=bool)].min() > 0.1 * distances.max()
    scale = embedded.std()  # He's initialisation keeps it near that of the images, whatever depth
    assert 0.1 < scale < 10


def test_weights_have_the_variance_of_he_and_depend_on_the_shape():
    weights, colour = draw_weights((1, 32, 32)), draw_weights((3, 32, 32))
    for weight in weights.values():
        fan_in = weight[0].numel()
        tolerance = 5 * (2 / weight.numel()) ** 0.5  # standard deviations of a sample variance
        assert weight.var().item() * fan_in / 2 == pytest.approx(1, abs=tolerance)
    assert weights["0.weight"].shape == (32, 1, 3, 3) != colour["0.weight"].shape
    linear = list(weights)[-1]
    assert not np.allclose(weights[linear], colour[linear])


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 32, 32)])
def test_an_image_has_its_features_wherever_it_stands(shape, tmp_path, monkeypatch):
    images, extractor = draw_images(shape), make_extractor(shape, tmp_path)
    embedded, _ = extractor.embed(images)
    order = np.random.default_rng(1).permutation(len(images))
    assert np.allclose(extractor.embed(images[order])[0], embedded[order], rtol=0, atol=1e-5)
    monkeypatch.setattr("benchmark.features.extractors.random.batch_size", lambda shape: 7)
    assert np.allclose(extractor.embed(images)[0], embedded, rtol=0, atol=1e-5)


def test_images_of_another_shape_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"expected images \(1, 8, 8\), got \(1, 9, 8\)"):
        make_extractor((1, 8, 8), tmp_path).embed(draw_images((1, 9, 8)))


def test_sets_are_ordered_by_quality(tmp_path):
    digits = load_digits()
    images = np.rint(digits.images * 255 / 16).astype(np.uint8)[:, None]
    train, held_out, classes = images[::2], images[1::2], images[1::2][digits.target[1::2] < 5]
    noise = draw_images((1, 8, 8), n=len(held_out))
    extractor = make_extractor((1, 8, 8), tmp_path)
    real = Real(extractor.embed(train)[0], config.Metrics())
    sets = [extractor.embed(each)[0] for each in (train, held_out, classes, noise)]
    fids = [real.fid(each) for each in sets]
    assert fids == sorted(fids) and fids[0] == pytest.approx(0, abs=1e-6)
    assert fids[2] > 3 * fids[1] and fids[3] > 10 * fids[2]
    copies, others, half, worst = (real.neighbourhoods(each) for each in sets)
    assert copies["precision"] == copies["recall"] == 1
    assert others["precision"] > 0.75 and others["coverage"] > 0.9
    assert half["precision"] > 0.75 and half["recall"] < 0.7 and half["coverage"] < 0.7
    assert worst["precision"] == worst["density"] == worst["coverage"] == 0


def test_weights_are_loaded_or_reported(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    images = random_images(10, seed=0, channels=1, size=8)
    save_split("digits", "train", SplitArrays(images, np.arange(10)))
    line = error_line(capsys, lambda: extractors.load("random", dataset="digits"))
    assert line.startswith("feature space random: features/digits/random.safetensors: expected a")
    file = tmp_path / "weights.safetensors"
    save_file(draw_weights((1, 8, 8)), file)
    loaded = extractors.load("random", dataset="digits", weights=file)
    expected, _ = make_extractor((1, 8, 8), tmp_path).embed(images)
    assert np.array_equal(loaded.embed(images)[0], expected)
    save_file(draw_weights((3, 8, 8)), file)
    line = error_line(capsys, lambda: extractors.load("random", dataset="digits", weights=file))
    assert "expected weights for images of digits, got others" in line
    with pytest.raises(ValueError, match="expected a data set, got None"):
        extractors.load("random")
