"""Video: VideoGAN's streams, MoCoGAN's codes, and the inputs of its discriminators."""

import pytest
import torch

import gans
from gans.common.networks.video import (
    Discriminator,
    Generator,
    MotionContentGenerator,
    TwoStreamGenerator,
    blend,
    level_strides,
)
from gans.common.video import random_temporal_crop

SHAPE = (1, 16, 8, 8)


@pytest.fixture
def noise():
    torch.manual_seed(0)
    return torch.randn(3, 6)


def test_the_mask_blends_the_foreground_and_a_static_background(noise):
    network = TwoStreamGenerator(SHAPE, latent=6, width=4)
    foreground, mask, background = network.streams(noise)
    assert foreground.shape == (3, *SHAPE) and mask.shape == (3, *SHAPE)
    assert background.shape == (3, 1, 1, 8, 8)
    assert foreground.abs().max() <= 1 and mask.min() >= 0 and mask.max() <= 1
    assert torch.equal(blend(foreground, torch.ones_like(mask), background), foreground)
    still = blend(foreground, torch.zeros_like(mask), background)
    assert torch.equal(still, background.expand(3, *SHAPE))
    with torch.no_grad():  # the network itself, with its mask forced to either end
        network.eval()
        foreground, _, background = network.streams(noise)
        network.mask.weight.zero_()
        for bias, expected in ((100, foreground), (-100, background.expand(3, *SHAPE))):
            network.mask.bias.fill_(bias)
            torch.testing.assert_close(network(noise), expected)


def test_the_mask_weight_multiplies_the_mean_of_the_mask():
    torch.manual_seed(0)
    variant = gans.load("videogan")(SHAPE, latent=6, width=4, mask_weight=0.5)
    with torch.no_grad():
        variant.generator.mask.weight.zero_()
        variant.generator.mask.bias.zero_()
    _, (_, losses) = list(variant.step(iter([torch.zeros(4, *SHAPE)])))
    assert losses["mask"].item() == pytest.approx(0.25)  # half of a mask that is 0.5 everywhere


def test_the_content_stays_and_the_motion_changes():
    torch.manual_seed(0)
    network = MotionContentGenerator(SHAPE, content=5, motion=3, width=4)
    content, noise = torch.randn(2, 5), torch.randn(2, 17, 3)
    codes = network.codes(content, noise)
    assert codes.shape == (2, 16, 8)
    assert torch.equal(codes[..., :5], content[:, None].expand(2, 16, 5))
    steps = (codes[:, 1:, 5:] - codes[:, :-1, 5:]).abs().amax(dim=2)
    assert (steps > 0).all()
    # other noise from the tenth frame on does not change the frames before it
    other = noise.clone()
    other[:, 10:] = torch.randn(2, 7, 3)
    changed = network.codes(content, other)
    torch.testing.assert_close(changed[:, :9], codes[:, :9])
    assert ((changed - codes)[:, 9:, 5:].abs().amax(dim=2) > 1e-3).all()
    network.eval()
    clips, again = network(content, noise), network(content, other)
    assert clips.shape == (2, *SHAPE)
    torch.testing.assert_close(clips[:, :, :9], again[:, :, :9])
    assert not torch.allclose(clips[:, :, 9:], again[:, :, 9:])


def test_a_frame_is_the_image_of_its_code():
    torch.manual_seed(0)
    network = MotionContentGenerator(SHAPE, content=5, motion=3, width=4).eval()
    content, noise = torch.randn(2, 5), torch.randn(2, 17, 3)
    codes, clips = network.codes(content, noise), network(content, noise)
    torch.testing.assert_close(clips[1, :, 7], network.image(codes[1, 7:8])[0])


@pytest.mark.parametrize("seen", [16, 5])
def test_one_discriminator_sees_a_frame_and_the_other_consecutive_frames(seen):
    torch.manual_seed(0)
    variant = gans.load("mocogan")(SHAPE, content=5, motion=3, width=4, discriminator_frames=seen)
    # every frame of a clip contains its index
    clips = torch.arange(16.0)[None, None, :, None, None].expand(64, *SHAPE)
    shown = {}
    for name in ("image_discriminator", "discriminator"):
        getattr(variant, name).register_forward_pre_hook(
            lambda _, condition, name=name: shown.update({name: condition[0]})
        )
    variant.score_image(clips)
    variant.discriminator_score(clips)
    image, video = shown["image_discriminator"], shown["discriminator"]
    assert image.shape == (64, 1, 8, 8) and video.shape == (64, 1, seen, 8, 8)
    assert len(image[:, 0, 0, 0].unique()) > 8, "a frame drawn anew for each clip"
    moments = video[:, 0, :, 0, 0]
    assert torch.equal(moments - moments[:, :1], torch.arange(float(seen)).expand(64, seen))
    assert moments.max() == 15 and len(moments[:, 0].unique()) == 17 - seen


def test_temporal_crops_come_from_their_clip():
    clips = torch.arange(4.0)[:, None, None, None, None].expand(4, 2, 6, 3, 3)
    assert torch.equal(random_temporal_crop(clips, 4), clips[:, :, :4])
    assert random_temporal_crop(clips, 6) is clips


@pytest.mark.parametrize("shape", [(1, 16, 16, 16), (3, 4, 16, 8), (1, 6, 6, 6), (1, 32, 8, 8)])
def test_networks_fit_clips_of_any_size(shape, noise):
    clips = Generator(shape, latent=6, width=4)(noise)
    assert clips.shape == (3, *shape) and clips.abs().max() <= 1
    assert Discriminator(shape, width=4)(clips).shape == (3,)
    assert Discriminator(shape, width=4, outputs=2)(clips).shape == (3, 2)
    assert len(level_strides(shape[1:])) >= 1


@pytest.mark.parametrize("name", ["videogan", "mocogan"])
@pytest.mark.parametrize("shape", [(1, 8, 8), (2,)])
def test_samples_that_are_not_clips_are_an_error(name, shape):
    with pytest.raises(ValueError, match="expected clips"):
        gans.load(name)(shape)
