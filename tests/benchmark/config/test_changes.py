"""Leaderboards that change the entries of their rows, and that name their rows."""

import re

import pytest

from benchmark import config
from tests.benchmark.config.params import load_error, read_params

CHANGES = {"lr": 0.5, "players": {"discriminator": {"lr": 0.25}}, "model": {"width": 3}}
ENTRY = {
    "kind": "trick",
    "lr": 1e-3,
    "betas": [0.5, 0.9],
    "model": {"latent": 5, "width": 4},
    "players": {"discriminator": {"optimizer": "SGD"}, "generator": {"lr": 2e-3}},
}


def make_track(changes=None, **block):
    """Make a track with two data sets, of which the second one has changes."""
    tree = read_params()
    images = tree["images"]
    images["variants"] = {"dcgan": dict(ENTRY), "lsgan": {"kind": "controlled", "lr": 1e-3}}
    plain = {"updates": 10, "networks": {"latent": 2}}
    changed = plain | block | ({"changes": changes} if changes else {})
    images["datasets"] = {"digits": plain, "digits_100": changed}
    return config.parse_params(tree).tracks["images"]


def test_changes_are_merged_into_the_entries_of_their_leaderboard():
    track = make_track(CHANGES)
    entry = track.variants_of("digits_100")["dcgan"]
    expected = ENTRY | {
        "lr": 0.5,
        "model": {"latent": 5, "width": 3},
        "players": {"discriminator": {"optimizer": "SGD", "lr": 0.25}, "generator": {"lr": 2e-3}},
    }
    assert entry == config.VariantConfig.model_validate(expected)
    for others in (track.variants, track.variants_of("digits")):
        assert others["dcgan"] == config.VariantConfig.model_validate(ENTRY)


def test_a_null_removes_an_option_and_nothing_else():
    entry = make_track({"betas": None, "lr": None}).variants_of("digits_100")["dcgan"]
    assert entry.betas is None and entry.lr == ENTRY["lr"]


def test_the_copy_for_a_leaderboard_has_its_changes_once():
    track = make_track(CHANGES).for_dataset("digits_100")
    assert track.variants["dcgan"].lr == 0.5
    entry = track.variants["dcgan"].model_copy(update={"lr": 0.1})
    replaced = track.model_copy(update={"variants": {"dcgan": entry}})
    assert replaced.for_dataset("digits_100").variants["dcgan"].lr == 0.1


def test_changes_may_be_of_the_budget_and_the_batch():
    track = make_track({"updates": 4, "batch": 8, "half_life": 0.5}, only=["dcgan"])
    assert track.budget_of("digits_100", "dcgan") == (4, "updates")
    assert track.budget_of("digits", "dcgan") == (10, "updates")
    training = track.for_dataset("digits_100").training_of("dcgan")
    assert (training.batch, training.half_life) == (8, 0.5)
    assert track.for_dataset("digits").training_of("dcgan") == track.training


def test_a_leaderboard_has_only_the_variants_that_it_names():
    track = make_track(only=["lsgan"])
    assert list(track.variants_of("digits_100")) == ["lsgan"]
    assert list(track.variants_of("digits")) == ["dcgan", "lsgan"]


def board(tree):
    return tree["images"]["datasets"]["digits_100"]


PLACE = r"images.datasets.digits_100"


@pytest.mark.parametrize(
    ("block", "line"),
    [
        (
            {"only": ["dcgn"]},
            r".only: expected a variant of images, got dcgn; did you mean dcgan\?",
        ),
        (
            {"only": ["dcgan"], "without": ["gan"]},
            r": expected either only or without, got both; delete one",
        ),
        ({"only": []}, r".only: expected a list of at least 1 item, got \[\]; .*"),
        (
            {"changes": {"learning_rate": 1e-3}},
            r".changes.learning_rate: expected a key of this block, got learning_rate; .*",
        ),
        (
            {"changes": {"kind": "trick"}},
            r".changes.kind: expected a key of this block, got kind; .*",
        ),
        ({"changes": {"lr": -1}}, r".changes.lr: expected a number greater than 0, got -1; .*"),
        (
            {"changes": {"batch": 16}},
            r".changes.batch: expected no batch of a controlled variant, got 16; .*"
            r" set it in images.training",
        ),
        (
            {"changes": {"momentum": 0.9}, "only": ["dcgan", "wgan"]},
            r".changes.momentum: expected no momentum of Adam, got 0.9; leave the line out",
        ),
        (
            {"changes": {"players": {"discriminator": {"momentum": 0.9}}}, "only": ["dcgan"]},
            r".changes.players.discriminator.momentum: expected no momentum of Adam, .*",
        ),
        (
            {"changes": {"players": {"critic": {"lr": 1}}}, "only": ["dcgan"]},
            r".changes.players: expected a player of dcgan, got critic; .*",
        ),
        (
            {"changes": {"model": {"n_critic": 2}}, "only": ["dcgan", "wgan"]},
            r".changes.model.n_critic: expected a keyword of .*dcgan.py, got n_critic; .*",
        ),
        ({"changes": [1]}, r".changes: expected a block of keys, got \[1\]; choose from .*"),
    ],
)
def test_a_bad_change_is_one_line(tmp_path, capsys, block, line):
    message = load_error(tmp_path, capsys, lambda tree: board(tree).update(block))
    assert re.fullmatch(PLACE + line, message), message
