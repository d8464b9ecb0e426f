"""Small variants and their batches, for the tests of the contract."""

import inspect
import itertools

import pytest
import torch

import gans
from benchmark import config
from benchmark.config import VariantConfig
from benchmark.data.batches import Batches, UnpairedBatches
from benchmark.training.trainer import Trainer
from gans.common.captions import TextToImage
from gans.common.text import Text
from gans.common.variant import Conditional, ImageToImage

SHAPES = [(1, 8, 8), (3, 16, 16), (2,), (1, 8, 8, 8), (3, 4, 16, 16)]


OF_CLIPS = config.load_params().tracks["video"].variants


ENTRY = VariantConfig(kind="controlled", lr=1e-3, betas=(0.5, 0.9))


CLASSES = 4


TOKENS, SENTENCE = 11, (6,)  # of text: vocabulary, and shape of a sample


VOCABULARY, WORDS = ["", "bold", "in", "red", "seven", "thin"], 3  # of captions


def get_sample_shape(name, shape):
    """Return the shape of a variant's sample; sentences replace grey images of 8x8."""
    if issubclass(gans.load(name), Text) and shape == (1, 8, 8):
        return SENTENCE
    return shape


def get_source_shape(name, shape):
    """Return the shape of source images: smaller ones, or grey ones."""
    if gans.family(name) == "superresolution":
        return shape[0], shape[1] // 2, shape[2] // 2
    return 1, *shape[1:]


def get_default_shape(name):
    """Return the default shape of a sample: a clip for video variants, otherwise an image."""
    return (1, 8, 8, 8) if gans.family(name) == "video" else (1, 8, 8)


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


def build(name, shape=None, seed=0):
    """Build a small variant, from those keywords that its constructor accepts."""
    shape = get_sample_shape(name, shape or get_default_shape(name))
    torch.manual_seed(seed)
    small = {
        "width": 8,
        "classes": CLASSES,
        "source": get_source_shape(name, shape),
        "blocks": 2,
        "hidden": 16,
        "vocabulary": TOKENS if issubclass(gans.load(name), Text) else VOCABULARY,
        "length": WORDS,
        "filters": 4,
    }
    accepted = inspect.signature(gans.load(name)).parameters
    variant = gans.load(name)(
        shape, **{key: size for key, size in small.items() if key in accepted}
    )
    if getattr(variant, "needs_perceptual_layers", False):
        variant.perceptual_layers = lambda images: [images, images[..., ::2, ::2]]
    return variant


def make_batches(name, shape, n=16):
    kind = gans.load(name)
    if issubclass(kind, Text):
        return Batches(torch.randint(TOKENS, (64, *get_sample_shape(name, shape))), n, seed=0)
    images = torch.randint(0, 256, (64, *shape), dtype=torch.uint8)
    if issubclass(kind, ImageToImage):
        condition = torch.randint(0, 256, (64, *get_source_shape(name, shape)), dtype=torch.uint8)
        return (Batches if kind.paired else UnpairedBatches)(images, n, seed=0, condition=condition)
    if issubclass(kind, TextToImage):
        condition = torch.randint(len(VOCABULARY), (64, WORDS))
        return Batches(images, n, seed=0, condition=condition)
    labelled = issubclass(kind, Conditional)
    return Batches(images, n, seed=0, condition=torch.randint(CLASSES, (64,)) if labelled else None)


def copy_parameters(module):
    return [parameter.detach().clone() for parameter in module.parameters()]


def has_changed(module, before):
    return any(not torch.equal(a, b) for a, b in zip(module.parameters(), before, strict=True))


def build_trainer(name):
    variant = build(name)
    return Trainer(
        variant, ENTRY, make_batches(name, get_default_shape(name)), half_life=1000, seed=0
    )
