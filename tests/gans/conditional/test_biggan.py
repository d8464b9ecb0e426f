"""BigGAN: class embedding, chunks of the noise, spectral norms, truncation and losses."""

from math import inf

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

import gans
from gans.common.networks import biggan
from gans.common.networks.attention import SelfAttention
from gans.common.orthogonality import orthogonality_penalty
from tests.gans import digits

N, CLASSES = 6, 4
LAYERS = nn.Linear | nn.Conv2d


def build(shape=(3, 16, 16), **keywords):
    torch.manual_seed(0)
    keywords = {"latent": 10, "width": 4, "max_width": 16, "embedding": 8, **keywords}
    return gans.load("biggan")(shape, classes=CLASSES, **keywords)


def make_batches(shape=(3, 16, 16)):
    while True:
        yield torch.rand(N, *shape) * 2 - 1, torch.randint(CLASSES, (N,))


def count(network):
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize("shape", [(3, 16, 16), (2,)], ids=str)
def test_the_class_embedding_affects_samples(shape):
    variant = build(shape).eval()
    noise, labels = variant.noise(N), torch.zeros(N, dtype=torch.int64)
    one, other = variant.generator(noise, labels), variant.generator(noise, labels + 1)
    assert not torch.allclose(one, other, atol=1e-3)
    with torch.no_grad():
        variant.generator.embedding.weight[1] = variant.generator.embedding.weight[0]
    assert torch.equal(variant.generator(noise, labels + 1), one), "by the embedding only"


def test_all_blocks_share_one_class_embedding():
    generator = build().generator
    embeddings = [layer for layer in generator.modules() if isinstance(layer, nn.Embedding)]
    assert len(embeddings) == 1
    noise, labels = torch.randn(N, 10), torch.arange(N) % CLASSES
    conditions = []
    for block in generator.blocks:
        block.register_forward_pre_hook(lambda _, inputs: conditions.append(inputs[1]))
    generator(noise, labels)
    for condition, chunk in zip(conditions, noise.split([4, 3, 3], dim=1)[1:], strict=True):
        assert torch.equal(condition, torch.cat([embeddings[0](labels), chunk], dim=1))


@pytest.mark.parametrize(
    ("side", "latent", "chunks"), [(128, 120, [20] * 6), (32, 120, [30] * 4), (8, 5, [3, 2])]
)
def test_the_noise_is_split_into_a_chunk_for_each_level(side, latent, chunks):
    generator = build((1, side, side), latent=latent).generator
    assert generator.chunks == chunks and generator.linear.in_features == chunks[0]


def test_each_chunk_affects_samples():
    generator = build().generator.eval()
    noise = torch.randn(N, 10, requires_grad=True)
    images = generator(noise, torch.zeros(N, dtype=torch.int64))
    (slope,) = torch.autograd.grad(images.square().sum(), noise)
    assert (slope != 0).all()


def test_conditional_batch_normalisation_sets_mean_and_deviation():
    layer = biggan.ConditionalBatchNorm(5, 3)
    condition = torch.randn(1, 3).expand(64, -1)
    out = layer(3 * torch.randn(64, 5, 4, 4) + 7, condition)
    torch.testing.assert_close(out.mean(dim=(0, 2, 3)), layer.bias(condition)[0])
    deviation = out.std(dim=(0, 2, 3), correction=0)
    torch.testing.assert_close(
        deviation, (1 + layer.gain(condition)[0]).abs(), atol=1e-4, rtol=1e-4
    )


@pytest.mark.parametrize(
    ("shape", "side"),
    [((1, 8, 8), 4), ((3, 32, 32), 16), ((3, 48, 48), 24), ((3, 64, 64), 32), ((3, 128, 128), 64),
     ((1, 256, 256), 64), ((3, 16, 24), 12), ((3, 64, 128), 64)],
    ids=str,
)  # fmt: skip
def test_both_players_attend_at_one_resolution_of_at_most_64(shape, side):
    variant = build(shape, width=2, max_width=4)
    sides = []
    for player in (variant.generator, variant.discriminator):
        (layer,) = (module for module in player.modules() if isinstance(module, SelfAttention))
        layer.register_forward_pre_hook(lambda _, inputs: sides.append(max(inputs[0].shape[2:])))
        layer.forward = lambda features: features  # attention to 4096 places takes a second
    labels = torch.tensor([0, 1])
    images = variant.sample(2, labels)
    assert images.shape == (2, *shape) and images.abs().max() <= 1
    assert variant.discriminator(images, labels).shape == (2,)
    assert sides == [side, side]


def test_an_image_without_levels_is_an_error():
    with pytest.raises(ValueError, match="expected images with even sides greater than 7, got 7x7"):
        build((1, 7, 7))


@pytest.mark.parametrize("shape", [(3, 16, 16), (2,)], ids=str)
def test_every_weight_has_spectral_norm_one_but_the_shared_embedding(shape):
    variant = build(shape)
    for player in (variant.generator, variant.discriminator):
        layers = [layer for layer in player.modules() if isinstance(layer, LAYERS)]
        if player is variant.discriminator:
            layers.append(player.embedding)
        for layer in layers:
            assert parametrize.is_parametrized(layer, "weight")
            for _ in range(200):  # the power iteration converges
                weight = layer.weight
            norm = torch.linalg.matrix_norm(weight.flatten(1), ord=2).item()
            assert norm == pytest.approx(1, abs=1e-2)
    assert not parametrize.is_parametrized(variant.generator.embedding)


def test_weights_are_orthogonal_initially():
    variant = build()
    for player in (variant.generator, variant.discriminator):
        for name, weight in player.named_parameters():
            if weight.dim() > 1:
                values = torch.linalg.svdvals(weight.flatten(1))
                assert torch.allclose(values, torch.ones_like(values), atol=1e-4), name


