"""Feature likelihood divergence, which also detects memorised training samples."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmark.metrics.arrays import Features, check_feature_pair, check_features, to_float64

STEPS, LEARNING_RATE = 50, 0.5  # of Adam, as in the code of the authors
BETAS, EPSILON = (0.9, 0.999), 1e-8  # of Adam
SMALLEST = 1e-3  # added to squared distances, for the variances at the start
BOUNDS = (-40.0, 20.0)  # of log variances
SHRINKAGE = 0.9  # of the deviations from the mean of the training samples, under the background
COPY = (
    1e-8  # squared distance a feature, in variances of the test set, up to which samples are equal
)
CHUNK = 512  # samples whose distances to all centres are held in double precision


def likelihood_divergence(
    train: Features,
    test: Features,
    generated: Features,
    *,
    baseline: float | None = None,
    seed: int = 0,
) -> float:
    """Compute how much less likely test samples are than under training samples.

    Each generated sample is the centre of a Gaussian. The variances make the training samples as
    likely as possible: a copy of a training sample gets a narrow Gaussian, which makes no test
    sample likely. So memorised, bad and missing samples all raise the divergence. Features are
    standardised by the test set; features that are constant there do not count. A generated
    sample that equals a test sample does not count for its likelihood.

    Memory is 4 n m bytes for n training samples and m generated ones.

    Args:
        train: features of the training samples, ``(n, d)``, n at least 4.
        test: features of test samples, ``(t, d)``, t at least 2.
        generated: features of generated samples, ``(m, d)``.
        baseline: of `baseline_likelihood`; None to compute it.
        seed: of the halves of the training set for the baseline.

    Returns:
        100 times the difference of the negative log-likelihoods of a test sample, in nats a
        feature: about 0 for samples of the distribution, more for worse ones, without limit.

    Raises:
        ValueError: there are too few samples, the numbers of features differ, a number is not
            finite, or all features are constant in the test set.

    Source:
        Jiralerspong et al. 2023, arXiv:2302.04440, and their code.
    """
    if baseline is None:
        baseline = baseline_likelihood(train, test, centres=len(generated), seed=seed)
    return 100 * (_negative_likelihood(train, test, generated) - baseline)


def baseline_likelihood(train: Features, test: Features, *, centres: int, seed: int = 0) -> float:
    """Compute the negative log-likelihood of test samples under real ones.

    The centres are random training samples, at most half of them; the others fit the variances.

    Args:
        train: features of the training samples, ``(n, d)``, n at least 4.
        test: features of test samples, ``(t, d)``, t at least 2.
        centres: largest number of centres.
        seed: of the choice of centres.

    Returns:
        The mean over test samples, in nats a feature.

    Raises:
        ValueError: as `likelihood_divergence`.

    Source:
        Jiralerspong et al. 2023, arXiv:2302.04440: the constant C, as in their code.
    """
    train = check_features(train, "train", min_samples=4)
    order = np.random.default_rng(seed).permutation(len(train))
    chosen, others = np.split(order, [min(centres, len(train) // 2)])
    return _negative_likelihood(train[others], test, train[chosen])


def _negative_likelihood(train: Features, test: Features, centres: Features) -> float:
    """Fit the Gaussians around the centres; return the negative log-likelihood of test samples."""
    train, test, centres = _standardise(train, test, centres)
    log_variances = _fit_log_variances(train, centres)
    d, total = train.shape[1], 0.0
    for squared in _squared_distances(test, centres):
        terms = -0.5 * squared * (-log_variances).exp()
        terms -= 0.5 * d * (log_variances + math.log(2 * math.pi))
        is_copy = squared <= COPY * d
        is_copy &= ~is_copy.all(dim=1, keepdim=True)  # without other centres there is no density
        terms = terms.masked_fill(is_copy, -math.inf)
        counted = (~is_copy).sum(dim=1).double()
        total -= float((terms.logsumexp(dim=1) - counted.log()).sum())
    return total / len(test) / d


def _standardise(train: Features, test: Features, centres: Features) -> tuple[Tensor, ...]:
    """Check features, and scale them by mean and standard deviation of the test set, float64."""
    test = check_features(test, "test", min_samples=2)
    train, _ = check_feature_pair(train, test)
    centres, _ = check_feature_pair(centres, test)
    train, test, centres = (
        torch.as_tensor(to_float64(features)) for features in (train, test, centres)
    )
    for name, features in (("train", train), ("test", test), ("generated", centres)):
        if not features.isfinite().all():
            raise ValueError(f"{name}: expected finite numbers, got NaN or infinity")
    deviation = test.std(dim=0)
    varies = deviation > 8 * torch.finfo(torch.float64).eps * test.abs().amax(dim=0)
    if not varies.any():
        raise ValueError("test: expected features that vary, got constant ones; add samples")
    mean, deviation = test.mean(dim=0)[varies], deviation[varies]
    train, test, centres = ((x[:, varies] - mean) / deviation for x in (train, test, centres))
    return train, test, centres


def _squared_distances(samples: Tensor, centres: Tensor) -> Iterator[Tensor]:
    """Compute squared distances of samples ``(n, d)`` to all centres, in parts ``(b, m)``."""
    squares = centres.square().sum(dim=1)
    for part in samples.split(CHUNK):
        squared = part.square().sum(dim=1, keepdim=True) + squares - 2 * part @ centres.T
        yield squared.clamp_(min=0)


def _fit_log_variances(train: Tensor, centres: Tensor) -> Tensor:
    """Fit the log variance of each Gaussian to training samples by Adam, float64 ``(m,)``.

    A wide background Gaussian, whose variance is fitted too, stops samples far from all centres
    from widening the Gaussians.
    """
    n, d = train.shape
    m = len(centres)
    # one more column for the background
    squared = torch.empty((n, m + 1), dtype=torch.float32, device=train.device)
    for rows, part in zip(squared.split(CHUNK), _squared_distances(train, centres), strict=True):
        rows[:, :m] = part
    squared[:, m] = (SHRINKAGE * (train - train.mean(dim=0))).square().sum(dim=1)
    parameters = ((squared[:, :m].amin(dim=0).double() + SMALLEST) / d).log()
    parameters = torch.cat([parameters, parameters.new_zeros(1)])
    log_weights = torch.full_like(parameters, -math.log(m))
    log_weights[m] = 0  # the background has weight 1
    first, second = torch.zeros_like(parameters), torch.zeros_like(parameters)
    for step in range(1, STEPS + 1):
        gradient = _gradient(squared, parameters, log_weights, d=d)
        first += (1 - BETAS[0]) * (gradient - first)
        second += (1 - BETAS[1]) * (gradient.square() - second)
        size = (second / (1 - BETAS[1] ** step)).sqrt() + EPSILON
        parameters -= LEARNING_RATE * first / (1 - BETAS[0] ** step) / size
        parameters[:m].clamp_(*BOUNDS)
    return parameters[:m]


def _gradient(squared: Tensor, log_variances: Tensor, log_weights: Tensor, *, d: int) -> Any:
    """Compute the gradient of the negative log-likelihood, in nats a feature, ``(m + 1,)``."""
    precisions = (-log_variances).exp().float()
    offsets = (log_weights - 0.5 * d * log_variances).float()
    responsibilities = torch.zeros_like(log_variances)
    weighted = torch.zeros_like(log_variances)
    for part in squared.split(CHUNK):
        half = part * (0.5 * precisions)
        shares = (offsets - half).softmax(dim=1)
        responsibilities += shares.sum(dim=0)
        weighted += half.mul_(shares).sum(dim=0)
    return (0.5 * d * responsibilities - weighted) / (len(squared) * d)
