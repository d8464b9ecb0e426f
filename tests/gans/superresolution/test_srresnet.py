"""SRResNet: the output size, the skip connections and the loss."""

import numpy as np
import pytest
import torch
from torch import nn

import gans
from benchmark.data import bicubic
from benchmark.data.pixels import to_bytes, to_unit
from gans.common.networks import super_resolution

SHAPES = [((3, 16, 16), (3, 8, 8)), ((1, 8, 8), (1, 2, 2)), ((1, 12, 20), (1, 3, 5))]


def build(shape=(3, 16, 16), source=(3, 8, 8), *, name="srresnet", **keywords):
    """Build a small variant whose last layer is not 0."""
    torch.manual_seed(0)
    variant = gans.load(name)(shape, source=list(source), width=4, blocks=1, **keywords)
    for layer in variant.generator.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.normal_(layer.weight, std=0.1)
    return variant


@pytest.mark.parametrize(("shape", "source"), SHAPES, ids=str)
def test_it_enlarges_by_the_factor_of_the_data(shape, source):
    variant = build(shape, source)
    doublings = [m for m in variant.generator.modules() if isinstance(m, nn.PixelShuffle)]
    assert 2 ** len(doublings) == shape[1] // source[1]
    assert all(layer.upscale_factor == 2 for layer in doublings)
    assert variant.sample(3, torch.rand(3, *source)).shape == (3, *shape)


def test_it_enlarges_images_of_another_size_than_in_training():
    variant = build((1, 8, 8), (1, 2, 2)).eval()
    assert variant.sample(2, torch.rand(2, 1, 7, 5)).shape == (2, 1, 28, 20)


@pytest.mark.parametrize(
    ("shape", "source"),
    [
        ((3, 24, 24), (3, 8, 8)),
        ((3, 16, 32), (3, 8, 8)),
        ((3, 8, 8), (3, 8, 8)),
        ((1, 16, 16), (3, 8, 8)),
    ],
    ids=str,
)
def test_the_error_for_another_factor_names_both_shapes(shape, source):
    with pytest.raises(ValueError) as error:
        build(shape, source)
    assert str(shape) in str(error.value) and str(source) in str(error.value)


def test_four_channels_become_the_pixels_of_a_square():
    layer = super_resolution.SubPixelUpsample(1)
    with torch.no_grad():
        layer[0].weight.zero_()
        layer[0].bias.copy_(torch.tensor([1.0, 2.0, 3.0, 4.0]))
    made = layer(torch.zeros(1, 1, 2, 2))
    assert made[0, 0].tolist() == [[1, 2, 1, 2], [3, 4, 3, 4]] * 2


@pytest.mark.parametrize("name", ["srresnet", "srgan", "esrgan"])
@pytest.mark.parametrize("factor", [2, 4])
def test_initially_it_is_the_bicubic_upsampling(name, factor):
    """The border is excluded: one pads by reflection, the other with zeros."""
    condition = np.random.default_rng(0).integers(0, 256, (2, 3, 10, 10), dtype=np.uint8)
    variant = gans.load(name)(
        (3, 8 * factor, 8 * factor), source=(3, 8, 8), width=4, blocks=1
    ).eval()
    made = to_bytes(variant.sample(2, to_unit(torch.from_numpy(condition)))).numpy()
    inside = np.s_[..., 2 * factor : -2 * factor, 2 * factor : -2 * factor]
    expected = bicubic.resize_bicubic(condition, factor)
    assert np.abs(made[inside].astype(int) - expected[inside]).max() <= 1


def test_a_skip_connection_bypasses_the_body():
    """With a body that outputs 0, the first features reach the tail unchanged."""
    network = build().generator
    images = torch.rand(2, 3, 8, 8)
    nn.init.zeros_(network.body[-1].weight)
    nn.init.zeros_(network.body[-1].bias)
    expected = super_resolution.upsample_bicubic(images, 1) + network.tail(network.head(images))
    torch.testing.assert_close(network(images), expected)


def test_a_residual_block_adds_to_its_input():
    block = super_resolution.ResidualBlock(4)
    nn.init.zeros_(block.branch[-1].weight)
    features = torch.randn(2, 4, 5, 5)
    assert torch.equal(block(features), features)


def test_the_loss_is_the_mean_squared_error_before_clipping():
    class Constant(nn.Module):
        def __init__(self):
            super().__init__()
            self.value = nn.Parameter(torch.tensor(1.5))

        def forward(self, images):
            return self.value.expand(len(images), 3, 16, 16)

    variant = build()
    variant.generator = Constant()
    real = torch.full((4, 3, 16, 16), 0.5)
    real[:2] = -0.5
    ((player, losses),) = variant.step(iter([(real, torch.zeros(4, 3, 8, 8))]))
    assert player is variant.generator
    assert losses["mse"].item() == pytest.approx((1 + 4) / 2) and len(losses) == 1
    (slope,) = torch.autograd.grad(losses["mse"], variant.generator.value)
    assert slope.item() == pytest.approx(2 * (1 + 2) / 2)
    assert (variant.sample(4, torch.zeros(4, 3, 8, 8)) == 1).all(), "samples are cut off"
