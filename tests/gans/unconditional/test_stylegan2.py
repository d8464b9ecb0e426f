"""StyleGAN2: demodulation, path lengths, lazy penalties, truncation and adaptive augmentation."""

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d

import gans
from gans.common.augmentation import AdaptiveAugmentation, NoAugmentation
from gans.common.networks import style, style2
from gans.common.networks.equalised import Conv2d
from gans.common.networks.resampling import blur, downsample, upsample
from gans.common.path_length import PathLengthPenalty, path_lengths
from tests.gans import digits

N = 8
SHAPE = (3, 16, 16)


def build(shape=SHAPE, **keywords):
    torch.manual_seed(0)
    return gans.load("stylegan2")(shape, latent=6, width=4, **keywords)


def count(network):
    return sum(parameter.numel() for parameter in network.parameters())


def run(variant, steps, batch=None):
    """Compute the losses of some steps, without training."""
    batch = torch.rand(N, *variant.shape) * 2 - 1 if batch is None else batch
    return [
        {
            term: loss.item()
            for _, losses in variant.step(iter([batch]))
            for term, loss in losses.items()
        }
        for _ in range(steps)
    ]


# -- networks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("upsamples", [False, True])
def test_demodulation_gives_outputs_of_variance_one(upsamples):
    """For independent inputs of variance 1 and any style (section 2.2)."""
    torch.manual_seed(0)
    layer = style2.ModulatedConv2d(6, 24, 5, 3, upsamples=False)
    styles = 3 * torch.randn(4, 6)
    out = layer(torch.randn(4, 24, 100, 100), styles)[:, :, 1:-1, 1:-1]
    torch.testing.assert_close(out.var(dim=(2, 3)), torch.ones(4, 5), atol=0.06, rtol=0)
    twice = layer(torch.ones(4, 24, 5, 5), styles)
    with torch.no_grad():
        layer.weight *= 7
    torch.testing.assert_close(layer(torch.ones(4, 24, 5, 5), styles), twice, atol=1e-4, rtol=1e-4)


def test_modulated_weights_are_those_of_equations_1_and_3():
    torch.manual_seed(0)
    layer = style2.ModulatedConv2d(6, 5, 4, 3)
    nn.init.normal_(layer.bias)
    features, styles = torch.randn(3, 5, 7, 7), torch.randn(3, 6)
    out = layer(features, styles)
    for sample, (image, scales) in enumerate(zip(features, 1 + layer.affine(styles), strict=True)):
        weight = layer.weight * layer.scale * scales[:, None, None]
        weight = weight / (weight.square().sum(dim=(1, 2, 3), keepdim=True) + 1e-8).sqrt()
        expected = conv2d(image[None], weight, layer.bias, padding=1)[0]
        torch.testing.assert_close(out[sample], expected, atol=1e-4, rtol=1e-4)


def test_filtered_resampling_is_that_of_stylegan():
    """Except at the sides: the same as to convolve between resampling by 2 and the blur."""
    torch.manual_seed(0)
    features, styles = torch.randn(2, 5, 9, 9), torch.randn(2, 6)
    layer = style2.ModulatedConv2d(6, 5, 4, 3, demodulates=False, upsamples=True)
    weight = layer.weight * layer.scale
    scaled = features * (1 + layer.affine(styles))[:, :, None, None]
    expected = blur(conv2d(upsample(scaled), weight.flip(2, 3), padding=1))
    out = layer(features, styles)
    assert out.shape == (2, 4, 18, 18)
    torch.testing.assert_close(
        out[..., 3:-3, 3:-3], expected[..., 3:-3, 3:-3], atol=1e-4, rtol=1e-4
    )
    layer, features = style2.DownsamplingConv2d(5, 4), torch.randn(2, 5, 18, 18)
    expected = downsample(blur(Conv2d.forward(layer, features)))
    out = layer(features)
    assert out.shape == (2, 4, 9, 9)
    torch.testing.assert_close(
        out[..., 2:-2, 2:-2], expected[..., 2:-2, 2:-2], atol=1e-4, rtol=1e-4
    )


def test_parameters_of_the_authors_networks_at_32x32():
    """512 channels at each level; the mapping network of the paper has eight layers."""
    synthesis = style2.Synthesis((3, 32, 32), 512, 512)
    layer, image = 512 * 512 * 9 + 2 * 512 + 512 * 512 + 1, 512 * 512 + 512 + 512 * 3 + 3
    assert count(synthesis) == 512 * 16 + 7 * layer + 4 * image == 19_422_227
    first, block = 3 * 512 + 512, 2 * (512 * 512 * 9 + 512) + 512 * 512
    head = 513 * 512 * 9 + 512 + 512 * 512 * 16 + 512 + 513
    assert count(style2.Discriminator((3, 32, 32), 512)) == first + 3 * block + head == 21_507_073


