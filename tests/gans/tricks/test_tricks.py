"""Each trick does what its name says, and is off in the base."""

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

import gans
from gans.common.variant import Variant
from gans.tricks._base import Base
from gans.tricks._layers import VirtualBatchNorm, list_linear
from gans.tricks._saturating import Saturating
from gans.unconditional.dcgan import DCGAN
from gans.unconditional.gan_minimax import MinimaxGAN

IMAGE, POINT = (1, 8, 8), (2,)
BATCH = 16


def make(kind: type[Variant] | str, shape: tuple[int, ...] = IMAGE) -> Variant:
    """Make a small variant; the seed is always the same."""
    torch.manual_seed(0)
    loaded = gans.load(kind) if isinstance(kind, str) else kind
    return loaded(shape, latent=8, width=8)


def draw_batches(shape: tuple[int, ...] = IMAGE):
    """Draw the same batches each time."""
    generator = torch.Generator().manual_seed(1)
    while True:
        yield torch.rand(BATCH, *shape, generator=generator) * 2 - 1


def train(variant: Variant, shape: tuple[int, ...], updates: int = 3) -> list[Tensor]:
    """Train a variant for a moment; return its losses."""
    torch.manual_seed(2)
    optimizers = {id(p): torch.optim.Adam(p.parameters(), 1e-3) for p in variant.players().values()}
    batches, values = draw_batches(shape), []
    for update in range(updates):
        variant.set_progress(update / updates)
        for player, losses in variant.step(batches):
            variant.zero_grad()
            torch.stack(list(losses.values())).sum().backward()
            optimizers[id(player)].step()
            values += [loss.detach() for loss in losses.values()]
    return values


@pytest.mark.parametrize("shape", [IMAGE, POINT])
@pytest.mark.parametrize(("parts", "whole"), [(Base, DCGAN), (Saturating, MinimaxGAN)])
def test_the_base_is_dcgan_bit_by_bit(parts, whole, shape) -> None:
    first, second = make(parts, shape), make(whole, shape)
    assert train(first, shape) == train(second, shape)
    states = zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    assert all(torch.equal(*pair) for pair in states)


@pytest.mark.parametrize(
    ("name", "real", "fake"),
    [("one_sided_smoothing", 0.9, 0.0), ("two_sided_smoothing", 0.95, 0.05)],
)
def test_the_loss_is_minimal_at_the_smooth_target(name: str, real: float, fake: float) -> None:
    trick, many = make(name), 10_000  # random targets average out
    for loss, target in ((trick.loss_on_real, real), (trick.loss_on_fake, fake)):
        scores = torch.full((many,), target).logit(eps=1e-7).requires_grad_()
        (gradient,) = torch.autograd.grad(loss(scores), scores)
        assert float(gradient.sum()) == pytest.approx(0, abs=0.002)
    scores = torch.linspace(-3, 3, 50)
    assert torch.equal(trick.loss_of_generator(scores), Base.loss_of_generator(trick, scores))


def test_flipping_swaps_a_twentieth_of_the_labels() -> None:
    trick, scores = make("label_flipping"), torch.full((100_000,), 5.0)
    right, wrong = softplus(torch.tensor(-5.0)), softplus(torch.tensor(5.0))
    for loss, expected in (
        (trick.loss_on_real, 0.95 * right + 0.05 * wrong),
        (trick.loss_on_fake, 0.95 * wrong + 0.05 * right),
    ):
        assert float(loss(scores)) == pytest.approx(float(expected), rel=0.03)
    assert torch.equal(trick.loss_of_generator(scores), Base.loss_of_generator(trick, scores))


@pytest.mark.parametrize("progress", [0.0, 0.5, 1.0])
def test_instance_noise_fades(progress: float, monkeypatch) -> None:
    trick = make("instance_noise")
    trick.set_progress(progress)
    seen: list[Tensor] = []
    trick.discriminator.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    trick.score(torch.zeros(4000, *IMAGE))
    assert float(seen[0].std()) == pytest.approx(0.1 * (1 - progress), rel=0.01)


def test_feature_noise_fades_and_is_off_outside_the_losses() -> None:
    trick, samples = make("feature_noise"), torch.rand(BATCH, *IMAGE)
    plain = trick.discriminator(samples)
    trick.set_progress(0.0)
    assert not torch.equal(trick.score(samples), plain)
    assert torch.equal(trick.discriminator(samples), plain), "no hook stays"
    trick.set_progress(1.0)
    assert torch.equal(trick.score(samples), plain)


