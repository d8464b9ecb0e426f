"""StyleGAN2: styles, lazy penalties, truncation and adaptive augmentation."""

import math

import pytest
import torch
from torch import nn

import gans
from gans.common.augmentation import AdaptiveAugmentation, NoAugmentation
from gans.common.networks import style
from tests.gans import digits

N = 8
SHAPE = (3, 16, 16)


def build(shape=SHAPE, **keywords):
    torch.manual_seed(0)
    return gans.load("stylegan2")(shape, latent=6, width=4, **keywords)


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