@pytest.mark.parametrize("side", [8, 28, 32, 48, 64, 128])
def test_the_networks_fit_the_data(side):
    variant = build((3, side, side))
    images = variant.sample(2)
    assert images.shape == (2, 3, side, side) and images.abs().max() <= 1
    assert variant.discriminator(images).shape == (2,)
    styles = variant.generator.mix_styles(variant.noise(4))
    assert styles.shape == (2, style.count_layers((3, side, side)), 6)


def test_every_style_reaches_the_image():
    """The last style is that of the last convolution to an image only."""
    synthesis = build().generator["synthesis"]
    styles = torch.randn(1, 6, 6, requires_grad=True)
    (slope,) = torch.autograd.grad(synthesis(styles).square().sum(), styles)
    assert (slope != 0).any(dim=2).all()


def test_the_image_is_the_sum_over_levels():
    synthesis = build().generator["synthesis"]
    styles = torch.randn(N, 6, 6)
    with torch.no_grad():
        for layer in synthesis.images:
            layer.weight.zero_()
            layer.bias.fill_(0.1)
    image = synthesis(styles)[:, :, 5:-5, 5:-5]
    torch.testing.assert_close(image, torch.full_like(image, math.tanh(0.3)))


def test_noise_has_an_effect_in_proportion_to_its_strength():
    synthesis = build().generator["synthesis"]
    styles = torch.randn(1, 1, 6).expand(2, 6, -1)
    one, other = synthesis(styles)
    torch.testing.assert_close(one, other, atol=1e-4, rtol=0)  # no strength at first
    for layer in synthesis.layers:
        nn.init.constant_(layer.strength, 0.5)
    one, other = synthesis(styles)
    assert not torch.allclose(one, other, atol=1e-1)


# -- styles ----------------------------------------------------------------------------------------


def test_truncation_moves_samples_towards_the_mean_style():
    samples = {}
    for psi in (0.0, 0.5, 1.0):
        variant = build(truncation=psi)
        variant.generator.mean.copy_(torch.linspace(-1, 1, 6))
        torch.manual_seed(1)
        samples[psi] = variant.sample(N)
    centre = samples[0.0]
    torch.testing.assert_close(centre, centre[:1].expand_as(centre))
    distances = [(samples[psi] - centre).abs().mean().item() for psi in (0.0, 0.5, 1.0)]
    assert distances == sorted(distances) and distances[1] > 0
    torch.manual_seed(1)
    styles = variant.generator["mapping"](variant.noise(N))
    plain = variant.generator["synthesis"](styles[:, None].expand(-1, 6, -1))
    torch.testing.assert_close(samples[1.0], plain, atol=1e-4, rtol=0)


def test_styles_are_mixed_in_training_and_their_mean_is_tracked():
    generator = build(mixing=1.0).generator
    noise = torch.randn(2 * N, 6)
    styles = generator.mix_styles(noise)
    first, second = generator["mapping"](noise).chunk(2)
    torch.testing.assert_close(styles[:, 0], first)
    torch.testing.assert_close(styles[:, -1], second)
    torch.testing.assert_close(generator.mean, 0.005 * first.mean(dim=0))
    before = generator.mean.clone()
    generator(noise, 1.0)
    assert torch.equal(generator.mean, before), "sampling does not change the mean"
    same = build(mixing=0.0).generator.mix_styles(noise)
    assert torch.equal(same[:, 0], same[:, -1])


# -- path lengths ----------------------------------------------------------------------------------


def test_the_path_length_of_a_linear_generator_is_the_norm_of_a_product():
    """Samples A w: the gradient of their product with y is the product of A^T and y."""
    torch.manual_seed(0)
    matrix, n, layers = torch.randn(12, 6), 5, 4
    styles = torch.randn(n, layers, 6, requires_grad=True)
    samples = (styles.sum(dim=1) @ matrix.T).view(n, 3, 2, 2)
    torch.manual_seed(1)
    lengths = path_lengths(samples, styles)
    torch.manual_seed(1)
    directions = torch.randn(n, 12) / 2  # four pixels
    torch.testing.assert_close(lengths, (directions @ matrix).norm(dim=1))


def test_the_penalty_pulls_path_lengths_to_their_running_mean():
    penalty, matrix = PathLengthPenalty(decay=0.25), torch.eye(2)
    styles = torch.randn(6, 1, 2, requires_grad=True)
    mean = 0.0
    for scale in (1.0, 3.0):
        torch.manual_seed(0)
        value = penalty(scale * styles[:, 0] @ matrix, styles)
        torch.manual_seed(0)
        lengths = scale * torch.randn(6, 2).norm(dim=1)
        mean += 0.25 * (lengths.mean().item() - mean)
        assert penalty.mean.item() == pytest.approx(mean)
        assert value.item() == pytest.approx((lengths - mean).square().mean().item())
    assert set(penalty.state_dict()) == {"mean"} and not list(penalty.parameters())


