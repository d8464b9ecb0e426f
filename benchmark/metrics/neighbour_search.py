"""Nearest neighbours and members of balls, exact although tiles of distances are rounded.

Pairs that the bound of the rounding leaves open are settled by their difference in float64.
"""

from typing import Any

import numpy as np
import torch

from benchmark.metrics.distance_tiles import DistinctSamples, select_pairs, squared_distances

PENDING = 2_000_000  # candidates that are kept before the farther ones are removed
SPARSE = 1 / 64  # share of a tile below which pairs are listed rather than masked
DOUBT = 0.02  # of a squared radius: if single precision errs by more, double is used


class NearestCandidates:
    """The nearest samples seen so far of each sample, with all that rounding leaves possible.

    Args:
        samples: the samples whose neighbours are sought.
        k: number of neighbours of each.
        error: bound of the rounding of measured distances, ``(n,)``.
        dtype: of measured distances.
    """

    def __init__(
        self, samples: DistinctSamples, k: int, error: np.ndarray, dtype: torch.dtype
    ) -> None:
        self.samples, self.k, self.error, self.dtype = samples, k, error, dtype
        self.bound = np.full(len(samples), np.inf)  # measured distance beyond which none lies
        self.limit = samples.to_device(self.bound, dtype)
        self.pairs: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.pending, self.max_pending = 0, PENDING

    def narrow(self, part: slice, squared: np.ndarray) -> None:
        """Record that k others of these samples lie within these measured distances."""
        self.bound[part] = squared + 2 * self.error[part]
        self.limit[part] = self.samples.to_device(self.bound[part], self.dtype)

    def add(self, samples: np.ndarray, others: np.ndarray, squared: np.ndarray) -> None:
        """Record measured distances from ``samples`` to ``others``, all ``(p,)``."""
        is_near = squared <= self.bound[samples] + self.error[samples]
        self.pairs.append((samples[is_near], others[is_near], squared[is_near]))
        self.pending += len(self.pairs[-1][0])
        if self.pending > self.max_pending:
            self.prune()

    def prune(self) -> tuple[np.ndarray, np.ndarray]:
        """Remove candidates that are too far; return the pairs that are left, by sample."""
        samples, others, squared = (np.concatenate(part) for part in zip(*self.pairs, strict=True))
        order = np.lexsort((squared, samples))
        samples, others, squared = samples[order], others[order], squared[order]
        bounds = np.searchsorted(samples, np.arange(len(self.bound) + 1))
        last = bounds[:-1] + self.k - 1
        is_full = last < bounds[1:]
        limit = squared[last[is_full]].astype(np.float64) + 2 * self.error[is_full]
        self.bound[is_full] = np.minimum(self.bound[is_full], limit)
        self.limit = self.samples.to_device(self.bound, self.dtype)
        is_near = squared <= self.bound[samples] + self.error[samples]
        self.pairs = [(samples[is_near], others[is_near], squared[is_near])]
        self.pending = int(is_near.sum())
        self.max_pending = max(PENDING, 2 * self.pending)  # ties can be many
        return self.pairs[0][:2]


class BallCounter:
    """Counts which queries lie in the balls around the centres.

    Args:
        squared_radii: of the ball around each sample of the set, repetitions included.
        closed: whether the border belongs to the ball.
        centres: the samples at the centres of the balls.
        queries: the samples that may lie in the balls.
        axis: axis of a tile for the centres, 0 or 1.
        error: bound of the rounding of distances measured from each centre, ``(centres,)``.
        dtype: of measured distances.
    """

    def __init__(
        self,
        squared_radii: np.ndarray,
        centres: DistinctSamples,
        queries: DistinctSamples,
        *,
        closed: bool,
        axis: int,
        error: np.ndarray,
        dtype: torch.dtype,
    ) -> None:
        self.centres, self.queries, self.axis = centres, queries, axis
        self.squared_radii, self.error, self.closed = squared_radii[centres.first], error, closed
        self.low = centres.to_device(self.squared_radii - error, dtype)
        self.high = centres.to_device(self.squared_radii + error, dtype)
        self.ball_counts = np.zeros(len(queries))  # in how many balls each query lies
        self.sample_counts = np.zeros(len(centres))  # how many queries each ball contains

    def add(self, tile: Any, centres: slice, queries: slice) -> None:
        """Count the pairs of a tile."""
        high, low = self.high[centres], self.low[centres]
        high, low = (high, low) if self.axis else (high[:, None], low[:, None])
        is_possible = tile <= high
        is_sparse = _count_true(is_possible) < SPARSE * len(tile) * tile.shape[1]
        is_inside = is_possible if is_sparse else tile <= low
        # where rounding leaves nearly no pair open, only the open pairs are listed
        centre, query, squared = select_pairs(
            is_possible if is_sparse else is_inside ^ is_possible, tile
        )
        if self.axis:
            centre, query = query, centre
        is_sure = squared <= (self.squared_radii - self.error)[centres][centre]
        is_member = is_sure.copy()
        is_member[~is_sure] = self._is_inside(
            centre[~is_sure] + centres.start, query[~is_sure] + queries.start
        )
        centre, query = centre[is_member], query[is_member]
        centre_counts, query_counts = self.centres.counts[centres], self.queries.counts[queries]
        ball_counts = np.bincount(query, centre_counts[centre], len(query_counts)).astype(
            np.float64
        )
        sample_counts = np.bincount(centre, query_counts[query], len(centre_counts)).astype(
            np.float64
        )
        if not is_sparse:
            ball_counts += self._sum_rows(is_inside if self.axis else is_inside.T, centre_counts)
            sample_counts += self._sum_rows(is_inside.T if self.axis else is_inside, query_counts)
        self.ball_counts[queries] += ball_counts
        self.sample_counts[centres] += sample_counts

    def _is_inside(self, centre: np.ndarray, query: np.ndarray) -> np.ndarray:
        """Check whether each query is in the ball of its centre, from their difference."""
        exact = squared_distances(self.centres, self.queries, centre, query)
        limit = self.squared_radii[centre]
        return exact <= limit if self.closed else exact < limit

    def _sum_rows(self, is_inside: Any, counts: np.ndarray) -> np.ndarray:
        """Sum the counts of the true entries of each row."""
        # exact up to 16 million; the threads of torch would compete with those of NumPy
        if isinstance(is_inside, np.ndarray):
            return is_inside.astype(np.float32) @ counts.astype(np.float32)
        weights = torch.as_tensor(counts, dtype=torch.float32, device=self.centres.device)
        return self.centres.to_array(is_inside.float() @ weights)


def is_rounding_small(squared: np.ndarray, error: np.ndarray) -> bool:
    """Check whether 99 % of squared radii are well above the bound of the rounding."""
    return bool(np.mean(2 * error <= DOUBT * squared) > 0.99)


def _count_true(mask: Any) -> int:
    """Count the true entries of a mask."""
    return int(np.count_nonzero(mask) if isinstance(mask, np.ndarray) else mask.count_nonzero())
