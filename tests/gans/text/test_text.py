"""Text: likelihoods, draws, roll-outs and losses, checked on all sentences of a small language."""

import itertools

import pytest
import torch

from gans.common.discrepancy import squared_mmd
from gans.common.networks.recurrent import Recurrent
from gans.text.mle import MLE
from gans.text.scheduled_sampling import ScheduledSampling
from gans.text.seqgan import SeqGAN
from gans.text.textgan import TextGAN
from tests.performance.rollout_speed import naive

VOCABULARY, LENGTH = 2, 3
SMALL = {"vocabulary": VOCABULARY, "width": 4, "hidden": 5}


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def all_sentences():
    """List all sentences, ``(8, 3)``."""
    return torch.tensor(list(itertools.product(range(VOCABULARY), repeat=LENGTH)))


def seqgan(**more):
    variant = SeqGAN((LENGTH,), **SMALL, filters=4, **more)
    for (
        weight
    ) in variant.generator.parameters():  # far from uniform, so that values of tokens differ
        weight.data *= 3
    return variant


def exact_values(probability, reward, tokens):
    """Return Q of each token: the mean reward of all sentences with the same prefix."""
    result = []
    for known in range(1, LENGTH + 1):
        alike = (tokens[:, None, :known] == tokens[None, :, :known]).all(dim=2)
        result.append((alike * probability * reward).sum(1) / (alike * probability).sum(1))
    return torch.stack(result, dim=1)


def test_probabilities_of_all_sentences_sum_to_one():
    variant = seqgan()
    assert torch.exp(-variant.nll(all_sentences()).sum(dim=1)).sum().item() == pytest.approx(
        1, abs=1e-5
    )


def test_draws_have_the_frequencies_of_the_likelihood():
    generator = seqgan().generator
    tokens = all_sentences()
    expected = torch.exp(-generator.nll(tokens).sum(dim=1))
    drawn = generator.draw(20_000, LENGTH) @ torch.tensor([4, 2, 1])
    shares = torch.bincount(drawn, minlength=8) / len(drawn)
    error = (expected * (1 - expected) / len(drawn)).sqrt()
    assert ((shares - expected).abs() < 5 * error + 1e-6).all()


def test_the_policy_gradient_is_that_of_the_expected_reward():
    """Expectation over all minibatches of two sentences, so that the baseline matters."""
    variant, tokens = seqgan(), all_sentences()
    reward = torch.rand(8)
    weights = list(variant.generator.parameters())
    probability = torch.exp(-variant.nll(tokens).sum(dim=1))
    exact = torch.autograd.grad((probability * reward).sum(), weights)
    known = probability.detach()
    worth = exact_values(known, reward, tokens)
    loss = sum(
        known[one] * known[other] * variant.policy_loss(tokens[[one, other]], worth[[one, other]])
        for one, other in itertools.product(range(8), repeat=2)
    )
    result = torch.autograd.grad(loss, weights)
    for own, right in zip(result, exact, strict=True):
        torch.testing.assert_close(-own, right, rtol=1e-3, atol=1e-5)
    assert max(right.abs().max() for right in exact) > 1e-2


def test_the_value_of_a_token_is_the_mean_reward_of_its_completions():
    variant, tokens = seqgan(rollouts=5_000), all_sentences()
    probability = torch.exp(-variant.nll(tokens).sum(dim=1)).detach()
    reward = torch.sigmoid(variant.discriminator(tokens)).detach()
    right = exact_values(probability, reward, tokens)
    result = variant.action_values(tokens)
    torch.testing.assert_close(result[:, -1], reward)
    assert (result - right).abs().max() < 5 * reward.std() / 5_000**0.5


def test_parallel_rollouts_equal_sequential_ones():
    """The generator is nearly deterministic, so all draws agree: integer tokens, equal exactly."""
    generator = Recurrent(7, 4, 6)
    generator.output.weight.data *= 1e8
    tokens = torch.randint(7, (5, 6))
    batched = generator.rollouts(tokens, 2)
    assert batched.shape == (5, 2, 5, 6)
    assert torch.equal(batched, naive(generator, tokens, 2))
    for known in range(1, 6):
        kept = tokens[:, :known].expand(2, 5, known)
        assert torch.equal(batched[known - 1, :, :, :known], kept)
    assert not torch.equal(batched[0, 0], tokens), "and what is drawn is not what was given"


def test_completions_of_one_prefix_differ():
    generator = Recurrent(50, 4, 6)
    whole = generator.rollouts(torch.randint(50, (3, 8)), 4)
    assert not torch.equal(whole[0, 0], whole[0, 1])


