"""PacGAN: the discriminator scores packs of images."""

import pytest
import torch

import gans

SHAPES = [(1, 8, 8), (3, 16, 16), (2,)]


def build(shape, pac):
    torch.manual_seed(0)
    return gans.load("pacgan")(shape, latent=4, width=4, pac=pac)


def losses(variant, real):
    torch.manual_seed(1)
    return [
        {term: loss.item() for term, loss in terms.items()}
        for _, terms in variant.step(iter([real]))
    ]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_packs_of_one_are_dcgan(shape):
    variant = build(shape, pac=1)
    plain = gans.load("dcgan")(shape, latent=4, width=4)
    plain.load_state_dict(variant.state_dict())
    real = torch.rand(6, *shape)
    for terms, expected in zip(losses(variant, real), losses(plain, real), strict=True):
        assert terms == pytest.approx(expected, rel=1e-5)
    torch.testing.assert_close(variant.discriminator_score(real), plain.discriminator_score(real))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_pack_is_scored_by_all_its_members_and_no_others(shape):
    variant = build(shape, pac=3)
    images = torch.rand(6, *shape)
    before = variant.discriminator(variant.packs(images))
    assert before.shape == (2,)
    for member in range(3):
        other = images.clone()
        other[member] += 1
        after = variant.discriminator(variant.packs(other))
        assert torch.isclose(after, before, rtol=1e-5, atol=1e-6).tolist() == [False, True]


def test_a_pack_joins_the_channels_of_its_members_in_order():
    images = torch.rand(4, 3, 8, 8)
    packs = build((3, 8, 8), pac=2).packs(images)
    assert torch.equal(packs, torch.cat([images[0::2], images[1::2]], dim=1))


def test_an_incomplete_pack_is_dropped():
    variant = build((2,), pac=3)
    real = torch.rand(8, 2)
    assert torch.equal(variant.packs(real), variant.packs(real[:6]))
    other = real.clone()
    other[6:] += 1
    expected = pytest.approx(losses(variant, real)[0], rel=1e-5)
    assert losses(variant, other)[0] == expected != losses(variant, other[2:])[0]


def test_the_diagnosis_scores_an_image_with_those_that_follow_it():
    variant = build((2,), pac=2)
    images = torch.rand(5, 2)
    scores = variant.discriminator_score(images)
    assert scores.shape == (5,)
    following = torch.cat([images[1:], images[:1]])
    expected = variant.discriminator(torch.cat([images, following], dim=1))
    torch.testing.assert_close(scores, expected)
    torch.testing.assert_close(scores[[0, 2]], variant.discriminator(variant.packs(images)))
    repeated = variant.discriminator(torch.cat([images, images], dim=1))
    assert not torch.isclose(scores, repeated).any()


def test_the_diagnosis_scores_fewer_images_than_a_pack():
    assert build((2,), pac=4).discriminator_score(torch.rand(3, 2)).shape == (3,)
