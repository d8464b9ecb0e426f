"""DiffAugment: DCGAN on augmented images, real and generated."""

import pytest
import torch
from torch import nn

import gans
from tests.gans import digits

SHAPES = pytest.mark.parametrize("shape", [(1, 8, 8), (3, 16, 16), (2,)], ids=str)
POLICY = "colour,translation,cutout"


class Recorder(nn.Module):
    """A discriminator that records its inputs."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))
        self.seen = []

    def forward(self, inputs):
        self.seen.append(inputs)
        return self.scale * inputs.flatten(1).sum(dim=1)


class Constant(nn.Module):
    """A generator of one image."""

    def __init__(self, shape, value):
        super().__init__()
        self.image = nn.Parameter(torch.full(shape, value))

    def forward(self, noise):
        return self.image.expand(len(noise), *self.image.shape)


def run(name, shape, **keywords):
    """Compute the losses of two steps."""
    torch.manual_seed(0)
    variant = gans.load(name)(shape, latent=4, width=8, **keywords)
    batches = iter(torch.rand(2, 16, *shape) * 2 - 1)
    torch.manual_seed(1)
    return [
        {term: loss.detach() for term, loss in losses.items()}
        for _ in range(2)
        for _, losses in variant.step(batches)
    ]


@SHAPES
def test_without_a_policy_the_losses_are_those_of_dcgan(shape):
    assert run("diffaugment", shape, policy="") == run("dcgan", shape)


@SHAPES
def test_the_weights_are_those_of_dcgan(shape):
    states = []
    for name in ("diffaugment", "dcgan"):
        torch.manual_seed(0)
        states.append(gans.load(name)(shape, latent=4, width=8).state_dict())
    assert states[0].keys() == states[1].keys()
    assert all(torch.equal(value, states[1][name]) for name, value in states[0].items())


@pytest.mark.parametrize("policy", ["colour", "translation", "cutout", POLICY])
def test_real_images_and_samples_have_the_same_augmentations(policy):
    """Equal images in, in all three places: the augmented ones have equal statistics."""
    torch.manual_seed(0)
    variant = gans.load("diffaugment")((1, 8, 8), latent=4, width=4, policy=policy)
    variant.generator, variant.discriminator = Constant((1, 8, 8), 0.7), Recorder()
    for _ in variant.step(iter([torch.full((3000, 1, 8, 8), 0.7)])):
        pass
    real, fake, trained = variant.discriminator.seen
    assert not torch.equal(real, fake) and not torch.equal(fake, trained)
    for seen in (real, fake, trained):
        assert not (seen == 0.7).all()
        torch.testing.assert_close(seen.mean(dim=0), real.mean(dim=0), atol=0.06, rtol=0)
        torch.testing.assert_close(seen.std(dim=0), real.std(dim=0), atol=0.06, rtol=0)


def test_the_generator_learns_through_the_augmentation():
    """Cutout: a pixel has a gradient in the images in which it is not cut out."""
    torch.manual_seed(0)
    variant = gans.load("diffaugment")((1, 8, 8), latent=4, width=4, policy="cutout")
    variant.generator, variant.discriminator = Constant((1, 8, 8), 0.0), Recorder()
    turns = variant.step(iter([torch.ones(64, 1, 8, 8)]))
    next(turns)
    _, losses = next(turns)
    (slope,) = torch.autograd.grad(losses["adversarial"], variant.generator.image)
    torch.manual_seed(0)
    share = (variant.augment(torch.ones(20_000, 1, 8, 8)) != 0).float().mean(dim=0)
    torch.testing.assert_close(-2 * slope, share, atol=0.2, rtol=0)


def test_the_diagnosis_scores_images_without_augmentation():
    variant = gans.load("diffaugment")((1, 8, 8), latent=4, width=4)
    images = torch.randn(5, 1, 8, 8)
    assert torch.equal(variant.discriminator_score(images), variant.discriminator(images))


def test_it_learns_digits():
    before, after, _ = digits.train("diffaugment", 80, lr=2e-3, betas=(0.5, 0.999))
    assert after < before / 4
