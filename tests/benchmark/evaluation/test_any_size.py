"""Variants of images on images of any size: whole or in tiles, and without visible borders."""

import numpy as np
import pytest
import torch
from torch import nn

import gans
from benchmark.data.pixels import to_bytes
from benchmark.evaluation import any_size
from benchmark.evaluation.any_size import AnySize, apply_tiled
from benchmark.evaluation.sampling import draw
from gans.common.variant import ImageToImage
from tests.benchmark.evaluation.image_files import make_images

CPU = torch.device("cpu")
MULTIPLES = {  # of which the sides of an image are multiples, in training on 16x16
    "unet": 8,
    "pix2pix": 8,
    "dualgan": 8,
    "cyclegan": 4,
    "attention_gan": 4,
    "unit": 4,
    "munit": 4,
    "stargan": 4,
    "srresnet": 1,
    "srgan": 1,
    "esrgan": 1,
}
ENLARGING = ("srresnet", "srgan", "esrgan")
BLOCKS = {"unet": {}, "pix2pix": {}, "dualgan": {}}
NOISY = ("pix2pix", "dualgan", "munit")


def build(name, scale=2):
    """A variant with weights that are random in all layers, for grey images of 16x16."""
    torch.manual_seed(0)
    shape = (1, 16 * scale, 16 * scale) if name in ENLARGING else (1, 16, 16)
    blocks = BLOCKS.get(name, {"blocks": 1})
    variant = gans.load(name)(shape, source=(1, 16, 16), width=4, **blocks).eval()
    for weight in variant.parameters():
        weight.data += 0.1 * torch.randn_like(weight)
    return variant


class Filter(ImageToImage):
    """A variant that applies a function to images of one channel."""

    def __init__(self, function, side=16):
        super().__init__((1, side, side), (1, side, side))
        self.function = function
        self.unused = nn.Linear(1, 1)

    def sample(self, n, condition=None):
        return self.function(condition)


def attend(images):
    values = images.flatten(2)
    return (values @ (values.mT @ values).softmax(dim=2)).view_as(images)


def blur(images, radius=8):
    side = 2 * radius + 1
    return nn.functional.avg_pool2d(images, side, 1, radius, count_include_pad=False)


@pytest.mark.parametrize("name", MULTIPLES)
def test_finds_what_a_network_needs(name):
    image = AnySize(build(name), CPU)
    assert image.multiple == MULTIPLES[name]
    assert image.works_in_tiles == (name in ENLARGING)


@pytest.mark.parametrize(
    ("function", "works_in_tiles"),
    [
        (blur, True),
        (lambda images: blur(images, 40), True),
        (lambda images: images - images.mean(dim=(2, 3), keepdim=True), False),
        (lambda images: images / images.norm(), False),
        (lambda images: 0 * images.amax() + images, False),
        (attend, False),
        (lambda images: blur(images) + torch.randn_like(images), False),
        (lambda images: images * torch.randn(1), False),
    ],
)
def test_only_functions_of_near_pixels_without_noise_work_in_tiles(function, works_in_tiles):
    image = AnySize(Filter(function), CPU)
    assert image.multiple == 1 and image.works_in_tiles == works_in_tiles


@pytest.mark.parametrize("name", MULTIPLES)
def test_images_of_the_size_in_training_become_what_is_scored(name, monkeypatch):
    if name in NOISY:  # the noise of a batch differs from that of single images
        monkeypatch.setattr(torch, "randn", lambda n, *size, **_: torch.ones(n, *size))
        monkeypatch.setattr(nn.functional, "dropout", lambda features, *_, **__: features)
    variant, conditions = build(name), make_images(9, 1, 16, 16)
    scored, _ = draw(variant, len(conditions), seed=0, conditions=conditions)
    image = AnySize(variant, CPU)
    applied = np.stack([image.apply(condition) for condition in conditions])
    difference = np.abs(applied.astype(int) - scored)
    assert difference.max() <= 1  # sums of a batch are rounded differently
    assert (difference > 0).mean() < 0.01


