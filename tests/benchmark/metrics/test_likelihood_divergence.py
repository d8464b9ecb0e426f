"""Feature likelihood divergence: closed forms, memorised samples, and each kind of bad sample."""

import math
import sys

import numpy as np
import pytest
import torch
from scipy.special import logsumexp
from scipy.stats import norm

from benchmark.metrics.likelihood_divergence import baseline_likelihood, likelihood_divergence

D = 16


def draw(n, d=D, *, seed):
    return np.random.default_rng(seed).normal(size=(n, d))


@pytest.fixture(scope="module")
def sets():
    """Training and test samples, and the likelihood under real ones."""
    train, test = draw(400, seed=0), draw(300, seed=1)
    return train, test, baseline_likelihood(train, test, centres=200)


def score(sets, generated):
    train, test, baseline = sets
    return likelihood_divergence(train, test, generated, baseline=baseline)


def test_samples_of_the_distribution_score_about_zero(sets):
    values = [score(sets, draw(200, seed=seed)) for seed in range(2, 7)]
    assert max(map(abs, values)) < 3


def test_the_halves_of_the_training_set_score_zero(sets):
    """Scored by the code for generated samples, the centres of the baseline differ by nothing."""
    train, test, baseline = sets
    order = np.random.default_rng(0).permutation(len(train))
    fitted, centres = train[order[200:]], train[order[:200]]
    assert likelihood_divergence(fitted, test, centres, baseline=baseline) == pytest.approx(0)


def test_memorised_samples_raise_the_divergence_by_their_share(sets):
    train = sets[0]
    values = [
        score(sets, np.concatenate([train[:copies], draw(200 - copies, seed=2)]))
        for copies in (0, 50, 100, 150, 200)
    ]
    assert (np.diff(values) > 1).all() and values[-1] > 1e6
    blurred = train[:200] + 1e-3 * draw(200, seed=3)
    assert score(sets, blurred) > 1000


def test_copies_of_test_samples_do_not_pass_for_a_better_model(sets):
    """Without their copies, test samples are as likely as under other samples, or a few less."""
    _, test, _ = sets
    other, copies = score(sets, draw(200, seed=2)), score(sets, test[:200])
    rounded = score(sets, test[:200].astype(np.float32))
    assert copies == pytest.approx(other, abs=2)
    assert rounded == pytest.approx(copies, abs=1e-3)
    assert score(sets, test[:200] + 0.05) < copies - 5  # near, but no copies


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x + 0.5,
        lambda x: 2 * x,
        lambda x: np.tile(x[:5], (40, 1)),
        lambda x: np.concatenate([x[:100], x[100:] + 20]),
        lambda x: np.where(np.arange(D) < 4, abs(x), x),
    ],
    ids=[
        "shifted",
        "too wide",
        "five samples",
        "half of them bad",
        "a sixteenth of the data alone",
    ],
)
def test_worse_samples_score_higher(sets, change):
    samples = draw(200, seed=2)
    assert score(sets, change(samples)) > score(sets, samples) + 0.5


def test_likelihood_is_that_of_the_fitted_gaussians(monkeypatch):
    """With a variance of 0.3, the mixture is summed by scipy."""
    module = sys.modules[likelihood_divergence.__module__]
    variance = 0.3
    monkeypatch.setattr(
        module,
        "_fit_log_variances",
        lambda train, centres: torch.full((len(centres),), math.log(variance), dtype=torch.float64),
    )
    test, centres = draw(30, 3, seed=1), draw(20, 3, seed=2)
    mean, deviation = test.mean(axis=0), test.std(axis=0, ddof=1)
    scaled, means = (test - mean) / deviation, (centres - mean) / deviation
    terms = norm.logpdf(scaled[:, None], means, math.sqrt(variance)).sum(axis=2)
    expected = -(logsumexp(terms, axis=1) - math.log(20)).mean() / 3
    value = likelihood_divergence(draw(9, 3, seed=0), test, centres, baseline=0)
    assert value == pytest.approx(100 * expected, rel=1e-12)


def test_the_fitted_variance_of_one_gaussian_is_that_of_maximum_likelihood():
    """Samples on a sphere around the centre, nearer than the background explains them."""
    module = sys.modules[likelihood_divergence.__module__]
    directions = draw(300, 8, seed=0)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    far = draw(300, 8, seed=1) * 50
    train = torch.from_numpy(np.concatenate([0.7 * directions, far]))
    (fitted,) = module._fit_log_variances(train, torch.zeros((1, 8), dtype=torch.float64))
    assert math.exp(fitted) == pytest.approx(0.7**2 / 8, rel=0.02)


def test_gradient_is_that_of_the_likelihood():
    module = sys.modules[likelihood_divergence.__module__]
    squared = torch.from_numpy(draw(40, 6, seed=0) ** 2 * 5)
    log_variances = torch.from_numpy(draw(1, 6, seed=1)[0]).requires_grad_()
    log_weights = torch.full((6,), -math.log(5), dtype=torch.float64)
    d = 4
    terms = log_weights - 0.5 * d * log_variances - 0.5 * squared / log_variances.exp()
    (-terms.logsumexp(dim=1).mean() / d).backward()
    gradient = module._gradient(squared.float(), log_variances.detach(), log_weights, d=d)
    assert gradient.tolist() == pytest.approx(log_variances.grad.tolist(), abs=1e-6)


def test_units_and_constant_features_do_not_count(sets):
    train, test, _ = sets
    generated = draw(100, seed=2)
    expected = likelihood_divergence(train, test, generated)
    scale = np.logspace(-3, 3, D)
    moved = [
        np.pad(scale * x + 7, ((0, 0), (0, 1)), constant_values=3.0)
        for x in (train, test, generated)
    ]
    assert likelihood_divergence(*moved) == pytest.approx(expected, abs=1e-3)


def test_is_reproducible_and_ignores_the_order(sets):
    samples = draw(100, seed=2)
    assert score(sets, samples) == score(sets, samples)
    shuffled = np.random.default_rng(0).permutation(samples)
    assert score(sets, shuffled) == pytest.approx(score(sets, samples), abs=1e-3)
    train, test, baseline = sets
    assert baseline_likelihood(train, test, centres=200, seed=1) != baseline
    assert score(sets, torch.from_numpy(samples)) == score(sets, samples)


def test_bad_input_is_an_error(sets):
    train, test, _ = sets
    bad = draw(20, seed=0)
    bad[3, 2] = math.nan
    message = "{}: expected finite numbers, got NaN or infinity"
    for name, arrays in (
        ("train", (bad, test, test)),
        ("test", (train, bad, train)),
        ("generated", (train, test, bad)),
    ):
        with pytest.raises(ValueError, match=message.format(name)):
            likelihood_divergence(*arrays, baseline=0)
    with pytest.raises(ValueError, match="expected equally many features, got 3 of"):
        likelihood_divergence(train, test, draw(5, 3, seed=0))
    with pytest.raises(ValueError, match="train: expected at least 4 samples, got 3"):
        likelihood_divergence(train[:3], test, train)
    with pytest.raises(ValueError, match="test: expected at least 2 samples, got 1"):
        likelihood_divergence(train, test[:1], train)
    with pytest.raises(ValueError, match="test: expected features that vary, got constant ones"):
        likelihood_divergence(train, np.ones((5, D)), train)