def test_the_score_is_a_projection_of_the_class():
    discriminator = build().discriminator.eval()
    images = torch.randn(N, 3, 16, 16)
    one, other = (discriminator(images, torch.full((N,), label)) for label in (0, 1))
    direction = discriminator.embedding.weight[0] - discriminator.embedding.weight[1]
    torch.testing.assert_close(one - other, discriminator.features(images) @ direction)


def test_blocks_double_and_halve():
    block = biggan.GeneratorBlock(6, 4, 3)
    assert block(torch.randn(2, 6, 5, 7), torch.randn(2, 3)).shape == (2, 4, 10, 14)
    features = torch.randn(2, 6, 8, 6)
    for halves, outputs, size in ((True, 4, (4, 3)), (False, 4, (8, 6)), (False, 6, (8, 6))):
        block = biggan.DiscriminatorBlock(6, outputs, activates=True, halves=halves)
        assert block(features).shape == (2, outputs, *size)


def test_widths_are_those_of_the_paper_at_128x128():
    """Table 4: 16, 16, 8, 4, 2 and 1 times the base width; the discriminator is the mirror."""
    generator = build((3, 128, 128), width=2, max_width=32).generator
    widths = [(block.skip.in_channels, block.skip.out_channels) for block in generator.blocks]
    assert widths == [(32, 32), (32, 16), (16, 8), (8, 4), (4, 2)]
    features = biggan.image_features((3, 128, 128), [2, 4, 8, 16, 32, 32])
    blocks = [part for part in features if isinstance(part, biggan.DiscriminatorBlock)]
    widths = [(block.branch[1].in_channels, block.branch[1].out_channels) for block in blocks]
    assert widths == [(3, 2), (2, 4), (4, 8), (8, 16), (16, 32), (32, 32)]


def test_parameters_of_the_authors_networks_at_128x128(monkeypatch):
    """But for self-attention: its values have an eighth of the channels there, not a half."""
    monkeypatch.setattr(nn.init, "orthogonal_", lambda weight: weight)
    with torch.device("meta"):
        generator = biggan.Generator((3, 128, 128), 120, 96, 1536, 1000, 128)
        discriminator = biggan.Discriminator((3, 128, 128), 96, 1536, 1000)
    fewer = [2 * channels * (channels // 2 - channels // 8) for channels in (192, 96)]
    assert count(generator) == 70_433_988 - fewer[0]
    assert count(discriminator) == 87_982_370 - fewer[1]


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_the_discriminator_takes_its_steps_on_batches_of_their_own(steps):
    variant = build(n_discriminator=steps)
    taken = []
    batches = (taken.append(batch) or batch for batch in make_batches())
    players = [player for player, _ in variant.step(batches)]
    assert players == [variant.discriminator] * steps + [variant.generator]
    assert len(taken) == steps


def test_losses_of_a_constant_discriminator():
    class Constant(nn.Module):
        def __init__(self, value):
            super().__init__()
            self.value = nn.Parameter(torch.tensor(value))

        def forward(self, images, labels):
            return self.value.expand(len(images)) + 0 * images.sum()

    for value, real, fake in ((0.25, 0.75, 1.25), (3.0, 0.0, 4.0), (-3.0, 4.0, 0.0)):
        variant = build(n_discriminator=1)
        variant.discriminator = Constant(value)
        (_, first), (_, second) = variant.step(make_batches())
        assert first["real"].item() == pytest.approx(real)
        assert first["fake"].item() == pytest.approx(fake)
        assert second["adversarial"].item() == pytest.approx(-value)


def test_the_penalty_has_its_weight():
    for weight in (0.0, 0.5):
        variant = build(n_discriminator=1, orthogonality_weight=weight)
        with torch.no_grad():
            variant.generator.linear.parametrizations.weight.original.fill_(0.1)
        penalty = orthogonality_penalty(variant.generator).item()
        (_, _), (_, losses) = variant.step(make_batches())
        assert penalty > 1 and losses["orthogonality"].item() == pytest.approx(weight * penalty)


def test_truncation_narrows_samples_and_does_not_apply_in_training():
    spreads = {}
    for threshold in (0.1, 0.5, inf):
        variant = build(truncation=threshold).eval()
        inputs = []
        variant.generator.register_forward_pre_hook(
            lambda _, args, seen=inputs: seen.append(args[0])
        )
        torch.manual_seed(1)
        samples = variant.sample(64, torch.zeros(64, dtype=torch.int64))
        spreads[threshold] = samples.std(dim=0).mean().item()
        assert inputs[0].abs().max() <= threshold
        for _ in variant.step(make_batches()):
            pass
        assert all(noise.abs().max() > 1 for noise in inputs[1:])
    assert spreads[0.1] < spreads[0.5] < spreads[inf]


def test_it_learns_digits():
    keywords = {"lr": 4e-3, "betas": (0.0, 0.999), "embedding": 16, "n_discriminator": 1}
    before, after, _ = digits.train("biggan", 40, **keywords)
    assert after < 0.6 * before


@pytest.mark.slow
def test_it_learns_the_classes_of_digits():
    """Samples of a class are closer to the images of this class than to those of another."""
    keywords = {"lr": 2e-3, "betas": (0.0, 0.999), "embedding": 16}
    *_, trainer = digits.train("biggan", 400, **keywords)
    images, labels = digits.load()
    for label, other in ((0, 1), (1, 0), (4, 7)):
        with torch.no_grad():
            samples = trainer.averaged.sample(200, torch.full((200,), label))
        distances = [digits.distance(samples, images[labels == k]) for k in (label, other)]
        assert distances[0] < distances[1]
