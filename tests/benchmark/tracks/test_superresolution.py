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
    for scale, sizes in ((2, {(426, 640)}), (4, {(424, 640)})):
        assert {whole.shape[1:] for whole in photographs[scale].test.photographs} == sizes
        assert photographs[scale].train.photographs is None
    names = [name for part in superresolution_data.PHOTOGRAPHS.values() for name in part]
    assert len(names) == len(set(names)), "no photograph is in two parts"


def test_the_classifier_learns_how_patches_were_degraded(photographs):
    for part in name_parts(photographs[2]).values():
        images, degraded, labels = part.images, part.classifier_inputs, part.classifier_targets
        same = (images == degraded).all(axis=(1, 2, 3))
        assert same[labels == 0].all() and not same[labels == 3].any()
        errors = (degraded.astype(float) - images) ** 2
        lost = [errors[labels == label].mean() for label in (1, 2)]
        assert lost[0] < lost[1], "made smaller by 4, more is lost than by 2"
        noise = (degraded.astype(float) - images)[labels == 3]
        inside = (images[labels == 3] > 40) & (images[labels == 3] < 215)
        assert noise[inside].std() == pytest.approx(superresolution_data.NOISE, rel=0.05)
        assert set(labels) == {0, 1, 2, 3}


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
