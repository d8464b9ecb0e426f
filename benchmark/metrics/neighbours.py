"""Neighbourhoods of samples: distances to the nearest samples, and membership in balls.

Each pair of samples is compared once, in tiles of squared distances. A tile is a matrix product, in
single precision if that separates near from far. Its rounding has a bound (Higham 2002, section
3.1); pairs that the bound leaves open are settled by the difference of the two samples in double
precision. So no value depends on tiles, precision or device, and copies are at distance 0. Repeated
samples are compared once and counted as often as they occur.
"""

from dataclasses import dataclass

import numpy as np
import torch

from benchmark.metrics.arrays import Features, check_feature_pair, check_features
from benchmark.metrics.distance_tiles import (
    DistanceFactor,
    DistinctSamples,
    select_pairs,
    squared_distances,
)
from benchmark.metrics.neighbour_search import BallCounter, NearestCandidates, is_rounding_small


@dataclass(frozen=True)
class Balls:
    """Balls around the samples of a set.

    Attributes:
        squared_radii: ``(n,)``, often squared distances to the k-th nearest neighbours.
        closed: whether the border belongs to the ball.
    """

    squared_radii: np.ndarray
    closed: bool


@dataclass(frozen=True)
class NeighbourhoodComparison:
    """Which samples of one set lie in balls around the other set, and which are nearest.

    Attributes:
        ball_counts: for each kind of balls, in how many of them each sample of the other set lies.
        sample_counts: for each kind of balls, how many samples of the other set each ball contains.
        nearest_real: index of the real sample nearest to each generated one, ``(m,)``.
        squared_distances: squared distance to it, ``(m,)``.
    """

    ball_counts: list[np.ndarray]
    sample_counts: list[np.ndarray]
    nearest_real: np.ndarray
    squared_distances: np.ndarray


def squared_neighbour_distances(features: Features, *, k: int) -> np.ndarray:
    """Compute squared distances from each sample to its k nearest neighbours in the set.

    Args:
        features: ``(n, d)``, n above k.
        k: number of neighbours.

    Returns:
        ``(n, k)``, float64, rising, in squared units of the features.

    Raises:
        ValueError: there are not more than k samples, or a number is not finite.
    """
    features = check_features(features)
    if len(features) <= k:
        raise ValueError(
            f"expected at least {k + 1} samples for k = {k} neighbours, got {len(features)};"
            " lower k"
        )
    samples = DistinctSamples(features)
    centre = samples.mean()
    for dtype in samples.precisions:
        factor = DistanceFactor(samples, centre, dtype)
        candidates = NearestCandidates(samples, k, factor.rounding_bound(factor.norms), dtype)
        parts = factor.parts()
        for part in parts:
            tile = factor.tile(part, factor, part)
            tile[range(len(tile)), range(len(tile))] = torch.inf
            if len(tile) > k:  # neighbours in the tile bound the distance of the nearest of all
                candidates.narrow(
                    part, np.partition(samples.to_array(tile), k - 1, axis=1)[:, k - 1]
                )
            i, j, squared = select_pairs(tile <= candidates.limit[part, None], tile)
            candidates.add(i + part.start, j + part.start, squared)
        if is_rounding_small(candidates.bound, candidates.error):
            break
    for index, part in enumerate(parts):
        for other in parts[index + 1 :]:
            tile = factor.tile(part, factor, other)
            is_near = (tile <= candidates.limit[part, None]) | (tile <= candidates.limit[other])
            i, j, squared = select_pairs(is_near, tile)
            i, j = i + part.start, j + other.start
            candidates.add(i, j, squared)
            candidates.add(j, i, squared)
    i, j = candidates.prune()
    squared = squared_distances(samples, samples, i, j)
    # copies of a sample are neighbours of it too, at distance 0
    indices = np.arange(len(samples))
    i, squared = np.concatenate([indices, i]), np.concatenate([np.zeros(len(samples)), squared])
    repeats = np.minimum(np.concatenate([samples.counts - 1, samples.counts[j]]), k)
    i, squared = np.repeat(i, repeats), np.repeat(squared, repeats)
    order = np.lexsort((squared, i))
    i, squared = i[order], squared[order]
    starts = np.searchsorted(i, indices)
    return squared[starts[:, None] + np.arange(k)][samples.inverse]


def compare_neighbourhoods(
    real: Features,
    generated: Features,
    *,
    real_balls: tuple[Balls, ...] = (),
    generated_balls: tuple[Balls, ...] = (),
) -> NeighbourhoodComparison:
    """Compare every generated sample with every real one.

    Args:
        real: ``(n, d)``.
        generated: ``(m, d)``.
        real_balls: kinds of balls around real samples, for generated ones to lie in.
        generated_balls: kinds of balls around generated samples, for real ones to lie in.

    Returns:
        Counts for ``real_balls``, then for ``generated_balls``, and the nearest real samples.
        Comparisons of one real set with parts of a generated set add up: ``sample_counts`` of
        ``real_balls`` is summed, their ``ball_counts`` and the nearest are concatenated.

    Raises:
        ValueError: the numbers of features differ, or a number is not finite.
    """
    real_samples, generated_samples = (
        DistinctSamples(features) for features in check_feature_pair(real, generated)
    )
    centre = real_samples.mean()
    for dtype in real_samples.precisions:
        first = DistanceFactor(real_samples, centre, dtype)
        second = DistanceFactor(generated_samples, centre, dtype)
        real_error = first.rounding_bound(second.norms)
        generated_error = second.rounding_bound(first.norms)
        real_counters = [
            BallCounter(
                balls.squared_radii,
                real_samples,
                generated_samples,
                closed=balls.closed,
                axis=0,
                error=real_error,
                dtype=dtype,
            )
            for balls in real_balls
        ]
        generated_counters = [
            BallCounter(
                balls.squared_radii,
                generated_samples,
                real_samples,
                closed=balls.closed,
                axis=1,
                error=generated_error,
                dtype=dtype,
            )
            for balls in generated_balls
        ]
        counters = real_counters + generated_counters
        if all(is_rounding_small(counter.squared_radii, counter.error) for counter in counters):
            break
    candidates = NearestCandidates(generated_samples, 1, generated_error, dtype)
    for part in first.parts():
        for other in second.parts():
            tile = first.tile(part, second, other)
            if part.start == 0:  # these real samples bound the distance of the nearest of all
                candidates.narrow(other, real_samples.to_array(tile).min(axis=0))
            i, j, squared = select_pairs(tile <= candidates.limit[other], tile)
            candidates.add(j + other.start, i + part.start, squared)
            for counter in real_counters:
                counter.add(tile, part, other)
            for counter in generated_counters:
                counter.add(tile, other, part)

    j, i = candidates.prune()
    squared = squared_distances(real_samples, generated_samples, i, j)
    order = np.lexsort((i, squared, j))
    order = order[np.searchsorted(j[order], np.arange(len(generated_samples)))]
    return NeighbourhoodComparison(
        ball_counts=[counter.ball_counts[counter.queries.inverse] for counter in counters],
        sample_counts=[counter.sample_counts[counter.centres.inverse] for counter in counters],
        nearest_real=real_samples.first[i[order]][generated_samples.inverse],
        squared_distances=squared[order][generated_samples.inverse],
    )


def share_in_balls(ball_counts: np.ndarray) -> float:
    """Compute the share of samples in at least one ball, 0 to 1, from ball counts ``(n,)``."""
    return float((ball_counts > 0).mean())
