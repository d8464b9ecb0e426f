"""ESRGAN: dense blocks, relativistic losses, pre-activation features, interpolated weights."""

import io
import math
from itertools import pairwise

import pytest
import torch
from torch import nn

import gans
from benchmark.config import VariantConfig
from benchmark.data.batches import Batches
from benchmark.training.trainer import Trainer
from gans.common.networks.super_resolution import RRDB, DenseBlock

ENTRY = VariantConfig(kind="controlled", lr=1e-2, betas=(0.9, 0.999))
SCORES = [0.0, 2.0], [1.0, 5.0]  # of real and generated images; their means are 1 and 3


def layers(images):
    """A pinned network of two layers; the last returns minus half of the image."""
    return [images, -images / 2]


def build(perceive=layers, shape=(1, 8, 8), source=(1, 2, 2), **keywords):
    torch.manual_seed(0)
    variant = gans.load("esrgan")(shape, source=source, width=4, growth=3, blocks=1, **keywords)
    variant.perceptual_layers = perceive
    return variant


class TwoShades(nn.Module):
    """A generator of two images of constant shade."""

    def __init__(self):
        super().__init__()
        self.shades = nn.Parameter(torch.tensor([0.5, -0.5]))

    def forward(self, images):
        return self.shades[:, None, None, None].expand(2, 1, 8, 8)


class ListedScores(nn.Module):
    """A discriminator with listed scores for real images, which are 1, and generated ones."""

    def __init__(self, shift):
        super().__init__()
        self.shift = nn.Parameter(torch.tensor(float(shift)))

    def forward(self, images):
        real, made = torch.tensor(SCORES)
        drawn = images[:, :, 0, 0] * 0
        return drawn + (real if (images == 1).all() else made)[:, None] + self.shift


def game(shift=0.0, **keywords):
    variant = build(**keywords)
    variant.generator, variant.discriminator = TwoShades(), ListedScores(shift)
    batch = torch.ones(2, 1, 8, 8), torch.zeros(2, 1, 2, 2)
    (judge, judged), (maker, terms) = variant.step(iter([batch]))
    assert judge is variant.discriminator and maker is variant.generator
    return judged, terms


def softplus(*values):
    return sum(math.log1p(math.exp(value)) for value in values) / len(values)


def test_closed_form_of_the_relativistic_losses():
    judged, terms = game(adversarial_weight=0.1)
    assert judged["real"].item() == pytest.approx(softplus(-(0 - 3), -(2 - 3)))
    assert judged["fake"].item() == pytest.approx(softplus(1 - 1, 5 - 1))
    symmetrical = softplus(0 - 3, 2 - 3) + softplus(-(1 - 1), -(5 - 1))
    assert terms["adversarial"].item() == pytest.approx(0.1 * symmetrical)


def test_a_constant_added_to_all_scores_changes_no_loss():
    for result, expected in zip(game(shift=7.0), game(), strict=True):
        for term, loss in result.items():
            assert loss.item() == pytest.approx(expected[term].item(), rel=1e-5)
    assert build().boundary is None


def test_pre_activation_features_and_pixels_are_compared():
    """|0.5 - 1| and |-0.5 - 1| in pixels, half of that in features; all are negative in these."""
    _, terms = game(l1_weight=0.1)
    assert terms["l1"].item() == pytest.approx(0.1 * (0.5 + 1.5) / 2)
    assert terms["perceptual"].item() == pytest.approx((0.25 + 0.75) / 2)
    assert terms.keys() == {"perceptual", "l1", "adversarial"}


def test_weights_multiply_their_terms():
    _, one = game(adversarial_weight=1.0, l1_weight=1.0)
    _, own = game()
    assert own["adversarial"].item() == pytest.approx(5e-3 * one["adversarial"].item())
    assert own["l1"].item() == pytest.approx(1e-2 * one["l1"].item())


def test_the_generator_learns_from_the_real_half_too():
    """The mean score of generated images enters the loss of the real ones."""
    variant = build(adversarial_weight=1.0)
    variant.discriminator = nn.Sequential(nn.Flatten(), nn.Linear(64, 1))
    real, fake = torch.rand(3, 1, 8, 8), torch.rand(3, 1, 8, 8, requires_grad=True)
    more, _ = variant.relative_logits(real, fake)
    (slope,) = torch.autograd.grad(more.sum(), fake)
    weight = variant.discriminator[1].weight.view(1, 8, 8)
    assert torch.allclose(slope, -weight.expand(3, 1, 8, 8), atol=1e-6)


def test_a_block_with_scaling_zero_is_the_identity():
    features = torch.randn(2, 4, 5, 5)
    assert torch.equal(RRDB(4, 3, 0.0)(features), features)
    assert torch.equal(DenseBlock(4, 3, 0.0)(features), features)
    assert not torch.equal(RRDB(4, 3)(features), features)


def test_the_residuals_are_scaled_by_a_fifth_at_both_levels():
    block, features = RRDB(4, 3), torch.randn(2, 4, 5, 5)
    assert torch.allclose(block(features), features + 0.2 * block.branch(features))
    dense, whole = block.branch[0], DenseBlock(4, 3, 1.0)
    whole.load_state_dict(dense.state_dict())
    added = whole(features) - features
    assert torch.allclose(dense(features), features + 0.2 * added, atol=1e-6)


