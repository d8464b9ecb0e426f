"""StyleGAN: styles, noise, mixing, truncation and the penalty R1."""

import math

import pytest
import torch
from torch import nn

import gans
from gans.common.networks import style

N = 8
SHAPE = (3, 16, 16)  # three levels, six layers


def build(shape=SHAPE, **keywords):
    torch.manual_seed(0)
    return gans.load("stylegan")(shape, latent=6, width=4, **keywords)


def noisy(variant):
    """Set the strength of the noise, which is 0 initially."""
    for layer in variant.generator["synthesis"].layers:
        nn.init.constant_(layer.strength, 0.5)
    return variant


def activations(synthesis, styles):
    result = []
    hooks = [
        layer.register_forward_hook(lambda *call: result.append(call[2]))
        for layer in synthesis.layers
    ]
    result.append(synthesis(styles))
    for hook in hooks:
        hook.remove()
    return result


def test_adain_sets_mean_and_deviation_of_the_features():
    torch.manual_seed(0)
    features = 3 * torch.randn(N, 5, 4, 4) + 7
    scale, shift = torch.rand(N, 5) + 0.5, torch.randn(N, 5)
    out = style.adain(features, scale, shift)
    torch.testing.assert_close(out.mean(dim=(2, 3)), shift)
    torch.testing.assert_close(out.std(dim=(2, 3), correction=0), scale)


def test_a_layer_applies_the_style_of_its_affine_map():
    layer = style.SynthesisLayer(nn.Identity(), 5, latent=6)
    features, styles = torch.randn(N, 5, 4, 4), torch.randn(N, 6)
    out = layer(features, styles)
    scale, shift = layer.affine(styles).chunk(2, dim=1)
    torch.testing.assert_close(out.mean(dim=(2, 3)), shift)
    torch.testing.assert_close(out.std(dim=(2, 3), correction=0), (1 + scale).abs())


@pytest.mark.parametrize("at_layer", [1, 3, 5])
def test_mixing_does_not_change_the_layers_before_it(at_layer):
    variant = build()
    synthesis = variant.generator["synthesis"]
    first, second = torch.randn(2, N, 1, 6).expand(-1, -1, 6, -1)
    both = torch.cat([first[:, :at_layer], second[:, at_layer:]], dim=1)
    for layer, (own, other, mixed) in enumerate(
        zip(*(activations(synthesis, styles) for styles in (first, second, both)), strict=True)
    ):
        assert torch.allclose(mixed, own, atol=1e-3) is (layer < at_layer)
        assert not torch.allclose(mixed, other, atol=1), "the coarse layers go on mattering"


def test_styles_are_mixed_at_a_uniform_layer_in_a_share_of_the_samples():
    torch.manual_seed(0)
    n, count = 20_000, style.count_layers(SHAPE)
    first, second = torch.zeros(n, 2), torch.ones(n, 2)
    others = style.mix_styles(first, second, SHAPE, 0.9)
    assert others.shape == (n, count, 2) and count == 6
    assert torch.equal(others[:, 0], first), "the first layer has the first style"
    assert (others.diff(dim=1) >= 0).all(), "one crossing"
    lengths = torch.bincount(others[:, :, 0].sum(dim=1).long(), minlength=count) / n
    assert lengths[0].item() == pytest.approx(0.1, abs=0.01)
    torch.testing.assert_close(lengths[1:], torch.full((5,), 0.9 / 5), atol=0.01, rtol=0)
    assert torch.equal(
        style.mix_styles(first, second, SHAPE, 0.0), first[:, None].expand(-1, 6, -1)
    )
    assert torch.equal(style.mix_styles(first, second, (2,), 0.9), first[:, None])


def test_styles_are_mixed_in_training_only():
    variant = build(mixing=1.0)
    inputs = []
    variant.generator["synthesis"].register_forward_pre_hook(lambda _, args: inputs.append(args[0]))
    variant.sample_mixed(N)
    variant.sample(N)
    for styles, same in zip(inputs, (False, True), strict=True):
        assert torch.equal(styles[:, 0], styles[:, -1]) is same