@pytest.mark.parametrize(("name", "rate"), [("dropout_03", 0.3), ("dropout_05", 0.5)])
def test_dropout_is_in_the_discriminator_alone_and_in_training_alone(name, rate) -> None:
    trick = make(name)
    layers = [layer for layer in trick.modules() if isinstance(layer, nn.Dropout)]
    assert layers and {layer.p for layer in layers} == {rate}
    assert not any(isinstance(layer, nn.Dropout) for layer in trick.generator.modules())
    samples = torch.rand(BATCH, *IMAGE)
    assert not torch.equal(trick.discriminator(samples), trick.discriminator(samples))
    trick.eval()
    assert torch.equal(trick.discriminator(samples), trick.discriminator(samples))


@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("dcgan_initialisation", lambda fan_in, fan_out: 0.02**2),
        ("he_initialisation", lambda fan_in, fan_out: 2 / fan_in),
        ("xavier_initialisation", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    ],
)
@pytest.mark.parametrize(("shape", "width"), [(POINT, 256), (IMAGE, 64)])
def test_initial_weights_have_the_variance_of_the_paper(name: str, variance, shape, width) -> None:
    torch.manual_seed(0)
    trick = gans.load(name)(shape, latent=64, width=width)
    for layer in list_linear(trick):
        positions = layer.weight[0, 0].numel()  # of the kernel
        if isinstance(layer, nn.Linear):
            fan_in, fan_out = layer.in_features, layer.out_features
        else:
            fan_in, fan_out = layer.in_channels * positions, layer.out_channels * positions
        if layer.weight.numel() > 4000:
            expected = math.sqrt(variance(fan_in, fan_out))
            assert float(layer.weight.detach().std()) == pytest.approx(expected, rel=0.05)
        assert layer.bias is None or not layer.bias.any()


def test_the_discriminator_has_relu_or_spectral_norm_or_batch_norm() -> None:
    relu = make("relu_discriminator").discriminator
    assert not any(isinstance(layer, nn.LeakyReLU) for layer in relu.modules())
    assert any(isinstance(layer, nn.LeakyReLU) for layer in make(Base).discriminator.modules())
    spectral = make("spectral_discriminator")
    for _ in range(50):  # power iterations
        spectral.discriminator(torch.rand(BATCH, *IMAGE))
    for layer in list_linear(spectral.discriminator.eval()):
        norm = torch.linalg.matrix_norm(layer.weight.detach().flatten(1), 2)
        assert float(norm) == pytest.approx(1, abs=0.02)
    normalised = make("discriminator_batch_norm").discriminator
    assert any(isinstance(layer, nn.BatchNorm2d) for layer in normalised.modules())
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in make("no_batch_norm").modules())


def test_mixed_batches_share_their_statistics() -> None:
    separate, mixed = make("discriminator_batch_norm"), make("mixed_batch_norm")
    real, fake = torch.rand(BATCH, *IMAGE), -torch.rand(BATCH, *IMAGE)
    other = real.flip(0) * 0.1
    for trick, is_mixed in ((separate, False), (mixed, True)):
        losses = [trick.discriminator_losses(each, fake)["fake"] for each in (real, other)]
        assert torch.equal(*losses) == (not is_mixed)


def test_virtual_batch_norm_depends_on_no_other_sample() -> None:
    layer = VirtualBatchNorm(nn.BatchNorm2d(3))
    n = VirtualBatchNorm.reference
    values = torch.randn(n + 4, 3, 5, 5)
    changed = values.clone()
    changed[n + 1 :] += 3
    assert torch.allclose(layer(values)[n], layer(changed)[n])
    with_sample = torch.cat([values[:n], values[n : n + 1]])
    means, variances = with_sample.mean((0, 2, 3)), with_sample.var((0, 2, 3), correction=0)
    expected = (values[n] - means[:, None, None]) / (variances[:, None, None] + layer.eps).sqrt()
    assert torch.allclose(layer(values)[n], expected, atol=1e-5)
    reference = nn.BatchNorm2d(3, affine=False)(values[:n])
    assert torch.allclose(layer(values)[:n], reference, atol=1e-5), "by itself alone"
    trick = make("virtual_batch_norm")
    assert trick.sample(5).shape == (5, *IMAGE) and "latents" in trick.state_dict()


