"""Perceptual distance against LPIPS of torchmetrics, a plain loop and closed forms."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchmetrics.functional.image.lpips import _LPIPS

from benchmark.features.extractors import classifier
from benchmark.metrics import perceptual
from benchmark.metrics.perceptual import perceptual_distance, perceptual_distance_in_batches

SHAPES = ((4, 5, 6, 7), (4, 3, 2, 2))  # of two layers


def random_maps(seed=0):
    generator = np.random.default_rng(seed)
    return [generator.normal(size=shape) for shape in SHAPES]


def in_a_loop(truth, made):
    """Compute equation 1 place by place."""
    total = 0.0
    for first, second in zip(truth, made, strict=True):
        n, _, height, width = first.shape
        for i in range(n):
            for row in range(height):
                for column in range(width):
                    a, b = first[i, :, row, column], second[i, :, row, column]
                    a, b = a / math.sqrt(sum(a**2)), b / math.sqrt(sum(b**2))
                    total += sum((a - b) ** 2) / (height * width) / n
    return total


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 9999))
def test_equals_a_plain_loop(seed):
    truth, made = random_maps(seed), random_maps(seed + 1)
    expected = in_a_loop(truth, made)
    assert perceptual_distance(truth, made) == pytest.approx(expected, rel=1e-9)


def test_equals_lpips_of_torchmetrics():
    """With all linear weights 1 and a random network, so that nothing is downloaded."""
    torch.manual_seed(0)
    reference = _LPIPS(pretrained=False, net="alex", pnet_rand=True, use_dropout=False)
    for layer in reference.lins:
        torch.nn.init.ones_(layer.model[0].weight)
    images = torch.rand(2, 3, 3, 64, 64) * 2 - 1
    with torch.no_grad():
        expected = reference(*images).mean().item()
        outputs = [reference.net(reference.scaling_layer(x)) for x in images]
    truth, made = ([layer.numpy() for layer in output] for output in outputs)
    assert len(truth) == 5 and expected > 0.01
    # torchmetrics computes in float32, and adds 1e-8 to the squares
    assert perceptual_distance(truth, made) == pytest.approx(expected, rel=1e-3)


def test_constant_maps_score_by_their_angle():
    """|a - b|^2 of unit vectors is 2 - 2 cos of their angle."""
    for angle in (0, 0.3, math.pi / 2, math.pi):
        first, second = np.zeros((2, 3, 2, 4, 5))
        first[:, 0] = 7
        second[:, 0], second[:, 1] = 0.1 * math.cos(angle), 0.1 * math.sin(angle)
        one, three = (perceptual_distance([first] * k, [second] * k) for k in (1, 3))
        assert one == pytest.approx(2 - 2 * math.cos(angle), rel=1e-8, abs=1e-12)
        assert three == pytest.approx(3 * one, rel=1e-12)


def test_zero_map_is_at_distance_one_from_any_other():
    first, second = np.zeros((2, 1, 3, 1, 2))
    first[..., 0] = 5
    assert perceptual_distance([first], [second]) == pytest.approx(1 / 2)
    assert perceptual_distance([second], [second]) == 0


def test_is_zero_for_copies_and_symmetric():
    truth, made = random_maps(), random_maps(1)
    assert perceptual_distance(truth, truth) == 0
    expected = pytest.approx(perceptual_distance(truth, made), rel=1e-12)
    assert 0 < perceptual_distance(made, truth) == expected


def test_is_the_mean_over_images():
    truth, made = random_maps(), random_maps(1)
    each = [
        perceptual_distance([x[i : i + 1] for x in truth], [x[i : i + 1] for x in made])
        for i in range(4)
    ]
    assert perceptual_distance(truth, made) == pytest.approx(np.mean(each), rel=1e-12)


@pytest.mark.parametrize("shapes", [((70, 32, 9, 8), (70, 64, 5, 4)), ((70, 3, 1, 1),)], ids=str)
def test_in_parts_it_is_the_same(shapes, monkeypatch):
    generator = np.random.default_rng(0)
    truth, made = ([generator.normal(size=shape) for shape in shapes] for _ in range(2))
    monkeypatch.setattr(perceptual, "BATCH", 70)
    whole = pytest.approx(perceptual_distance(truth, made), rel=1e-12)
    for batch in (1, 32, 69):
        monkeypatch.setattr(perceptual, "BATCH", batch)
        assert perceptual_distance(truth, made) == whole
        for size in (1, 33, 100):
            batches = (
                tuple([maps[start : start + size] for maps in layers] for layers in (truth, made))
                for start in range(0, 70, size)
            )
            assert perceptual_distance_in_batches(batches) == whole


@pytest.fixture(scope="module")
def extractor():
    torch.manual_seed(0)
    network = classifier.Classifier((1, 12, 12), 10).eval()
    return classifier.ClassifierExtractor(network, file=None, shape=(1, 12, 12))


def random_images(n=8, channels=1, size=12):
    return np.random.default_rng(0).integers(0, 256, (n, channels, size, size), dtype=np.uint8)


def test_grows_with_the_noise_on_the_images(extractor):
    truth = random_images()
    noise = np.random.default_rng(1).normal(size=truth.shape)
    distances = [
        perceptual_distance(
            extractor.feature_maps(truth),
            extractor.feature_maps(np.clip(truth + scale * noise, 0, 255).astype(np.uint8)),
        )
        for scale in (0, 5, 20, 80)
    ]
    assert distances[0] == 0
    assert distances == sorted(distances) and distances[-1] > 5 * distances[1] > 0


def test_maps_of_the_classifier(extractor):
    images = random_images()
    first, second = extractor.feature_maps(images)
    assert first.shape == (8, 32, 12, 12) and second.shape == (8, 64, 6, 6)
    assert first.dtype == second.dtype == np.float64
    assert first.min() == second.min() == 0  # after the ReLUs
    # the rest of the network turns the last maps into the features of embed
    with torch.no_grad():
        features = extractor.network.body[6:](torch.from_numpy(second).float())
    np.testing.assert_allclose(features.numpy(), extractor.embed(images)[0], rtol=1e-5, atol=1e-6)
    batches = classifier.compute_feature_maps(extractor.network, images, batch=3)
    np.testing.assert_allclose(batches[1], second, rtol=1e-5, atol=1e-6)


def test_batches_of_large_images_are_small(extractor, monkeypatch):
    assert extractor.batch_size == classifier.IMAGES, "small images come in full batches"
    for side in (96, 512, 5000):
        count = classifier.batch_size((3, side, side))
        assert count == 1 or count * side**2 <= classifier.PIXELS < (count + 1) * side**2
    images = random_images(7)
    expected = (
        classifier.compute_feature_maps(extractor.network, images, batch=2),
        extractor.embed(images)[0],
    )
    monkeypatch.setattr(classifier, "PIXELS", 2 * 12 * 12 + 1)
    assert all(map(np.array_equal, extractor.feature_maps(images), expected[0]))
    np.testing.assert_allclose(extractor.embed(images)[0], expected[1], rtol=1e-5, atol=1e-6)


def test_maps_are_computed_from_resized_images(extractor):
    large = random_images(size=24)
    assert [x.shape[2:] for x in extractor.feature_maps(large)] == [(12, 12), (6, 6)]
    resized = classifier.resize(large, (12, 12))
    expected = classifier.compute_feature_maps(extractor.network, resized)
    np.testing.assert_array_equal(extractor.feature_maps(large)[1], expected[1])
    with pytest.raises(ValueError, match="expected images of 1 channels, got 3"):
        extractor.feature_maps(random_images(channels=3))


def test_bad_input_is_an_error():
    truth, made = random_maps(), random_maps(1)
    for wrong in ([], made[:1]):
        with pytest.raises(
            ValueError, match=f"equally many layers, at least 1, got 2 and {len(wrong)}"
        ):
            perceptual_distance(truth, wrong)
    with pytest.raises(ValueError, match="equally many layers, at least 1, got 0 and 0"):
        perceptual_distance([], [])
    with pytest.raises(ValueError, match="expected at least 1 batch of maps"):
        perceptual_distance_in_batches([])
    with pytest.raises(
        ValueError, match=r"maps of one shape .*, got \(4, 5, 6, 7\) and \(4, 3, 2, 2\)"
    ):
        perceptual_distance(truth, made[::-1])
    with pytest.raises(ValueError, match=r"expected maps of one shape \(n, c_l, h_l, w_l\)"):
        perceptual_distance([np.zeros((2, 3))], [np.zeros((2, 3))])
    with pytest.raises(
        ValueError, match=r"expected equally many images in each layer, got \[3, 4\]"
    ):
        perceptual_distance([truth[0], truth[1][:3]], [made[0], made[1][:3]])
