"""MUNIT: random styles, preserved contents, and the reconstruction of both codes."""

import pytest
import torch
from torch import nn

import gans

SHAPE, SOURCE = (3, 8, 8), (1, 8, 8)


def build(**keywords):
    torch.manual_seed(0)
    return gans.load("munit")(SHAPE, source=SOURCE, width=4, blocks=1, hidden=8, **keywords)


def test_one_image_has_several_translations():
    variant = build().eval()
    condition = variant.random_condition(1).expand(4, -1, -1, -1)
    made = variant.sample(4, condition)
    assert all(not torch.allclose(made[0], other) for other in made[1:])


def test_the_style_sets_mean_and_deviation_of_feature_maps():
    decoder = build().generator["target_decoder"]
    content = torch.randn(2, 8, 4, 4)
    with torch.no_grad():
        decoder.mapping[-1].weight.zero_()
        bias = decoder.mapping[-1].bias.view(4, 8)
        bias.copy_(torch.tensor([0.0, 1.0, 3.0, 0.5])[:, None].expand(4, 8))
    seen = []
    decoder.images.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    decoder(content, torch.randn(2, 8))
    added = seen[0] - content
    torch.testing.assert_close(added.mean(dim=(2, 3)), torch.full((2, 8), 3.0))
    deviation = added.std(dim=(2, 3), correction=0)
    torch.testing.assert_close(deviation, torch.full((2, 8), 0.5), atol=1e-3, rtol=1e-3)


class ExactAutoencoders(nn.Module):
    """Autoencoders whose images are a style, the first row, and a content, the rest."""

    def encode(self, images, domain):
        return images[:, :, 1:], images[:, 0, 0]

    def decode(self, contents, styles, domain):
        return torch.cat([styles[:, None, None].expand(-1, contents.shape[1], 1, -1), contents], 2)


class ConstantDiscriminator(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = nn.Parameter(torch.tensor(value))

    def forward(self, images):
        return self.value + 0 * images


@pytest.mark.parametrize("score", [0.0, 1.0, 2.0])
def test_losses_of_exact_codes_are_zero(score):
    variant = build()
    variant.generator = ExactAutoencoders()
    variant.discriminator, variant.source_discriminator = (
        ConstantDiscriminator(score),
        ConstantDiscriminator(score),
    )
    y = torch.rand(4, 1, 8, 8)
    (_, made), *discriminators = variant.step(iter([(y, -y)]))
    for term, loss in made.items():
        expected = (score - 1) ** 2 if "adversarial" in term else 0
        assert loss.item() == pytest.approx(expected, abs=1e-6), term
    for _, losses in discriminators:
        assert losses["real"].item() == pytest.approx((score - 1) ** 2)
        assert losses["fake"].item() == pytest.approx(score**2)
    torch.testing.assert_close(variant.reconstruct(y), y)


def test_an_ignored_style_increases_the_style_loss():
    """Styles are normal and encoded as 0: their mean distance is that of a normal from 0."""
    variant = build(style_weight=3.0)
    variant.generator = ExactAutoencoders()
    variant.discriminator, variant.source_discriminator = (
        ConstantDiscriminator(0.0),
        ConstantDiscriminator(0.0),
    )
    decode = variant.generator.decode
    variant.generator.decode = lambda contents, styles, domain: decode(contents, 0 * styles, domain)
    y = torch.rand(2000, 1, 8, 8)
    _, made = next(variant.step(iter([(y, -y)])))
    assert made["target_style"].item() == pytest.approx(3 * (2 / torch.pi) ** 0.5, rel=0.05)
    assert made["source_content"].item() == 0
