"""ProGAN: growth, the optimisers of unused levels, and the drift term."""

import pytest
import torch
from torch import nn

import gans
from gans.common.networks.resampling import downsample, upsample

N = 16


def build(shape=(1, 8, 8), **keywords):
    torch.manual_seed(0)
    return gans.load("progan")(shape, latent=6, width=4, **keywords)


@pytest.mark.parametrize(
    ("progress", "grown"),
    [(0, 0), (0.125, 0), (0.1875, 0.5), (0.25, 1), (0.375, 1), (0.4375, 1.5), (0.5, 2), (1, 2)],
)
def test_a_resolution_is_trained_and_then_the_next_is_faded_in(progress, grown):
    variant = build((3, 16, 16), growing=0.5)
    variant.progress = progress
    assert variant.grow() == pytest.approx(grown)


def test_without_growing_the_networks_have_full_size_from_the_start():
    variant = build((3, 16, 16), growing=0)
    variant.progress = 0
    assert variant.grow() == 2


def test_samples_become_fine_and_always_have_full_size():
    variant = build()
    for progress, coarse in ((0.0, True), (1.0, False)):
        variant.progress = progress
        samples = variant.sample(N)
        assert samples.shape == (N, 1, 8, 8)
        assert torch.allclose(samples, upsample(downsample(samples)), atol=1e-6) is coarse


def test_loaded_weights_are_full_grown():
    trained, loaded = build(), build()
    trained.progress = 0.9
    loaded.load_state_dict(trained.state_dict())
    torch.manual_seed(1)
    samples = trained.sample(N)
    torch.manual_seed(1)
    assert torch.equal(loaded.sample(N), samples)


def test_a_small_critic_sees_coarse_images():
    variant = build()
    images = torch.randn(N, 1, 8, 8)
    seen = []

    class Spy(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(1))

        def forward(self, images):
            seen.append(images.detach())
            return self.weight * images.flatten(1).sum(1)

    variant.critic = Spy()
    for progress, expected in ((0.0, upsample(downsample(images))), (1.0, images)):
        seen.clear()
        variant.progress = progress
        next(variant.step(iter([images])))
        assert any(torch.allclose(shown, expected) for shown in seen)
        assert all(shown.shape == (N, 1, 8, 8) for shown in seen)


def test_unused_levels_are_not_updated():
    """Their gradients are None, so that Adam neither updates them nor creates moments."""
    variant = build()
    optimizers = {
        player: torch.optim.Adam(player.parameters(), lr=1e-2, betas=(0.0, 0.99), fused=True)
        for player in variant.children()
    }
    for progress, used in ((0.0, {0}), (0.4, {0, 1}), (1.0, {0, 1})):
        variant.progress = progress
        before = {name: value.clone() for name, value in variant.named_parameters()}
        for player, losses in variant.step(iter([torch.randn(N, 1, 8, 8)])):
            optimizers[player].zero_grad()
            sum(losses.values()).backward(inputs=list(player.parameters()))
            optimizers[player].step()
        for name, value in variant.named_parameters():
            part, level = name.split(".")[1:3]
            # the image layer of a level is unused once the next one is faded in
            resting = int(level) not in used or (
                progress == 1.0 and (part, level) == ("images", "0")
            )
            assert (value.grad is None) is resting, name
            assert not resting or torch.equal(value, before[name]), name
            if resting and progress == 0.0:
                owner = variant.generator if name.startswith("generator") else variant.critic
                assert value not in optimizers[owner].state
        assert any(not torch.equal(v, before[name]) for name, v in variant.named_parameters())


def test_the_loss_of_a_linear_critic():
    """Scores w.x: the penalty is 10 (|w| - 1)^2, the drift 0.001 (w.x)^2 on real data."""
    variant = gans.load("progan")((2,), latent=1, width=4)

    class Linear(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.tensor([3.0, 4.0]))

        def forward(self, x):
            return x @ self.weight

    class Point(nn.Module):
        def __init__(self):
            super().__init__()
            self.point = nn.Parameter(torch.tensor([2.0, 1.0]))

        def forward(self, noise):
            return self.point.expand(len(noise), -1)

    variant.critic, variant.generator = Linear(), Point()
    (_, critic), (_, generator) = variant.step(iter([torch.tensor([1.0, 1.0]).expand(N, -1)]))
    assert critic["wasserstein"].item() == pytest.approx(10 - 7)
    assert critic["penalty"].item() == pytest.approx(10 * (5 - 1) ** 2)
    assert critic["drift"].item() == pytest.approx(0.001 * 7**2)
    assert generator["adversarial"].item() == pytest.approx(-10)


@pytest.mark.parametrize(
    ("progress", "side"), [(0.0, 4), (0.2, 8), (0.3, 8), (0.45, 16), (1.0, 16)]
)
def test_the_penalty_is_taken_at_the_current_resolution(progress, side):
    """The gradient with respect to images of the current size, also while a level fades in."""
    variant = build((3, 16, 16))
    variant.progress = progress
    variant.grow()
    halvings = {4: 2, 8: 1, 16: 0}[side]
    coarse = upsample(torch.randn(N, 3, 4, 4), 2 - halvings)  # the same at every resolution
    small = coarse.requires_grad_()
    (gradient,) = torch.autograd.grad(variant.critic(upsample(small, halvings)).sum(), small)
    expected = 10 * (gradient.flatten(1).norm(dim=1) - 1).square().mean()
    images = upsample(small.detach(), halvings)
    variant.fake = lambda n: images  # as the real images are: so are the points between them
    _, losses = next(variant.step(iter([images])))
    assert losses["penalty"].item() == pytest.approx(expected.item(), rel=1e-4)


def test_the_penalty_pulls_the_norm_to_its_target():
    """The authors' setting for CIFAR-10: a critic of norm 750 is free of the penalty."""
    variant = gans.load("progan")((2,), latent=1, width=4, penalty_target=750.0)
    for weight, penalty in ((750.0, 0.0), (75.0, 10 * 0.9**2)):
        variant.critic = nn.Linear(2, 1, bias=False)
        variant.critic.weight.data = torch.tensor([[weight, 0.0]])
        _, losses = next(variant.step(iter([torch.randn(N, 2)])))
        assert losses["penalty"].item() == pytest.approx(penalty, abs=1e-5)