def test_the_sharpest_relaxed_tokens_are_a_draw():
    generator = Recurrent(6, 4, 5)
    result = []
    for sharpness in (1.0, 1e5):
        torch.manual_seed(3)
        result.append(generator.draw_relaxed(20, 4, sharpness))
    torch.manual_seed(3)
    drawn = generator.draw(20, 4)
    assert torch.equal(result[1].argmax(dim=2), drawn)
    assert result[1].amax(dim=2).min() > 0.999 > 0.9 > result[0].amax(dim=2).mean()
    for shares in result:
        torch.testing.assert_close(shares.sum(dim=2), torch.ones(20, 4))


def test_textgan_raises_the_sharpness_from_one():
    variant = TextGAN((4,), **SMALL, pretraining=0.5, sharpness=100.0)
    asked = []
    variant.generator.draw_relaxed = lambda n, length, sharpness: asked.append(sharpness)
    for progress in (0.5, 0.75, 1.0):
        variant.progress = progress
        variant.sample_relaxed(2)
    assert asked == pytest.approx([1, 10, 100])


def test_mmd_in_closed_form():
    one, other = torch.tensor([[0.0, 0.0]]), torch.tensor([[3.0, 1.0]])
    apart = torch.tensor(10.0 / 2)  # the mean over both features
    right = torch.stack([2 - 2 * torch.exp(-apart / (2 * own**2)) for own in (1.0, 2.0)]).mean()
    assert squared_mmd(one, other, (1.0, 2.0)).item() == pytest.approx(right.item())
    both = torch.randn(5, 3)
    assert squared_mmd(both, both.flip(0), (1.0,)).item() == pytest.approx(0, abs=1e-6)


def test_scheduled_sampling_with_probability_one_is_mle():
    torch.manual_seed(1)
    one = MLE((4,), **SMALL)
    torch.manual_seed(1)
    other = ScheduledSampling((4,), **SMALL, min_true_probability=1.0)
    real = torch.randint(VOCABULARY, (9, 4))
    result = []
    for variant in (one, other):
        ((player, losses),) = variant.step(itertools.repeat(real))
        loss = sum(losses.values())
        result.append([loss, *torch.autograd.grad(loss, list(player.parameters()))])
    for own, right in zip(*result, strict=True):
        torch.testing.assert_close(own, right)


def test_scheduled_sampling_with_probability_zero_reads_a_draw():
    variant = ScheduledSampling((8,), **SMALL, min_true_probability=0.0)
    real = torch.randint(VOCABULARY, (4, 8))
    torch.manual_seed(2)
    read = variant.mix_tokens(real, 0.0)
    torch.manual_seed(2)
    torch.rand(real.shape)  # the draws of mix_tokens
    assert torch.equal(read, variant.generator.draw(4, 8))
    variant.progress = 0.5
    assert variant.true_token_probability() == pytest.approx(0.5)


def test_the_probability_of_true_tokens_falls():
    variant = ScheduledSampling((4,), **SMALL, min_true_probability=0.2)
    shares = []
    for progress in (0.0, 0.5, 1.0):
        variant.progress = progress
        shares.append(variant.true_token_probability())
    assert shares == pytest.approx([1.0, 0.6, 0.2])


@pytest.mark.parametrize("kind", [SeqGAN, TextGAN])
def test_adversarial_training_begins_after_the_likelihood(kind):
    variant = kind(
        (4,), **SMALL, filters=4, windows=(1, 2), pretraining=0.5, adversarial_lr_scale=0.1
    )
    real = itertools.repeat(torch.randint(VOCABULARY, (6, 4)))
    turns = {}
    for progress in (0.2, 0.45, 0.9):
        variant.progress = progress
        turns[progress] = [
            (player is variant.generator, *losses) for player, losses in variant.step(real)
        ]
        assert variant.lr_scale() == (1.0 if progress < 0.5 else 0.1)
    learnt = (True, "likelihood")
    assert turns[0.2] == [learnt] and turns[0.45][-1] == learnt and learnt not in turns[0.9]
    # SeqGAN pretrains its discriminator
    assert [own for own, *_ in turns[0.45]] == ([False, True] if kind is SeqGAN else [True])
    assert turns[0.9][-1][0]


def test_pretraining_for_the_whole_budget_is_an_error():
    with pytest.raises(ValueError, match=r"got 1\.0"):
        SeqGAN((4,), **SMALL, pretraining=1.0)
