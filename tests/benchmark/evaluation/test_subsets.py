"""A data set with few training images: prepared, embedded, scored and shown."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmark.config import Metrics
from benchmark.data.prepare import prepare
from benchmark.data.splits import load_array
from benchmark.evaluation import references
from benchmark.features import features
from benchmark.tracks.base.scorer import choose_reference
from benchmark.tracks.images.scoring import Scorer
from tests.benchmark.config.params import load_repository_params

NAMES = ("digits", "digits_100")


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    """Scores of the reference rows of the digits and of a subset; the features stay in a folder."""
    settings = load_repository_params()
    one_epoch = settings.features.model_copy(update={"epochs": 2})
    settings = settings.model_copy(update={"features": one_epoch})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("subsets"))
        for name in NAMES:
            prepare(name, settings)
            features.compute_features(name, settings)
            references.references(name, settings)
        rows = {name: json.loads(Path(f"references/{name}.json").read_text()) for name in NAMES}
        yield rows


@pytest.fixture
def _folder(scores, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(next(tmp_path_factory.getbasetemp().glob("subsets*")))


def test_scores_compare_with_the_training_images_of_the_data_set(_folder):
    assert choose_reference("digits", "test") == "train"
    assert choose_reference("digits_100", "test") == "reference"
    assert choose_reference("digits_100", "validation") == "validation"
    scorer = Scorer("digits_100", Metrics())
    whole, _ = features.load_real_features("digits", "train")
    assert np.array_equal(scorer.real.features, whole)
    assert scorer.real.trained_on.shape == (100, whole.shape[1])
    assert scorer.facts()["real_images"] == len(scorer.labels) == len(whole)
    assert np.array_equal(
        scorer.random_space[1].features, Scorer("digits", Metrics()).random_space[1].features
    )
    assert len(scorer.further_classifiers) == 2
    validation = Scorer("digits_100", Metrics(), part="validation").real
    assert validation.trained_on is None and len(validation.features) == 162


def test_reference_rows_have_the_scale_of_the_data_set(scores):
    whole, subset = (scores[name]["held_out"]["0"] for name in NAMES)
    changed = {name for name in whole if whole[name] != subset[name]}
    assert changed == {"authenticity", "nearest_ratio", "fld"}
    assert scores["digits"]["noise"]["0"]["fid"] == scores["digits_100"]["noise"]["0"]["fid"]


def test_copies_of_the_training_images_are_seen_and_not_rewarded(scores):
    whole, subset = (scores[name]["memoriser"]["0"] for name in NAMES)
    assert subset["authenticity"] == subset["nearest_ratio"] == 0
    held_out = scores["digits_100"]["held_out"]["0"]
    assert whole["fid"] < held_out["fid"] < subset["fid"] / 2
    assert subset["recall"] < 0.5 * whole["recall"]


def test_the_memoriser_repeats_the_training_images(_folder):
    images, labels = references.memoriser("digits_100", 0)
    assert np.array_equal(np.bincount(labels), np.bincount(load_array("digits", "test", "labels")))
    train = {image.tobytes() for image in load_array("digits_100", "train", "images")}
    assert {image.tobytes() for image in images} == train
    distinct = {image.tobytes() for image in references.memoriser("digits", 0)[0]}
    assert len(distinct) > 490, "of 500, of which some are equal"
