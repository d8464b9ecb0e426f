"""The contract, tested on every variant: a new file in gans/ is found automatically."""

import math

import torch

import gans
from gans.common.captions import TextToImage
from gans.common.text import Text
from gans.common.variant import Conditional, ImageToImage
from tests.gans.builders import (
    CLASSES,
    TOKENS,
    VOCABULARY,
    WORDS,
    build,
    get_default_shape,
    get_sample_shape,
    get_source_shape,
    make_batches,
)
from tests.gans.variants import build_trainer, copy_parameters, every_shape, has_changed


@every_shape
def test_samples_have_the_shape_of_the_data(name, shape):
    samples = build(name, shape).sample(5)
    assert samples.shape == (5, *get_sample_shape(name, shape))
    assert torch.isfinite(samples).all()
    if issubclass(gans.load(name), Text):
        assert samples.dtype is torch.int64 and 0 <= samples.min() <= samples.max() < TOKENS
    elif len(shape) >= 3:
        assert samples.abs().max() <= 1


@every_shape
def test_losses_are_named_finite_scalars_of_a_player(name, shape):
    variant = build(name, shape)
    players = list(variant.players().values())
    seen = set()
    for player, losses in variant.step(make_batches(name, shape)):
        assert any(player is child for child in players)
        assert losses
        for term, loss in losses.items():
            assert isinstance(term, str) and loss.shape == () and math.isfinite(loss.item())
        seen.add(player)
    assert seen == set(players), "one step is a turn of every player"


def test_each_step_updates_one_player_and_every_player_is_updated(name):
    trainer = build_trainer(name)
    variant = trainer.variant
    moved = set()
    for player, losses in variant.step(trainer.batches):
        players = variant.players().values()
        others = {other: copy_parameters(other) for other in players if other is not player}
        before = copy_parameters(player)
        optimizer = trainer.optimizers[trainer.player_names[player]]
        optimizer.zero_grad()
        sum(losses.values()).backward(inputs=list(player.parameters()))
        optimizer.step()
        assert has_changed(player, before)
        assert not any(has_changed(other, old) for other, old in others.items())
        moved.add(player)
    assert moved == set(variant.players().values())


def test_a_round_updates_the_generator_once(name):
    """Budgets in updates count rounds."""
    variant = build(name)
    names = {player: name for name, player in variant.players().items()}
    turns = [
        names[player] for player, _ in variant.step(make_batches(name, get_default_shape(name)))
    ]
    generating = [turn for turn in turns if not turn.endswith(("discriminator", "critic"))]
    assert generating in (["generator"], ["autoencoder"])


def test_samples_depend_on_the_condition(name):
    """Conditions are classes, images or captions; unconditional variants have none."""
    variant = build(name).eval()
    condition = variant.random_condition(6)
    if isinstance(variant, ImageToImage):
        assert (
            condition.shape == (6, *get_source_shape(name, (1, 8, 8)))
            and condition.abs().max() <= 1
        )
        conditions = condition[:3], condition[3:]
    elif isinstance(variant, TextToImage):
        assert (
            condition.shape == (6, WORDS)
            and condition.min() >= 0
            and condition.max() < len(VOCABULARY)
        )
        conditions = torch.tensor([[1, 4, 0]] * 3), torch.tensor([[5, 4, 2]] * 3)
    elif isinstance(variant, Conditional):
        assert condition.shape == (6,) and condition.min() >= 0 and condition.max() < CLASSES
        conditions = torch.zeros(3, dtype=torch.int64), torch.ones(3, dtype=torch.int64)
    else:
        assert condition is None
        return
    drawn = []
    for value in conditions:
        torch.manual_seed(0)
        drawn.append(variant.sample(3, value))
    assert drawn[0].shape == (3, 1, 8, 8)
    assert not torch.equal(*drawn), "the same noise for another class or image is another image"


def test_the_discriminator_scores_each_image(name):
    variant = build(name)
    images = torch.zeros(5, *get_sample_shape(name, get_default_shape(name)))
    images = images.long() if isinstance(variant, Text) else images
    scores = variant.discriminator_score(images, variant.random_condition(5))
    if {"discriminator", "critic"} & variant.players().keys():
        assert scores.shape == (5,)
    else:
        assert scores is None


@every_shape
def test_reconstructions_have_the_shape_of_the_data(name, shape):
    """Translators reconstruct source images."""
    variant = build(name, shape).eval()
    expected = get_source_shape(name, shape) if isinstance(variant, ImageToImage) else shape
    reconstructed = variant.reconstruct(torch.rand(5, *expected) * 2 - 1)
    if reconstructed is None:
        return
    assert reconstructed.shape == (5, *expected)
    assert torch.isfinite(reconstructed).all()
    if len(shape) == 3:
        assert reconstructed.abs().max() <= 1