def test_latents_are_uniform() -> None:
    noise = make("uniform_latents").noise(10_000)
    assert noise.min() >= -1 and noise.max() <= 1
    assert float(noise.var()) == pytest.approx(1 / 3, rel=0.02)


@pytest.mark.parametrize(
    ("name", "steps"), [("two_discriminator_steps", 2), ("five_discriminator_steps", 5)]
)
def test_the_discriminator_takes_several_steps_on_new_data(name: str, steps: int) -> None:
    trick, seen = make(name), []

    def watch():
        for real in draw_batches():
            seen.append(real)
            yield real

    players = [player for player, _ in trick.step(watch())]
    assert players == [trick.discriminator] * steps + [trick.generator]
    assert len(seen) == steps and not torch.equal(seen[0], seen[1])


def test_half_of_the_samples_are_from_the_history() -> None:
    torch.manual_seed(0)
    trick = gans.load("generated_history")(IMAGE, latent=8, width=8, size=64)
    seen: list[Tensor] = []
    trick.discriminator.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    real = torch.zeros(64, *IMAGE)
    trick.discriminator_losses(real, torch.ones(64, *IMAGE))
    assert (seen[-1] == 1).all(), "the history fills first"
    counts = []
    for value in range(2, 22):
        trick.discriminator_losses(real, torch.full((64, *IMAGE), float(value)))
        counts.append(float((seen[-1][:, 0, 0, 0] == value).float().mean()))
    assert sum(counts) / len(counts) == pytest.approx(0.5, abs=0.05)


def test_r1_is_taken_in_every_16th_step_and_counts_16_times() -> None:
    trick = make("lazy_r1", POINT)
    weight = torch.tensor([3.0, 4.0])
    trick.discriminator = Linear(weight)
    real = torch.rand(BATCH, *POINT)
    penalties = [trick.discriminator_losses(real, real)["r1"].item() for _ in range(33)]
    expected = [16 / 2 * 25 if step % 16 == 0 else 0 for step in range(33)]
    assert penalties == pytest.approx(expected)


class Linear(nn.Module):
    """A discriminator with the gradient ``weight`` everywhere."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)

    def forward(self, points: Tensor) -> Tensor:
        return points @ self.weight


@pytest.mark.parametrize(("progress", "share"), [(0.0, 1.0), (0.1, 0.99**10), (1.0, 0.5)])
def test_the_generator_learns_from_the_best_samples(progress: float, share: float) -> None:
    trick, scores = make("top_k"), torch.linspace(-2, 2, 100)
    trick.set_progress(progress)
    best = scores[-round(share * 100) :]
    expected = Base.loss_of_generator(trick, best)
    assert torch.allclose(trick.loss_of_generator(scores), expected)


def test_features_match_if_samples_are_the_data() -> None:
    trick, real = make("feature_matching"), torch.rand(BATCH, *IMAGE)
    assert trick.generator_losses(real, real)["matching"] == 0
    assert trick.generator_losses(-real, real)["matching"] > 0
    assert trick.generator_losses(real.flip(0), real)["matching"] < 1e-8, "means, not samples"


@pytest.mark.parametrize("trick", ["instance_noise", "label_flipping", "one_sided_smoothing"])
def test_saturating_tricks_have_the_minimax_loss(trick: str) -> None:
    scores = torch.linspace(-3, 3, 50)
    combined, plain = make(f"saturating_{trick}"), make(trick)
    assert torch.equal(combined.loss_of_generator(scores), -softplus(scores).mean())
    torch.manual_seed(3)
    losses = [combined.loss_on_real(scores)]
    torch.manual_seed(3)
    assert losses == [plain.loss_on_real(scores)]


def test_combinations_have_the_parts_of_all() -> None:
    combined = make("all_tricks")
    real, fake = torch.rand(BATCH, *IMAGE), torch.rand(BATCH, *IMAGE)
    assert combined.discriminator_losses(real, fake).keys() == {"real", "fake", "r1"}
    names = [kind.__name__ for kind in type(combined).__mro__]
    assert {"OneSidedSmoothing", "InstanceNoise", "LazyR1", "SpectralDiscriminator"} < {*names}
    assert type(combined).loss_on_real is gans.load("one_sided_smoothing").loss_on_real
    old = make("dcgan_2015")
    assert float(old.noise(1000).abs().max()) <= 1
    assert any(isinstance(layer, nn.BatchNorm2d) for layer in old.discriminator.modules())