def test_noise_has_an_effect_in_proportion_to_its_strength():
    variant = build()
    styles = torch.randn(1, 1, 6).expand(2, 6, -1)
    one, other = variant.generator["synthesis"](styles)
    torch.testing.assert_close(one, other, atol=1e-4, rtol=0)  # no strength at first
    one, other = noisy(variant).generator["synthesis"](styles)
    assert not torch.allclose(one, other, atol=1e-1)


def test_truncation_moves_samples_towards_the_mean_style():
    variants = {psi: build(truncation=psi) for psi in (0.0, 0.5, 1.0)}
    samples = {}
    for psi, variant in variants.items():
        variant.mean.copy_(torch.linspace(-1, 1, 6))
        torch.manual_seed(1)
        samples[psi] = variant.sample(N)
    centre = samples[0.0]
    torch.testing.assert_close(centre, centre[:1].expand_as(centre))
    distances = [(samples[psi] - centre).abs().mean().item() for psi in (0.0, 0.5, 1.0)]
    assert distances == sorted(distances) and distances[1] > 0

    variant = variants[1.0]
    torch.manual_seed(1)
    styles = variant.generator["mapping"](variant.noise(N))
    plain = variant.generator["synthesis"](styles[:, None].expand(-1, 6, -1))
    torch.testing.assert_close(samples[1.0], plain, atol=1e-4, rtol=0)  # psi = 1 changes nothing


def test_the_mean_style_is_tracked_in_training_and_saved():
    variant = build((2,))
    assert torch.equal(variant.mean, torch.zeros(6))
    variant.sample(N)
    assert torch.equal(variant.mean, torch.zeros(6)), "sampling leaves it alone"
    with torch.no_grad():
        for _ in range(200):
            variant.sample_mixed(500)
    with torch.no_grad():
        expected = variant.generator["mapping"](torch.randn(50_000, 6)).mean(dim=0)
    torch.testing.assert_close(variant.mean, (1 - 0.995**200) * expected, atol=0.01, rtol=0)
    assert "mean" in variant.state_dict()


def test_the_mapping_network_learns_slowly_and_normalises_the_noise():
    mapping = build(depth=5, mapping_lr_scale=0.01).generator["mapping"]
    linear = [layer for layer in mapping if isinstance(layer, nn.Linear)]
    assert len(linear) == 5 and all(layer.lr_scale == 0.01 for layer in linear)
    noise = torch.randn(N, 6)
    torch.testing.assert_close(mapping(3 * noise), mapping(noise), atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("shape", [(1, 8, 8), (1, 28, 28), (3, 16, 24), (1, 7, 7)], ids=str)
def test_the_networks_fit_the_data(shape):
    variant = build(shape)
    images = variant.sample_mixed(3)
    assert images.shape == (3, *shape)
    assert len(variant.generator["synthesis"].layers) == style.count_layers(shape)
    assert variant.discriminator(images).shape == (3,)


@pytest.mark.parametrize("weight", [[3.0, 4.0], [0.3, 0.4]])
def test_r1_and_the_non_saturating_loss_of_a_linear_discriminator(weight):
    class Linear(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.tensor(weight))

        def forward(self, x):
            return x @ self.weight

    class Origin(nn.Module):
        def __init__(self):
            super().__init__()
            self.point = nn.Parameter(torch.zeros(2))

        def forward(self, styles):
            return self.point.expand(len(styles), -1)

    variant = gans.load("stylegan")((2,), latent=2, width=4, penalty_weight=10.0)
    variant.discriminator, variant.generator["synthesis"] = Linear(), Origin()
    (_, first), (_, second) = variant.step(iter([torch.ones(N, 2)]))
    assert first["r1"].item() == pytest.approx(5 * math.hypot(*weight) ** 2)
    assert first["real"].item() == pytest.approx(math.log1p(math.exp(-sum(weight))))
    assert first["fake"].item() == pytest.approx(math.log(2))
    assert second["adversarial"].item() == pytest.approx(math.log(2))
