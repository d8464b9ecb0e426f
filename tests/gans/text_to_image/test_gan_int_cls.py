"""GAN-INT-CLS: mismatched pairs and interpolated captions."""

import pytest
import torch
from torch.nn.functional import softplus

from gans.common.captions import mismatched_captions
from tests.gans.text_to_image.players import VOCABULARY, build, pairs


def test_mismatched_captions_differ():
    condition = torch.tensor([[1, 2], [1, 2], [3, 0], [1, 2], [3, 0], [4, 5]])
    result = mismatched_captions(condition)
    assert (result != condition).any(dim=1).all()
    # the next one that differs, in cyclic order
    assert result.tolist() == [[3, 0], [3, 0], [1, 2], [3, 0], [4, 5], [1, 2]]


def test_equal_captions_have_no_mismatched_ones():
    condition = torch.tensor([[1, 2]] * 3)
    assert torch.equal(mismatched_captions(condition), condition)


def test_the_discriminator_sees_three_kinds_of_pairs():
    """Each loss term in closed form, for a discriminator with fixed scores."""
    variant = build("gan_int_cls")
    real, condition = next(pairs())
    seen = []

    def discriminator_score(images, embedded):
        seen.append((images, embedded))
        return torch.tensor([1.0, 2.0, 3.0]).repeat_interleave(len(real))

    fake = torch.zeros_like(real)
    losses = variant.matching_losses(discriminator_score, real, fake, condition)
    ((x1, h1), (x2, h2), (x3, h3)) = zip(*(part.chunk(3) for part in seen[0]), strict=True)
    assert torch.equal(x1, real) and torch.equal(x2, real) and torch.equal(x3, fake)
    assert torch.equal(h1, variant.embed(condition)) and torch.equal(h3, h1)
    assert torch.equal(h2, variant.embed(mismatched_captions(condition)))
    assert (h2 - h1).norm(dim=1).min() > 0.1, "mismatched pairs are really mismatched"
    known = {"real": -1.0, "mismatched": 2.0, "fake": 3.0}
    for term, score in known.items():
        share = 1.0 if term == "real" else 0.5
        assert losses[term].item() == pytest.approx(share * softplus(torch.tensor(score)).item())


@pytest.mark.parametrize("beta", [0.0, 0.3, 1.0])
def test_interpolated_captions_lie_between_two_of_the_data(beta):
    variant = build("gan_int_cls", beta=beta)
    _, condition = next(pairs())
    own, other, seen = variant.embed(condition), variant.embed(mismatched_captions(condition)), []
    judge = lambda x, h: seen.append(h) or x.sum(dim=(1, 2, 3)) + h.sum(dim=1)  # noqa: E731
    variant.discriminator.forward = judge
    list(variant.step(pairs()))
    same, between = seen[-1].chunk(2)
    assert torch.equal(same, own)
    torch.testing.assert_close(between, beta * own + (1 - beta) * other)
    whole = (own - other).norm(dim=1)
    parts = (between - own).norm(dim=1) + (between - other).norm(dim=1)
    torch.testing.assert_close(parts, whole)


def test_the_caption_encoder_is_saved_and_belongs_to_no_player():
    variant = build("gan_int_cls")
    encoder = {name for name, _ in variant.named_buffers() if name.startswith("caption_")}
    assert encoder == {f"caption_{own}" for own in ("words", "filters", "offsets", "projection")}
    assert encoder <= variant.state_dict().keys()
    assert not any(name.startswith("caption_") for name, _ in variant.named_parameters())
    assert not variant.embed(variant.random_condition(2)).requires_grad
    assert variant.caption_words.shape[0] == len(VOCABULARY)


def test_padding_does_not_change_the_embedding():
    variant = build("gan_int_cls")
    short, long = torch.tensor([[1, 5]]), torch.tensor([[1, 5, 0, 0]])
    torch.testing.assert_close(variant.embed(short), variant.embed(long))
    variant.caption_words[0] += 100
    torch.testing.assert_close(variant.embed(short), variant.embed(long))


def test_the_embedding_depends_on_the_order_of_words():
    variant = build("gan_int_cls")
    one, other = variant.embed(torch.tensor([[2, 5, 6, 7], [6, 7, 2, 5]]))
    assert not torch.allclose(one, other)


def test_embedded_captions_have_a_mean_square_of_one():
    variant = build("gan_int_cls")
    result = variant.embed(next(pairs())[1])
    torch.testing.assert_close(result.square().mean(dim=1), torch.ones(len(result)))