def test_the_gradient_of_the_penalty_is_that_of_finite_differences(monkeypatch):
    """With a smooth activation: the slope of a leaky ReLU jumps."""
    monkeypatch.setattr(style2, "leaky_relu", lambda features, _: features.tanh())
    torch.manual_seed(0)
    synthesis = style2.Synthesis((1, 8, 8), 4, 4)
    styles = torch.randn(3, 4, 4, requires_grad=True)
    weight = synthesis.layers[1].weight

    def compute():
        torch.manual_seed(1)
        return PathLengthPenalty(decay=0.0)(synthesis(styles), styles)

    (slope,) = torch.autograd.grad(compute(), weight)
    direction, h = torch.randn_like(weight), 1e-3
    values = []
    for step in (h, -2 * h):
        with torch.no_grad():
            weight += step * direction
        values.append(compute().item())
    difference = (values[0] - values[1]) / (2 * h)
    assert (slope * direction).sum().item() == pytest.approx(difference, rel=0.02)


# -- training --------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(1, 8, 8), (2,)], ids=str)
def test_penalties_are_lazy(shape):
    losses = run(build(shape), 33)
    assert [step for step, terms in enumerate(losses) if "r1" in terms] == [0, 16, 32]
    assert [step for step, terms in enumerate(losses) if "path" in terms] == list(range(0, 33, 4))
    assert all({"real", "fake", "adversarial"} <= terms.keys() for terms in losses)


def test_r1_of_a_linear_discriminator_counts_for_sixteen_steps():
    class Linear(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.tensor([3.0, 4.0]))

        def forward(self, x):
            return x @ self.weight

    variant = build((2,), penalty_weight=10.0)
    variant.discriminator = Linear()
    (losses,) = run(variant, 1, torch.ones(N, 2))
    assert losses["r1"] == pytest.approx(16 * 5 * 25)
    assert losses["real"] == pytest.approx(math.log1p(math.exp(-7)))


def test_path_lengths_count_for_four_steps():
    torch.manual_seed(0)
    variant = build((2,), path_weight=3.0)
    variant.path_penalty.forward = lambda samples, styles: torch.tensor(float(len(samples)))
    (losses,) = run(variant, 1)
    assert losses["path"] == 4 * 3 * N // 2, "of half a minibatch"


def test_without_their_weight_path_lengths_are_not_computed():
    losses = run(build((2,), path_weight=0.0), 9)
    assert not any("path" in terms for terms in losses)


def test_the_plain_discriminator_has_the_layers_of_the_branches():
    residual, plain = (
        style2.discriminator((3, 16, 16), 4, is_residual) for is_residual in (True, False)
    )
    assert plain(torch.randn(N, 3, 16, 16)).shape == (N,)
    branches = {
        name.replace(".branch", ""): value.shape
        for name, value in residual.state_dict().items()
        if ".skip" not in name
    }
    assert {name: value.shape for name, value in plain.state_dict().items()} == branches


def test_augmentation_is_on_by_default_for_images_only():
    assert isinstance(build().augment, AdaptiveAugmentation)
    assert isinstance(build(ada=False).augment, NoAugmentation)
    assert isinstance(build((2,)).augment, NoAugmentation)
    names = {
        name for name in build().state_dict() if name.startswith(("augment", "counter", "path"))
    }
    assert names == {
        "augment.p", "augment.signs", "augment.minibatches", "counter.steps", "path_penalty.mean"
    }  # fmt: skip


def test_p_of_zero_has_the_losses_of_no_augmentation():
    """The random numbers of the augmentation come from a generator of their own here."""
    variants = [build((1, 8, 8), ada=ada) for ada in (True, False)]
    augment = variants[0].augment.forward

    def forward(images):
        with torch.random.fork_rng():
            return augment(images)

    variants[0].augment.forward = forward
    losses = []
    for variant in variants:
        torch.manual_seed(1)
        losses.append(run(variant, 3))
    assert losses[0] == losses[1]


@pytest.mark.parametrize(("bias", "end"), [(9.0, 0.5 + 8 * N / 1000), (-9.0, 0.5 - 8 * N / 1000)])
def test_p_follows_the_scores_of_real_images(bias, end):
    variant = build((1, 8, 8), rampup_samples=1000.0)
    variant.augment.p.fill_(0.5)
    nn.init.constant_(variant.discriminator[-2].bias, bias)
    run(variant, 8)
    assert variant.augment.p.item() == pytest.approx(end)


def test_the_discriminator_sees_augmented_images_only():
    variant = build((1, 8, 8))
    seen = []
    variant.augment.forward = lambda images: images * 0 + 0.25
    variant.discriminator.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    run(variant, 2)
    assert len(seen) == 5, "the step with R1 calls the function of the network"
    assert all((images == 0.25).all() for images in seen)
    seen.clear()
    variant.discriminator_score(torch.ones(N, 1, 8, 8))
    assert (seen[0] == 1).all(), "but not in the diagnosis"


def test_it_learns_digits():
    before, after, trainer = digits.train(
        "stylegan2", 40, lr=5e-3, betas=(0.0, 0.99), depth=2, penalty_weight=0.5, rampup_samples=2e4
    )
    assert after < 0.7 * before
    assert trainer.variant.augment.p > 0
