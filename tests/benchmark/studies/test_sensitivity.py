"""The stage `sensitivity`: its scores are those of the leaderboards, and its table is whole."""

import numpy as np
import pandas as pd
import pytest

from benchmark import tracks
from benchmark.config import Metrics
from benchmark.data.prepare import prepare
from benchmark.data.splits import load_split
from benchmark.features import features
from benchmark.studies import reactions, sensitivity
from benchmark.studies.damages import DAMAGES
from benchmark.studies.selection import list_sensitivity_datasets
from benchmark.tracks.images.scoring import Scorer
from tests.benchmark.config.params import load_repository_params
from tests.command import error_line, mistake_of

SETTINGS = load_repository_params()
METRICS = Metrics(kid_subsets=5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the digits, and features of a classifier that has learnt for an epoch."""
    folder = tmp_path_factory.mktemp("digits")
    one_epoch = SETTINGS.features.model_copy(update={"epochs": 1})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        prepare("digits", SETTINGS)
        features.compute_features("digits", SETTINGS.model_copy(update={"features": one_epoch}))
    return folder


@pytest.fixture
def small(folder, monkeypatch):
    """Small sets in the folder of the digits."""
    monkeypatch.chdir(folder)
    for name, value in (("SAMPLES", 60), ("REAL", 150), ("HELD_OUT", 80), ("DRAWS", 2)):
        monkeypatch.setattr(sensitivity, name, value)


def test_scores_are_those_of_the_scorer_of_the_leaderboards(folder, monkeypatch):
    """With all training images and the same held-out ones, every metric is equal."""
    monkeypatch.chdir(folder)
    load = features.load_real_features
    monkeypatch.setattr(  # the leaderboards take the test images as the held-out ones of FLD
        features,
        "load_real_features",
        lambda dataset, split: load(dataset, {"validation": "test"}.get(split, split)),
    )
    images, labels = (array[:100] for array in load_split("digits", "test"))
    everything = np.arange(len(load_split("digits", "train")[0]))
    scorer, expected = (
        sensitivity.SubsetScorer("digits", METRICS, everything),
        Scorer("digits", METRICS),
    )
    scores = scorer.scores(images, labels)
    moment = expected.moment(images)
    reference = expected.scores(images, labels) | {"diversity": moment["diversity"]}
    # FID of one set is that of all samples; further classifiers show ranks
    assert reference.pop("pooled_fid") == reference["fid"]
    assert reference.pop("classifier_2_fid") > 0 < reference.pop("classifier_3_fid")
    assert scores.keys() == reference.keys() == reactions.GROUP_OF.keys()
    # FLD of the leaderboards leaves equal images out; here the held-out ones are these too
    assert scores == {name: pytest.approx(value, rel=1e-5) for name, value in reference.items()}


def test_remembered_features_are_those_of_the_extractor(folder, monkeypatch):
    monkeypatch.chdir(folder)
    extractor = features.load_pinned_extractor("digits")
    images = load_split("digits", "test")[0][:40]
    remembering, calls = sensitivity.RememberingExtractor(extractor), []
    monkeypatch.setattr(
        extractor,
        "embed",
        lambda part, embed=extractor.embed: calls.append(len(part)) or embed(part),
    )
    mixed = images[[3, 1, 3, 0, 25]]
    for part, count in ((images[:20], 20), (mixed, 1), (images[:5], None)):
        calls.clear()
        embedded, probabilities = remembering.embed(part)
        assert calls == ([count] if count else [])
        expected = type(extractor).embed(extractor, part)
        assert embedded == pytest.approx(expected[0], abs=1e-5)
        assert probabilities == pytest.approx(expected[1], abs=1e-5)


def test_the_table_has_every_damage_at_every_level_and_draw(small):
    sensitivity.write_sensitivity("digits", SETTINGS)
    table = pd.read_csv(sensitivity.FOLDER / "digits.csv")
    assert tuple(table.columns[:6]) == reactions.COLUMNS
    assert set(table.columns[6:]) == set(reactions.GROUP_OF)
    assert not table.isna().any().any() and (table["real"] == 150).all()
    assert table.groupby("draw").size().tolist() == [1 + 9 + 4 * 5 + 2 * 3] * 2
    assert set(table["damage"]) == {"none", *DAMAGES}
    undamaged = table[table["damage"] == "none"]
    assert (undamaged["samples"] == 60).all() and undamaged["fid"].nunique() == 2
    left = table[table["damage"] == "fewer_samples"].groupby("level")["samples"].first()
    assert left.to_dict() == {0.5: 30, 0.75: 15, 0.9: 6}
    repeats = table[table["damage"] == "repeats"].groupby("level")[["samples", "distinct"]].first()
    assert (repeats["samples"] == 60).all() and repeats["distinct"].tolist() == [30, 15, 6]
    # closed forms: copies of all are at no distance, and one class of ten is left
    copies = table[(table["damage"] == "copies") & (table["level"] == 1)]
    assert (copies["authenticity"] == 0).all() and (copies["precision"] == 1).all()
    assert (copies["nearest_ratio"] < 1e-3).all()


def test_a_second_run_writes_the_same_bytes(small, monkeypatch):
    chosen = {name: DAMAGES[name] for name in ("noise", "copies")}
    monkeypatch.setattr(sensitivity, "DAMAGES", chosen)
    sensitivity.write_sensitivity("digits", SETTINGS)
    before = (sensitivity.FOLDER / "digits.csv").read_bytes()
    sensitivity.write_sensitivity("digits", SETTINGS)
    assert (sensitivity.FOLDER / "digits.csv").read_bytes() == before


@pytest.mark.parametrize("name", ["ring8", "outline", "cifar10"])
def test_other_data_sets_are_refused_in_one_line(name, capsys):
    line = mistake_of(capsys, "sensitivity", name)
    assert f"got {name}; take one of digits, mnist" in line


def test_an_unknown_data_set_and_missing_data_are_one_line(capsys, tmp_path, monkeypatch):
    assert "got digit; did you mean digits?" in mistake_of(capsys, "sensitivity", "digit")
    monkeypatch.chdir(tmp_path)
    message = error_line(capsys, lambda: sensitivity.write_sensitivity("digits", SETTINGS))
    assert "run gan-benchmark prepare digits" in message


def test_small_images_with_classes_are_selected():
    assert list_sensitivity_datasets(SETTINGS) == ["digits", "mnist", "fashion_mnist", "kmnist"]
    section = SETTINGS.tracks["images"]
    kind = type(section.datasets["digits"])
    common = {"updates": 10, "networks": {}}
    blocks = {
        "small": kind(folder={"path": "a", "side": 32}, **common),
        "large": kind(folder={"path": "a", "side": 64}, **common),
        "photographs": kind(folder={"path": "a", "side": 32}, feature_space="inception", **common),
        "subset": kind(subset={"of": "digits", "images": 100}, **common),
    }
    changed = SETTINGS.model_copy(
        update={"images": section.model_copy(update={"datasets": blocks})}
    )
    assert list_sensitivity_datasets(changed) == ["small"]
    assert "images" in tracks.names()
    assert list_sensitivity_datasets(SETTINGS.model_copy(update={"images": None})) == []


def test_too_few_images_give_an_empty_table(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sensitivity, "count_needed", lambda settings: 10_000)
    table = sensitivity.measure("digits", METRICS)
    assert tuple(table.columns) == reactions.COLUMNS and table.empty
    assert "expected 10000 held-out images or more, got" in capsys.readouterr().out


@pytest.mark.parametrize(("neighbours", "needed"), [(3, 120), (10, 220)])
def test_the_smallest_set_has_more_images_than_neighbours(neighbours, needed):
    assert sensitivity.count_needed(Metrics(neighbours=neighbours)) == needed
