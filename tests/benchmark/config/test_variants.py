"""Entries of variants that replace the batch and the half-life of their track."""

import pytest

from benchmark import config
from tests.benchmark.config.params import load_error, read_params, write_params


def with_batch(**settings):
    """Make the track of images whose entry of progan, with its own architecture, is changed."""
    tree = read_params()
    tree["images"]["variants"]["progan"] |= settings
    return config.parse_params(tree).tracks["images"]


@pytest.mark.parametrize("kind", ["faithful", "architecture"])
def test_variants_that_are_not_controlled_can_have_a_batch_and_a_half_life(kind):
    track = with_batch(kind=kind, batch=16, half_life=0.007)
    assert track.training.batch == 64
    training = track.training_of("progan")
    assert (training.batch, training.half_life) == (16, 0.007)
    assert training.logs == track.training.logs
    assert track.training_of("dcgan") == track.training


def test_the_training_split_must_fill_the_largest_batch(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert with_batch(batch=600).largest_batch == 600 and with_batch().largest_batch == 64

    def change(tree):
        tree["images"]["datasets"] = {"digits": tree["images"]["datasets"]["digits"]}
        tree["images"]["variants"]["progan"]["batch"] = 100000

    line = load_error(tmp_path, capsys, change)
    assert line.startswith("images.datasets.digits: expected 100000 images or more to train on")
    assert line.endswith("progan has the largest batch: without: [progan] leaves it out")


def test_batches_of_variants_that_a_leaderboard_leaves_out_do_not_count(tmp_path):
    tree = read_params()
    block = tree["images"]["datasets"]["digits"]
    tree["images"]["datasets"] = {"digits": block}
    tree["images"]["variants"]["progan"]["batch"] = 100000
    block |= {"without": ["progan"], "optional": False}
    config.load_params(write_params(tree, tmp_path))


@pytest.mark.parametrize(("key", "value"), [("batch", 32), ("half_life", 0.5)])
def test_controlled_variants_share_the_batch(key, value, tmp_path, capsys):
    line = load_error(
        tmp_path, capsys, lambda tree: tree["images"]["variants"]["dcgan"].update({key: value})
    )
    assert line == (
        f"images.variants.dcgan.{key}: expected no {key} of a controlled variant, got {value};"
        " controlled variants share it: set it in images.training"
    )
