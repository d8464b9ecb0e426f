"""Small variants and batches of random data for them; needs torch only."""

import inspect

import torch

import gans
from benchmark.data.batches import Batches, UnpairedBatches
from gans.common.captions import TextToImage
from gans.common.text import Text
from gans.common.variant import Conditional, ImageToImage

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


def build(name, shape=None, seed=0, **keywords):
    """Build a small variant, from those small sizes that its constructor accepts, and keywords."""
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
    small = {key: size for key, size in small.items() if key in accepted}
    variant = gans.load(name)(shape, **{**small, **keywords})
    if getattr(variant, "needs_perceptual_layers", False):
        variant.perceptual_layers = lambda images: [images, images[..., ::2, ::2]]
    return variant


def make_batches(name, shape, n=16, *, device="cpu"):
    """Make batches of 64 random samples, with conditions if the variant takes them."""
    kind = gans.load(name)
    if issubclass(kind, Text):
        tokens = torch.randint(TOKENS, (64, *get_sample_shape(name, shape)))
        return Batches(tokens.to(device), n, seed=0)
    images = torch.randint(0, 256, (64, *shape), dtype=torch.uint8).to(device)
    condition = None
    if issubclass(kind, ImageToImage):
        condition = torch.randint(0, 256, (64, *get_source_shape(name, shape)), dtype=torch.uint8)
        if not kind.paired:
            return UnpairedBatches(images, n, seed=0, condition=condition.to(device))
    elif issubclass(kind, TextToImage):
        condition = torch.randint(len(VOCABULARY), (64, WORDS))
    elif issubclass(kind, Conditional):
        condition = torch.randint(CLASSES, (64,))
    return Batches(images, n, 0, None if condition is None else condition.to(device))
