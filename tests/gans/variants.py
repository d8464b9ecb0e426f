"""Which variants take which shapes, and their trainers, for the tests of the contract."""

import itertools

import pytest
import torch

import gans
from benchmark.config import VariantConfig
from benchmark.training.trainer import Trainer
from gans.common.captions import TextToImage
from gans.common.text import Text
from gans.common.variant import ImageToImage
from tests.benchmark.config.params import load_repository_params
from tests.gans.builders import build, get_default_shape, get_sample_shape, make_batches

SHAPES = [(1, 8, 8), (3, 16, 16), (2,), (1, 8, 8, 8), (3, 4, 16, 16)]


OF_CLIPS = load_repository_params().tracks["video"].variants


ENTRY = VariantConfig(kind="controlled", lr=1e-3, betas=(0.5, 0.9))


def has_shape(name, shape):
    """Whether a variant makes samples of a shape: clips, images, sentences, or any."""
    kind, shape = gans.load(name), get_sample_shape(name, shape)
    if len(shape) == 4 or gans.family(name) == "video":
        return len(shape) == 4 and name in OF_CLIPS
    if issubclass(kind, ImageToImage | TextToImage):
        return len(shape) == 3
    return len(shape) == 1 or not issubclass(kind, Text)


every_shape = pytest.mark.parametrize(
    ("name", "shape"),
    [
        pytest.param(name, shape, id=f"{name}-{shape}")
        for name, shape in itertools.product(sorted(gans.files()), SHAPES)
        if has_shape(name, shape)
    ],
)


def copy_parameters(module):
    return [parameter.detach().clone() for parameter in module.parameters()]


def has_changed(module, before):
    return any(not torch.equal(a, b) for a, b in zip(module.parameters(), before, strict=True))


def build_trainer(name, shape=None, **keywords):
    shape = shape or get_default_shape(name)
    variant = build(name, shape, **keywords)
    return Trainer(variant, ENTRY, make_batches(name, shape), half_life=1000, seed=0)
