"""Settings of a row against those that a run was trained with."""

import copy
from typing import Any

import pytest

from benchmark.records.settings import list_differences

SETTINGS: dict[str, Any] = {
    "dataset": {"updates": 800, "networks": {"latent": 4, "width": 8}, "feature_space": "dinov2"},
    "training": {"batch": 8, "logs": 4, "snapshots": 2, "snapshot_samples": 12, "threads": 1},
    "variant": {"kind": "controlled", "lr": 0.001, "betas": [0.0, 0.9], "model": {"pac": 2}},
}
TRAINING: dict[str, Any] = {
    "entry": {
        "kind": "controlled",
        "optimizer": "Adam",
        "lr": 0.001,
        "betas": [0.0, 0.9],
        "weight_decay": None,
        "model": {"pac": 2},
    },
    "model": {"latent": 4, "width": 8, "pac": 2, "classes": 10},
    "budget": {"amount": 800, "unit": "updates"},
    "training": SETTINGS["training"] | {"half_life": 0.03, "precision": "float32"},
}


def test_settings_and_the_training_with_them_do_not_differ() -> None:
    assert list_differences(TRAINING, SETTINGS) == []


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        ("variant.lr", 0.004, ["entry.lr"]),
        ("variant.betas", [0.5, 0.9], ["entry.betas"]),
        ("variant.weight_decay", 0.1, ["entry.weight_decay"]),
        ("variant.model", {"pac": 3}, ["entry.model", "model.pac"]),
        ("variant.model", {}, ["entry.model", "model.pac"]),
        ("dataset.updates", 900, ["budget.amount"]),
        ("dataset.networks", {"latent": 4}, ["model.width"]),
        ("dataset.networks", {"latent": 4, "width": 8, "depth": 2}, ["model.depth"]),
        ("dataset.flips", True, ["flips"]),
        ("dataset.feature_space", "classifier", []),  # scores depend on it, training does not
        ("training.batch", 16, ["training.batch"]),
        ("training.half_life", 0.1, ["training.half_life"]),
    ],
)
def test_each_other_setting_is_named(place: str, value: Any, expected: list[str]) -> None:
    settings = copy.deepcopy(SETTINGS)
    block, key = place.split(".")
    settings[block][key] = value
    assert list_differences(TRAINING, settings) == expected


@pytest.mark.parametrize("block", ["entry", "budget", "training"])
def test_a_training_without_settings_differs(block: str) -> None:
    training = {key: value for key, value in TRAINING.items() if key != block}
    assert list_differences(training, SETTINGS) == [block]