@pytest.mark.parametrize("size", [(32, 24), (13, 30), (1, 1), (3, 200), (17, 16)])
@pytest.mark.parametrize("name", ["unet", "cyclegan", "unit", "srresnet"])
def test_sides_are_padded_to_the_next_that_fits(name, size, monkeypatch):
    variant, seen = build(name), []
    image = AnySize(variant, CPU)
    sample = variant.sample
    monkeypatch.setattr(
        variant, "sample", lambda n, x: seen.append(tuple(x.shape[2:])) or sample(n, x)
    )
    output = image.apply(np.zeros((1, *size), np.uint8))
    assert output.shape[1:] == tuple(image.scale * side for side in size)
    if not image.works_in_tiles:
        fitting = [
            max(image.smallest, -(-side // image.multiple) * image.multiple) for side in size
        ]
        assert seen == [tuple(fitting)]


def test_margins_repeat_the_border_on_both_sides():
    seen = []
    image = AnySize(Filter(lambda x: seen.append(x) or x, side=8), CPU)
    image.works_in_tiles, image.multiple, image.smallest = False, 4, 8
    pixels = np.arange(5 * 8, dtype=np.uint8).reshape(1, 5, 8)
    seen.clear()
    assert np.array_equal(image.apply(pixels), pixels)
    (padded,) = seen
    assert torch.equal(to_bytes(padded)[0, 0], torch.tensor(pixels[0, [0, 0, 1, 2, 3, 4, 4, 4]]))


@pytest.mark.parametrize("name", ENLARGING)
@pytest.mark.parametrize("scale", [2, 4])
def test_tiles_make_what_the_whole_makes(name, scale):
    image = AnySize(build(name, scale), CPU)
    (pixels,) = make_images(1, 1, 70, 141)
    whole = image._apply_whole(pixels)
    tiled = apply_tiled(image._apply_whole, pixels, scale=scale, tile=96)
    assert whole.std() > 1 and np.abs(whole.astype(int) - tiled).max() <= 1


def test_only_large_outputs_are_made_in_tiles(monkeypatch):
    variant, seen = build("srresnet"), []
    image = AnySize(variant, CPU)
    sample = variant.sample
    monkeypatch.setattr(
        variant, "sample", lambda n, x: seen.append(tuple(x.shape[2:])) or sample(n, x)
    )
    for limit, tiles in ((600 * 20, [(300, 10)]), (600 * 20 - 1, [(224, 10), (140, 10)])):
        monkeypatch.setattr(any_size, "WHOLE", limit)
        image.apply(np.zeros((1, 300, 10), np.uint8))
        assert seen == tiles
        seen.clear()


@pytest.mark.parametrize("size", [(5, 7), (32, 32), (96, 200), (250, 131)])
def test_tiles_are_put_together_in_place(size):
    (pixels,) = make_images(1, 3, *size)

    def enlarge(part):
        return part.repeat(2, axis=1).repeat(2, axis=2)

    assert np.array_equal(apply_tiled(enlarge, pixels, scale=2, tile=96), enlarge(pixels))


def test_a_network_of_one_size_gets_that_size_only():
    layer = nn.Linear(256, 256)
    image = AnySize(Filter(lambda x: layer(x.flatten(1)).view(-1, 1, 16, 16)), CPU)
    assert image.multiple is None
    assert image.describe_limit(16, 16) is None
    assert image.apply(np.zeros((1, 16, 16), np.uint8)).shape == (1, 16, 16)
    assert image.describe_limit(16, 17) == "an image of 16 x 16, the only size of the network"


def test_the_limit_of_whole_images_keeps_the_aspect_ratio(monkeypatch):
    monkeypatch.setattr(any_size, "MAX_WHOLE", 100 * 50)
    image = AnySize(build("cyclegan"), CPU)
    assert image.describe_limit(100, 50) is None
    limit = "at most 5,000 pixels (50 x 100), as the network needs whole images"
    assert image.describe_limit(200, 100) == limit
    assert AnySize(build("esrgan"), CPU).describe_limit(10**5, 10**5) is None
