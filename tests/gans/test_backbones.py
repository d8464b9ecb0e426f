"""The contract of variants whose networks are residual; variants without backbones are left out."""

import inspect
import io
import math

import pytest
import torch
from torch import nn

import gans
from gans.common.networks import resnet
from gans.common.networks.attention import SelfAttention
from gans.common.variant import Conditional
from tests.benchmark.config.params import load_repository_params
from tests.gans.builders import CLASSES, build
from tests.gans.variants import build_trainer, copy_parameters, has_changed

SHAPE = (3, 32, 32)
SMALL = {"width": 4, "latent": 6, "backbone": "residual"}
NAMES = [
    name for name in gans.files() if "backbone" in inspect.signature(gans.load(name)).parameters
]
every_variant = pytest.mark.parametrize("name", sorted(NAMES))


def test_all_controlled_variants_of_images_take_a_backbone():
    variants = load_repository_params().images.variants
    assert {name for name, entry in variants.items() if entry.kind == "controlled"} <= set(NAMES)


@every_variant
def test_trains_and_resumes_with_identical_results(name):
    shape = (3, 16, 16)  # takes a third of the time of SHAPE, and has both kinds of blocks
    torch.manual_seed(1)
    whole = build_trainer(name, shape, **SMALL)
    kinds = resnet.GeneratorBlock, resnet.DiscriminatorBlock
    for kind in kinds:
        assert any(isinstance(module, kind) for module in whole.variant.modules())
    before = {player: copy_parameters(player) for player in whole.variant.players().values()}
    whole.step(0.1)
    file = io.BytesIO()
    torch.save(whole.state_dict(), file)
    whole.step(0.2)
    assert all(has_changed(player, old) for player, old in before.items())
    assert all(math.isfinite(mean) for mean in whole.curves.read(0).values())

    file.seek(0)
    resumed = build_trainer(name, shape, **SMALL)
    resumed.load_state_dict(torch.load(file, weights_only=True))
    resumed.step(0.2)
    for key, value in whole.variant.state_dict().items():
        assert torch.equal(value, resumed.variant.state_dict()[key]), key
    for key, value in whole.averaged.state_dict().items():
        assert torch.equal(value, resumed.averaged.state_dict()[key]), key


@every_variant
def test_samples_scores_and_reconstructions_have_the_shape_of_the_data(name):
    variant = build(name, SHAPE, **SMALL)
    samples = variant.sample(3)
    assert samples.shape == (3, *SHAPE) and samples.abs().max() <= 1
    scores = variant.discriminator_score(samples, variant.random_condition(3))
    assert scores is None or scores.shape == (3,)
    reconstructed = variant.reconstruct(samples)
    assert reconstructed is None or reconstructed.shape == (3, *SHAPE)


@pytest.mark.parametrize("name", [n for n in NAMES if issubclass(gans.load(n), Conditional)])
def test_samples_depend_on_the_class_after_a_step(name):
    trainer = build_trainer(name, (1, 8, 8), **SMALL)
    trainer.step(0.5)
    variant, drawn = trainer.variant.eval(), []
    for label in range(CLASSES):
        torch.manual_seed(0)
        drawn.append(variant.sample(2, torch.full((2,), label)))
    assert all(not torch.equal(drawn[0], other) for other in drawn[1:])


@pytest.mark.parametrize("name", ["acgan", "cgan", "infogan", "projection"])
def test_the_class_reaches_the_generator_by_its_normalisation(name):
    generator = build(name, SHAPE, **SMALL).generator
    assert sum(isinstance(m, resnet.ConditionalBatchNorm) for m in generator.modules()) == 6
    (linear, _) = generator.coarsest
    assert linear.in_features == SMALL["latent"]


@pytest.mark.parametrize(("side", "expected"), [(8, (8, 4)), (32, (32, 16)), (64, (32, 32))])
def test_both_players_attend_at_no_more_than_32_pixels(side, expected):
    variant = build("sagan", (3, side, side), **SMALL)
    sides = []
    for player in (variant.generator, variant.discriminator):
        (layer,) = (module for module in player.modules() if isinstance(module, SelfAttention))
        layer.register_forward_pre_hook(lambda _, inputs: sides.append(inputs[0].shape[-1]))
    variant.discriminator(variant.sample(2))
    assert tuple(sides) == expected


@pytest.mark.parametrize("name", ["sngan", "projection"])
def test_every_layer_of_the_discriminator_is_normalised(name):
    variant = build(name, SHAPE, **SMALL)
    layers = [m for m in variant.discriminator.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    assert len(layers) == 2 * 4 + 2 + 1  # of blocks, of shortcuts, and the head
    assert all(nn.utils.parametrize.is_parametrized(layer, "weight") for layer in layers)
