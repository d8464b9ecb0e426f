"""Entries of tricks in params.yaml differ from the base in what their names say."""

from typing import Any

import pytest

import gans
from benchmark.reporting.tricks import BASES, TRACKS, list_boards
from tests.benchmark.config.params import load_repository_params

PARAMS = load_repository_params()
FACTORS = {"two_time_scales_2": 2, "two_time_scales_4": 4}
# entries that are tricks by themselves -> the keys that differ from the base
DIFFERENT: dict[str, dict[str, Any]] = {
    "latent_8": {"model": {"latent": 8}},
    "latent_128": {"model": {"latent": 128}},
    "linear_decay": {"schedule": "linear", "decay_from": 0.5},
    "cosine_decay": {"schedule": "cosine"},
    "gradient_clipping_norm": {"max_gradient_norm": 1.0},
    "gradient_clipping_value": {"max_gradient_value": 1.0},
    "batch_16": {"batch": 16},
    "batch_256": {"batch": 256},
    "no_average": {"half_life": 0},
    "long_average": {"half_life": 0.25},
    "dcgan_2015": {"lr": 2e-4, "betas": (0.5, 0.999)},
}
# their learning rates are searched
SEARCHED = {"rmsprop": {"optimizer", "lr", "betas"}, "sgd_discriminator": {"players"}}
REQUIRED = {"rmsprop": {"optimizer", "betas"}, "sgd_discriminator": {"players"}}


def list_rows() -> list[tuple[str, str]]:
    """List the tracks of tricks and their variants without the bases."""
    return [
        (track, variant)
        for track in TRACKS
        for variant in PARAMS.tracks[track].variants
        if variant not in BASES
    ]


@pytest.mark.parametrize(("track", "variant"), list_rows())
def test_an_entry_has_the_settings_of_the_base_but_for_its_trick(track: str, variant: str) -> None:
    section = PARAMS.tracks[track]
    base, entry = (section.variants[name].model_dump() for name in ("dcgan", variant))
    assert entry.pop("kind") == "trick" and base.pop("kind") == "controlled"
    different = {key: entry[key] for key in entry if entry[key] != base[key]}
    if variant in SEARCHED:
        assert {*different} <= SEARCHED[variant] and {*different} >= REQUIRED[variant]
    elif variant == "high_momentum":
        assert different == {"betas": (0.9, base["betas"][1])}
    elif variant in FACTORS:
        assert different.keys() == {"players"}
        assert (
            section.variants[variant].players["discriminator"].lr == FACTORS[variant] * base["lr"]
        )
    elif variant.endswith("_equal_images"):
        assert different.keys() == {"batch", "updates"}
        whole = next(board.dataset for board in list_boards(PARAMS) if board.track == track)
        images = section.training.batch * section.datasets[whole].budget.amount
        assert different["batch"] * different["updates"] == images
    else:
        assert different == DIFFERENT.get(variant, {})


@pytest.mark.parametrize(("track", "other"), [("tricks", "images"), ("toy_tricks", "toy")])
def test_the_base_has_the_settings_of_the_other_leaderboard(track: str, other: str) -> None:
    dataset = {"tricks": "digits", "toy_tricks": "ring8"}[track]
    ours, theirs = PARAMS.tracks[track], PARAMS.tracks[other]
    assert ours.variants["dcgan"] == theirs.variants["dcgan"]
    first, second = ours.datasets[f"{dataset}_tricks"], theirs.datasets[dataset]
    assert (first.budget, first.networks) == (second.budget, second.networks)
    assert ours.training.batch == theirs.training.batch
    for name, section in ((track, ours), (other, theirs)):
        assert section.training.half_life == 0.03, name


def test_each_file_is_a_row_and_ill_boards_have_another_base() -> None:
    files = {name for name, path in gans.files().items() if path.parent.name == "tricks"}
    assert {variant for _, variant in list_rows()} == files
    boards = {board.dataset: board for board in list_boards(PARAMS)}
    assert boards["digits_tricks_saturating"].base == "gan_minimax"
    assert {name for name, board in boards.items() if board.is_changed} == {
        f"digits_tricks_{ill}" for ill in ("unstable", "overfitted", "strong", "saturating")
    }
    for board in boards.values():
        assert all(trick.startswith("saturating") for trick in board.tricks) == (
            board.base == "gan_minimax"
        )