def test_each_convolution_of_a_dense_block_sees_all_before_it():
    block = DenseBlock(4, 3, 1.0)
    assert [layer.in_channels for layer in block.layers] == [4, 7, 10, 13, 16]
    assert [layer.out_channels for layer in block.layers] == [3, 3, 3, 3, 4]
    seen = []
    for layer in block.layers:
        layer.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    features = torch.randn(1, 4, 5, 5)
    block(features)
    assert torch.equal(seen[0], features)
    for earlier, later in pairwise(seen):
        assert torch.equal(later[:, : earlier.shape[1]], earlier)


def test_dense_blocks_have_small_initial_weights():
    torch.manual_seed(0)
    block = DenseBlock(32, 16, 0.2)
    for layer in block.layers:
        expected = 0.1 * math.sqrt(2 / (9 * layer.in_channels))
        assert layer.weight.std().item() == pytest.approx(expected, rel=0.1)
        assert (layer.bias == 0).all()


def test_nothing_in_the_generator_is_normalised():
    assert not any(isinstance(m, nn.BatchNorm2d) for m in build().generator.modules())


@pytest.mark.parametrize("factor", [2, 4])
def test_it_enlarges_images_of_any_size(factor):
    variant = build(shape=(3, 2 * factor, 2 * factor), source=(3, 2, 2)).eval()
    assert variant.sample(2, torch.rand(2, 3, 6, 5)).shape == (2, 3, 6 * factor, 5 * factor)


@pytest.mark.parametrize(
    ("progress", "halvings"), [(0.0, 0), (0.5, 0), (0.57, 1), (0.63, 2), (0.75, 3), (0.9, 4)]
)
def test_learning_rates_are_halved_in_adversarial_training(progress, halvings):
    variant = build(pretraining=0.5)
    variant.progress = progress
    assert variant.lr_scale() == 0.5**halvings


def test_interpolated_samples_at_both_ends_are_those_of_either_network():
    """Alpha = 0 is the network after the regression, alpha = 1 the current one."""
    trainer = start()
    condition = torch.rand(3, 1, 2, 2)

    def sample(share):
        trainer.variant.eval()
        trainer.variant.generator.alpha = share
        made = trainer.variant.sample(3, condition)
        trainer.variant.train()
        return made

    for progress in (0.0, 0.1, 0.2):
        trainer.step(progress)
    regression = trainer.variant.sample(3, condition)
    torch.testing.assert_close(sample(0.3), regression)  # one network so far
    for progress in (0.5, 0.7, 0.9):
        trainer.step(progress)
    trained = trainer.variant.sample(3, condition)
    assert not torch.allclose(trained, regression, atol=1e-3)
    torch.testing.assert_close(sample(0.0), regression)
    torch.testing.assert_close(sample(1.0), trained)
    between = sample(0.5)
    for end in (trained, regression):
        assert not torch.allclose(between, end, atol=1e-3)

    network = trainer.variant.generator
    ends = dict(network.network.named_parameters())
    network.alpha = 0.25
    start_of = dict(zip(ends, network.kept.split([e.numel() for e in ends.values()]), strict=True))
    for name, weights in network.interpolated_weights().items():
        expected = 0.75 * start_of[name].view_as(weights) + 0.25 * ends[name]
        assert torch.allclose(weights, expected, atol=1e-7)


def test_interpolation_does_not_change_the_training():
    states = []
    for share in (0.0, 1.0):
        torch.manual_seed(1)
        trainer = start(interpolation=share)
        for progress in (0.0, 0.6, 0.8):
            trainer.step(progress)
        states.append(trainer.variant.state_dict())
    for key, value in states[0].items():
        assert torch.equal(value, states[1][key]), key


def test_the_stored_weights_are_state_and_not_trained():
    variant = build()
    assert "generator.kept" in variant.state_dict()
    assert "generator.kept" not in dict(variant.named_parameters())


def start(**keywords):
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (32, 1, 8, 8), dtype=torch.uint8, generator=generator)
    condition = torch.randint(0, 256, (32, 1, 2, 2), dtype=torch.uint8, generator=generator)
    batches = Batches(images, 8, seed=0, condition=condition)
    return Trainer(build(pretraining=0.5, **keywords), ENTRY, batches, half_life=100, seed=0)


@pytest.mark.parametrize("stop", [0.2, 0.6])
def test_a_run_resumed_in_either_phase_ends_with_the_same_bits(stop):
    whole = start(interpolation=0.8)
    whole.step(0.0)
    whole.step(stop)
    file = io.BytesIO()
    torch.save(whole.state_dict(), file)
    file.seek(0)
    resumed = start(interpolation=0.8)
    resumed.load_state_dict(torch.load(file, weights_only=True))
    for trainer in (whole, resumed):
        for progress in (stop, 0.6, 0.9):
            trainer.step(progress)
        trainer.log_health()
        trainer.take_snapshot(3)
    for part in ("variant", "averaged"):
        for key, value in getattr(whole, part).state_dict().items():
            assert torch.equal(value, getattr(resumed, part).state_dict()[key]), key
    assert torch.equal(whole.snapshots[0][1], resumed.snapshots[0][1])
