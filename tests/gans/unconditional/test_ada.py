"""ADA: DCGAN on images whose augmentation adapts to the scores of real images."""

import pytest
import torch
from torch import nn

import gans
from gans.common.augmentation import AdaptiveAugmentation, NoAugmentation
from tests.gans import digits

SHAPE, N = (1, 8, 8), 16


class Recorder(nn.Module):
    """A discriminator of one score, which records its inputs."""

    def __init__(self, score):
        super().__init__()
        self.score = nn.Parameter(torch.tensor(score))
        self.seen = []

    def forward(self, inputs):
        self.seen.append(inputs)
        return self.score + 0 * inputs.flatten(1).sum(dim=1)


def build(name="ada", shape=SHAPE, **keywords):
    torch.manual_seed(0)
    return gans.load(name)(shape, latent=4, width=8, **keywords)


def run(variant, steps=2):
    """Compute the losses of steps, without training."""
    torch.manual_seed(1)
    batches = iter(torch.rand(steps, N, *variant.shape) * 2 - 1)
    return [
        {term: loss.item() for term, loss in losses.items()}
        for _ in range(steps)
        for _, losses in variant.step(batches)
    ]


def test_only_images_are_augmented():
    assert isinstance(build().augment, AdaptiveAugmentation)
    assert isinstance(build(shape=(2,)).augment, NoAugmentation)
    assert run(build(shape=(2,))) == run(build("dcgan", shape=(2,)))


def test_the_players_are_those_of_dcgan():
    variant, other = build(), build("dcgan")
    assert variant.players().keys() == other.players().keys()
    for name, value in other.state_dict().items():
        assert torch.equal(variant.state_dict()[name], value)
    names = variant.state_dict().keys() - other.state_dict().keys()
    assert names == {"augment.p", "augment.signs", "augment.minibatches"}, "a resumed run has them"


def test_without_overfitting_the_losses_are_those_of_dcgan():
    """The random numbers of the augmentation, with p of 0, come from another generator here."""
    variant, augment = build(), build().augment.forward

    def forward(images):
        with torch.random.fork_rng():
            return augment(images)

    variant.augment.forward = forward
    assert run(variant) == run(build("dcgan"))


@pytest.mark.parametrize(("score", "sign"), [(2.0, 1), (-2.0, -1)])
def test_p_follows_the_scores_of_real_images(score, sign):
    """Once in four minibatches, by four minibatches of the images that p takes from 0 to 1."""
    variant = build(rampup_samples=1000.0)
    variant.augment.p.fill_(0.5)
    variant.discriminator = Recorder(score)
    for steps, changes in ((3, 0), (1, 1), (4, 2)):
        run(variant, steps)
        expected = 0.5 + sign * changes * 4 * N / 1000
        assert variant.augment.p.item() == pytest.approx(expected)


def test_both_losses_use_only_augmented_images():
    variant = build()
    variant.discriminator = Recorder(1.0)
    variant.augment.forward = lambda images: 0 * images + 0.25
    run(variant, 1)
    assert [len(images) for images in variant.discriminator.seen] == [N] * 3
    assert all((images == 0.25).all() for images in variant.discriminator.seen)
    variant.discriminator_score(torch.ones(N, *SHAPE))
    assert (variant.discriminator.seen[-1] == 1).all(), "but not the diagnosis"


def test_it_learns_digits():
    before, after, trainer = digits.train(
        "ada", 80, lr=2e-3, betas=(0.5, 0.999), rampup_samples=2e4
    )
    assert after < before / 4
    assert 0 <= trainer.variant.augment.p < 0.1
