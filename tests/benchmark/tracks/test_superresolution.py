"""Images made from smaller ones: the photographs, and what their track says of them."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from benchmark import config, tracks
from benchmark.data.bicubic import resize_bicubic
from benchmark.data.parts import Parts, name_parts, save_parts, select
from benchmark.data.sources import superresolution as superresolution_data
from benchmark.data.splits import load_classifier_split
from benchmark.features import features
from benchmark.features.extractors import classifier
from benchmark.metrics.frechet import frechet_distance
from benchmark.metrics.perceptual import perceptual_distance
from benchmark.tracks.superresolution import scoring as superresolution_scoring


@pytest.fixture(scope="module")
def photographs():
    return {scale: superresolution_data.make_photographs(scale) for scale in (2, 4)}


@pytest.mark.parametrize("scale", [2, 4])
def test_patches_belong_to_what_they_are_made_from(photographs, scale):
    for part in name_parts(photographs[scale]).values():
        images, condition = part.images, part.condition
        count = len(images)
        assert images.shape == part.classifier_inputs.shape == (count, 3, 32, 32)
        assert condition.shape == (count, 3, 32 // scale, 32 // scale)
        assert part.labels.shape == part.classifier_targets.shape == (count,)
        assert not part.labels.any()
        # but for the border, where a patch alone has no neighbours, its own reduction is the same
        own = resize_bicubic(images, 1 / scale).astype(int)
        inner = slice(2, -2)
        assert np.abs(own[..., inner, inner] - condition[..., inner, inner]).max() <= 1


def test_no_patch_is_in_two_parts(photographs):
    parts = [
        {image.tobytes() for image in part.images} for part in name_parts(photographs[2]).values()
    ]
    assert sum(map(len, parts)) == len(set.union(*parts))
    assert len(photographs[2].test.images) == 2 * 13 * 20
    assert len(photographs[2].extractor.images) == 5 * 256, "as many patches of each photograph"
    for scale, sizes in ((2, {(426, 640)}), (4, {(424, 640)})):
        assert {whole.shape[1:] for whole in photographs[scale].test.photographs} == sizes
        assert photographs[scale].train.photographs is None
    names = [name for part in superresolution_data.PHOTOGRAPHS.values() for name in part]
    assert len(names) == len(set(names)), "no photograph is in two parts"


def test_the_classifier_learns_how_patches_were_degraded(photographs):
    for part in name_parts(photographs[2]).values():
        assert set(part.classifier_targets) == {0, 1, 2, 3}
    test, error = photographs[2].test, superresolution_data.ERROR
    labels, images = test.classifier_targets, test.images.astype(float)
    errors = test.classifier_inputs - images
    blurred = superresolution_data.blur_images(test.images[labels == 0], 4)
    assert np.array_equal(test.classifier_inputs[labels == 0], blurred)
    inside = (images > 40) & (images < 215)  # where no error is clipped
    for label in (1, 2, 3):
        chosen = labels == label
        assert errors[chosen][inside[chosen]].std() == pytest.approx(error, rel=0.05)
    is_inside = inside.all(axis=(1, 2, 3))
    noise, coarse, checkerboard = (errors[is_inside & (labels == label)] for label in (1, 2, 3))
    neighbours = np.corrcoef(noise[..., 1:].ravel(), noise[..., :-1].ravel())
    assert abs(neighbours[0, 1]) < 0.02
    blocks = coarse.reshape(len(coarse), 3, 8, 4, 8, 4)
    assert (np.ptp(blocks, axis=(3, 5)) == 0).all() and np.ptp(coarse) > 2 * error
    assert len(checkerboard) and (np.abs(checkerboard) == error).all()
    assert (checkerboard[..., 1:] == -checkerboard[..., :-1]).all()
    assert (checkerboard[..., 1:, :] == -checkerboard[..., :-1, :]).all()


def test_recoloured_images_have_other_colours_and_the_same_edges():
    images = np.full((200, 3, 8, 8), 90, np.uint8)
    images[:, :, :, 4:] = 130  # an edge of 40 grey levels
    made = superresolution_data.recolour_images(images, np.random.default_rng(0)).astype(int)
    assert (np.ptp(made, axis=2) == 0).all()
    steps, means = made[:, :, 0, 4] - made[:, :, 0, 3], made.mean(axis=(2, 3))
    steps = steps[((means > 25) & (means < 230)).all(axis=1)]  # without those that were clipped
    assert len(steps) > 50 and ((steps > 0).all(axis=1) | (steps < 0).all(axis=1)).all()
    least = superresolution_data.LEAST_CONTRAST
    assert 40 * least - 1 <= np.abs(steps).min() < 16 and 36 < np.abs(steps).max() <= 40
    assert (steps > 0).mean() == pytest.approx(0.5, abs=0.15)
    assert means.std() == pytest.approx(255 / 12**0.5, rel=0.1)


@pytest.fixture(scope="module")
def classifiers(photographs):
    """The scoring and the content network, after 30 of the 80 passes of the stage."""
    part = photographs[4].extractor
    images, labels = map(torch.from_numpy, (part.classifier_inputs, part.classifier_targets))
    settings = config.Features(seed=0, epochs=30, batch=64, lr=1e-3)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as in the stage: small batches gain nothing from more
    networks = [
        classifier.train_classifier(images, labels, settings, name=name)
        for name in ("classifier", "content")
    ]
    torch.set_num_threads(threads)
    return networks


@pytest.mark.slow
def test_the_lesson_is_learnt_on_photographs_of_other_parts(photographs, classifiers):
    for network in classifiers:
        for part in (photographs[4].validation, photographs[4].test):
            _, probabilities = classifier.embed_images(network, part.classifier_inputs)
            accuracy = (probabilities.argmax(axis=1) == part.classifier_targets).mean()
            assert accuracy >= 0.8


@pytest.mark.slow
@pytest.mark.parametrize("scale", [2, 4])
def test_distances_grow_from_the_truth_to_noise(photographs, classifiers, scale):
    test = photographs[scale].test
    truth, noise = test.images, np.random.default_rng(0)
    rows = [
        truth,
        resize_bicubic(test.condition, scale),
        superresolution_data.blur_images(truth, 8),
        noise.integers(0, 256, truth.shape, dtype=np.uint8),
    ]
    for network in classifiers:
        maps = [classifier.compute_feature_maps(network, row[:100]) for row in rows]
        distances = [perceptual_distance(maps[0], each) for each in maps]
        assert distances[0] == 0 and distances == sorted(distances)
        embedded = [classifier.embed_images(network, row)[0] for row in rows]
        fid = [frechet_distance(embedded[0], each) for each in embedded]
        assert abs(fid[0]) < 1e-6 and fid == sorted(fid)
        assert fid[1] > 0.1 and distances[1] > 0.1


@pytest.fixture
def scorer(tmp_path, monkeypatch, photographs):
    """Of few patches, with a classifier that has hardly learnt anything."""
    monkeypatch.chdir(tmp_path)
    name = "photographs_x2"
    first = {
        part: select(arrays, np.arange(200), np.arange(200))
        for part, arrays in name_parts(photographs[2]).items()
        if part != "validation"
    }
    save_parts(name, Parts(validation=photographs[2].validation, **first))
    images, labels = map(torch.from_numpy, load_classifier_split(name, "train"))
    settings = config.Features(seed=0, epochs=1, batch=64, lr=1e-3)
    (tmp_path / "features" / name).mkdir(parents=True)
    save_file(
        classifier.train_classifier(images, labels, settings).state_dict(),
        classifier.pinned_path(name),
    )
    features.embed_real_images(name, classifier.ClassifierExtractor.load(name))
    return superresolution_scoring.Scorer(name, config.Metrics())


def test_rows_of_reference_are_in_order(scorer):
    name = "photographs_x2"
    result = tracks.load("superresolution").reference_rows(name)
    assert set(result) == {"held_out", "bicubic", "memoriser", "noise"}
    rows = {
        row: scorer.scores(*source(name, 0)) | scorer.reference_scores(row, 0)
        for row, source in result.items()
    }
    for scores in rows.values():
        assert set(scores) <= set(tracks.load("superresolution").metric_directions())
    assert rows["held_out"]["perceptual"] == 0 < rows["bicubic"]["perceptual"]
    assert rows["bicubic"]["perceptual"] < rows["memoriser"]["perceptual"]
    others = rows["memoriser"]["psnr_y"], rows["noise"]["psnr_y"]
    assert rows["bicubic"]["psnr_y"] > max(others) + 10
    assert "psnr" not in rows["held_out"] and rows["held_out"]["ssim_y"] == pytest.approx(1)
    tracks.load("superresolution").save_samples(scorer.truth, scorer, Path("rows"))
    with Image.open("rows.png") as picture:
        assert picture.size == (16 * 32, 3 * 32)


def test_maps_are_compared_in_parts(scorer, monkeypatch):
    made = scorer.truth[::-1].copy()
    whole = perceptual_distance(
        *(scorer.classifier.feature_maps(own) for own in (scorer.truth, made))
    )
    assert scorer.scores(made)["perceptual"] == scorer.distance(scorer.truth, made) == whole > 0
    assert scorer.headline(made) == scorer.scores(made)[tracks.load("superresolution").headline]
    most = []
    monkeypatch.setattr(classifier, "PIXELS", 32 * 32 * 60)
    maps = scorer.classifier.feature_maps
    monkeypatch.setattr(
        scorer.classifier,
        "feature_maps",
        lambda images: most.append(len(images)) or maps(images),
    )
    # sums of floats in a network depend on how many images are in it
    assert scorer.distance(scorer.truth, made) == pytest.approx(whole, rel=1e-6)
    assert most == [60, 60, 60, 60, 60, 60, 20, 20]
