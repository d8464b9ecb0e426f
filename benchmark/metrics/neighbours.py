"""Distances between samples, for all that is said of neighbourhoods: each pair once, in tiles.

A tile of squared distances is a matrix product, in single precision where that tells near from
far. Its rounding has a bound (Higham 2002, section 3.1), and what the bound leaves open (who is
nearest, who is inside) is settled by the difference of the two samples in double precision. So no
value depends on tiles, precision or device, and a sample is at distance 0 from its copies. Samples
that stand in a set several times are compared once and counted as often.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmark.metrics.arrays import pair, rows

TILE = 1024  # samples on each side of a tile
DEPTH = 128  # features that are summed up before their sum is added to the others
PENDING = 2_000_000  # neighbours that are noted before the farther ones are struck off
GATHERED = 1 << 20  # numbers of either set that are held at a time for differences
SPARSE = 1 / 64  # of a tile: so few pairs are better listed than masked
DOUBT = 0.02  # of a squared radius: where single precision errs by more, double is taken


@dataclass(frozen=True)
class Balls:
    """A ball around each sample of a set, that reaches to its k-th nearest neighbour.

    Attributes:
        squared: squared radii, ``(n,)``.
        closed: whether the border belongs to the ball.
    """

    squared: np.ndarray
    closed: bool


@dataclass(frozen=True)
class Meeting:
    """Who of one set lies in which balls around the other, and who is nearest.

    Attributes:
        within: for each kind of balls, in how many of them each sample of the other set lies.
        held: for each kind of balls, how many samples of the other set lie in each of them.
        nearest: index of the real sample that is nearest to each generated one, ``(m,)``.
        squared: squared distance to it, ``(m,)``.
    """

    within: list[np.ndarray]
    held: list[np.ndarray]
    nearest: np.ndarray
    squared: np.ndarray


def nearest(members: Any, *, count: int) -> np.ndarray:
    """Squared distances from each sample to the ``count`` nearest others of its set.

    Args:
        members: ``(n, d)``.

    Returns:
        ``(n, count)``, float64, rising.

    Raises:
        ValueError: there are not more than ``count`` samples, or numbers that are not finite.
    """
    members = rows(members)
    if len(members) <= count:
        raise ValueError(f"{len(members)} samples have no {count} neighbours each")
    own = Distinct(members)
    centre = own.centre()
    for dtype in own.precisions:
        factors = Factors(own, centre, dtype)
        found = Nearest(own, count, factors.error(factors.norms), dtype)
        parts = list(factors.parts())
        for part in parts:
            tile = factors.tile(part, factors, part)
            tile[range(len(tile)), range(len(tile))] = torch.inf
            if len(tile) > count:  # these others bound how far the nearest of all can be
                found.narrow(part, np.partition(own.array(tile), count - 1, axis=1)[:, count - 1])
            i, j, squared = _pairs(tile <= found.limit[part, None], tile)
            found.add(i + part.start, j + part.start, squared)
        if _tells_apart(found.bound, found.error):
            break
    for index, part in enumerate(parts):
        for other in parts[index + 1 :]:
            tile = factors.tile(part, factors, other)
            near = (tile <= found.limit[part, None]) | (tile <= found.limit[other])
            i, j, squared = _pairs(near, tile)
            i, j = i + part.start, j + other.start
            found.add(i, j, squared)
            found.add(j, i, squared)
    i, j = found.prune()
    squared = squared_distances(own, own, i, j)
    # copies of a sample are neighbours of it too, at distance 0
    alone = np.arange(len(own))
    i, squared = np.concatenate([alone, i]), np.concatenate([np.zeros(len(own)), squared])
    times = np.minimum(np.concatenate([own.counts - 1, own.counts[j]]), count)
    i, squared = np.repeat(i, times), np.repeat(squared, times)
    order = np.lexsort((squared, i))
    i, squared = i[order], squared[order]
    starts = np.searchsorted(i, alone)
    return squared[starts[:, None] + np.arange(count)][own.inverse]


def meet(
    real: Any,
    generated: Any,
    *,
    around_real: tuple[Balls, ...] = (),
    around_generated: tuple[Balls, ...] = (),
) -> Meeting:
    """Hold every generated sample against every real one.

    Args:
        real, generated: ``(n, d)`` and ``(m, d)``.
        around_real: balls in which generated samples may lie.
        around_generated: balls in which real samples may lie.

    Returns:
        Counts for ``around_real``, then for ``around_generated``; and who is nearest. Meetings of
        one set with parts of the other add up: ``held`` is summed, all else strung together.

    Raises:
        ValueError: the sets differ in their number of features, or numbers that are not finite.
    """
    ours, theirs = (Distinct(features) for features in pair(real, generated))
    centre = ours.centre()
    for dtype in ours.precisions:
        first, second = Factors(ours, centre, dtype), Factors(theirs, centre, dtype)
        error, other_error = first.error(second.norms), second.error(first.norms)
        around = [
            Inside(balls, ours, theirs, axis=0, error=error, dtype=dtype) for balls in around_real
        ]
        beyond = [
            Inside(balls, theirs, ours, axis=1, error=other_error, dtype=dtype)
            for balls in around_generated
        ]
        if all(_tells_apart(kind.squared, kind.error) for kind in around + beyond):
            break
    closest = Nearest(theirs, 1, other_error, dtype)
    for part in first.parts():
        for other in second.parts():
            tile = first.tile(part, second, other)
            if part.start == 0:  # these real samples bound how far the nearest of all can be
                closest.narrow(other, ours.array(tile).min(axis=0))
            i, j, squared = _pairs(tile <= closest.limit[other], tile)
            closest.add(j + other.start, i + part.start, squared)
            for kind in around:
                kind.add(tile, part, other)
            for kind in beyond:
                kind.add(tile, other, part)

    j, i = closest.prune()
    squared = squared_distances(ours, theirs, i, j)
    order = np.lexsort((i, squared, j))
    order = order[np.searchsorted(j[order], np.arange(len(theirs)))]
    kinds = around + beyond
    return Meeting(
        within=[kind.within[kind.guests.inverse] for kind in kinds],
        held=[kind.held[kind.hosts.inverse] for kind in kinds],
        nearest=ours.first[i[order]][theirs.inverse],
        squared=squared[order][theirs.inverse],
    )


class Distinct:
    """The samples of a set, each once.

    Attributes:
        features: ``(u, d)``, an array, or a tensor on an accelerator.
        first: where each stands first in the set, ``(u,)``.
        inverse: which of them each sample of the set is, ``(n,)``.
        counts: how often each stands there, ``(u,)``.
    """

    def __init__(self, features: Any) -> None:
        self.on_host = isinstance(features, np.ndarray)
        self.device = torch.device("cpu") if self.on_host else features.device
        if self.on_host:
            features = np.ascontiguousarray(features)
        # equal samples have equal sums: only those that share one need be looked at
        sums = self.array(features.sum(1))
        if not np.isfinite(sums).all():
            raise ValueError("features: numbers that are not finite")
        _, shared, counts = np.unique(sums, return_inverse=True, return_counts=True)
        suspects = np.flatnonzero(counts[shared] > 1)
        owner = np.arange(len(features))
        if len(suspects):
            some = np.ascontiguousarray(self.array(features[suspects]))
            whole = np.dtype((np.void, some.dtype.itemsize * some.shape[1]))
            _, first, inverse = np.unique(
                some.view(whole).ravel(), return_index=True, return_inverse=True
            )
            owner[suspects] = suspects[first[inverse]]
        self.first, self.inverse, self.counts = np.unique(
            owner, return_inverse=True, return_counts=True
        )
        self.features = features if len(self.first) == len(owner) else features[self.first]

    def __len__(self) -> int:
        return len(self.features)

    @property
    def precisions(self) -> tuple[torch.dtype, ...]:
        """To be tried in turn; an accelerator is as fast in double, or cuts products shorter."""
        return (torch.float32, torch.float64) if self.on_host else (torch.float64,)

    def part(self, which: Any) -> Tensor:
        """Some of the samples, float64, on their device."""
        return torch.as_tensor(self.features[which]).double()

    def centre(self) -> Tensor:
        """The mean ``(d,)``, float64."""
        total = torch.zeros(self.features.shape[1], dtype=torch.float64, device=self.device)
        for start in range(0, len(self), TILE):
            total += self.part(slice(start, start + TILE)).sum(0)
        return total / len(self)

    def array(self, values: Any) -> np.ndarray:
        """In main memory, whatever the device."""
        return values if isinstance(values, np.ndarray) else values.cpu().numpy()

    def like(self, values: np.ndarray, dtype: torch.dtype) -> Any:
        """Beside the samples: an array for arrays, a tensor on their device for tensors."""
        tensor = torch.as_tensor(values).to(self.device, dtype)
        return tensor.numpy() if self.on_host else tensor


class Factors:
    """A set as a factor of tables of squared distances, |x|^2 + |y|^2 - 2 x y.

    Args:
        samples: the set.
        centre: subtracted from each sample, since rounding grows with their norms.
        dtype: of the products.
    """

    def __init__(self, samples: Distinct, centre: Tensor, dtype: torch.dtype) -> None:
        n, d = samples.features.shape
        self.samples = samples
        self.centred = torch.empty((n, d), dtype=dtype, device=samples.device)
        self.squares = torch.empty(n, dtype=dtype, device=samples.device)
        norms = torch.empty(n, dtype=torch.float64, device=samples.device)
        for start in range(0, n, TILE):
            part = slice(start, start + TILE)
            centred = samples.part(part) - centre
            self.centred[part] = centred
            self.squares[part] = centred.square_().sum(1)
            norms[part] = centred.sum(1).sqrt()
        self.norms = samples.array(norms)

    def parts(self) -> Iterator[slice]:
        return (slice(start, start + TILE) for start in range(0, len(self.centred), TILE))

    def tile(self, part: slice, others: "Factors", other: slice) -> Any:
        """Squared distances of some samples to some of others, array or tensor."""
        x, y = self.centred[part], others.centred[other]
        tile = self.squares[part, None] + others.squares[other]
        for start in range(0, x.shape[1], DEPTH):
            some = slice(start, start + DEPTH)
            tile.addmm_(x[:, some], y[:, some].T, alpha=-2)
        return tile.numpy() if self.samples.on_host else tile

    def error(self, norms: np.ndarray) -> np.ndarray:
        """Bound of the rounding of a squared distance to a set with these norms, ``(n,)``."""
        d = self.centred.shape[1]
        # a product and its sum, the sums of parts, and what was rounded before or is after
        steps = min(d, DEPTH) + 2 * -(-d // DEPTH) + 8
        return steps * torch.finfo(self.centred.dtype).eps / 2 * (self.norms + norms.max()) ** 2


def squared_distances(a: Distinct, b: Distinct, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Squared distance of each ``a[i]`` to ``b[j]``, from their difference, float64."""
    out = np.empty(len(i))
    step = max(1, GATHERED // a.features.shape[1])
    for start in range(0, len(i), step):
        some = slice(start, start + step)
        if a.on_host:
            difference = np.subtract(a.features[i[some]], b.features[j[some]], dtype=np.float64)
        else:
            difference = a.array(a.part(i[some]) - b.part(j[some]))
        # numpy's sum over one row does not depend on how many rows there are
        out[some] = np.einsum("ij,ij->i", difference, difference)
    return out


def _tells_apart(squared: np.ndarray, error: np.ndarray) -> bool:
    """Whether all but a few squared radii are well above the rounding."""
    return bool(np.mean(2 * error <= DOUBT * squared) > 0.99)


def _count(mask: Any) -> int:
    """How many entries of a mask are true."""
    return int(np.count_nonzero(mask) if isinstance(mask, np.ndarray) else mask.count_nonzero())


def _pairs(mask: Any, tile: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row, column and entry of a tile wherever a mask is true, in main memory."""
    if isinstance(mask, np.ndarray):
        flat = np.flatnonzero(mask)
        i, j = np.divmod(flat, mask.shape[1])
        return i, j, tile[i, j]
    i, j = mask.nonzero(as_tuple=True)
    return i.cpu().numpy(), j.cpu().numpy(), tile[i, j].cpu().numpy()


class Nearest:
    """The nearest of each sample that have been seen, with all that rounding leaves possible.

    Args:
        samples: whose neighbours are sought.
        count: how many of each.
        error: bound of the rounding of what is measured, ``(n,)``.
        dtype: of what is measured.
    """

    def __init__(
        self, samples: Distinct, count: int, error: np.ndarray, dtype: torch.dtype
    ) -> None:
        self.samples, self.count, self.error, self.dtype = samples, count, error, dtype
        self.bound = np.full(len(samples), np.inf)  # measured distance beyond which none lies
        self.limit = samples.like(self.bound, dtype)
        self.found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.pending, self.most = 0, PENDING

    def narrow(self, part: slice, squared: np.ndarray) -> None:
        """Note that so many others of some samples lie at no more than these distances."""
        self.bound[part] = squared + 2 * self.error[part]
        self.limit[part] = self.samples.like(self.bound[part], self.dtype)

    def add(self, samples: np.ndarray, others: np.ndarray, squared: np.ndarray) -> None:
        """Note that ``others`` lie at measured distances from ``samples``, all ``(p,)``."""
        near = squared <= self.bound[samples] + self.error[samples]
        self.found.append((samples[near], others[near], squared[near]))
        self.pending += len(self.found[-1][0])
        if self.pending > self.most:
            self.prune()

    def prune(self) -> tuple[np.ndarray, np.ndarray]:
        """Strike off what is too far, and return the pairs that are left, by sample."""
        samples, others, squared = (np.concatenate(part) for part in zip(*self.found, strict=True))
        order = np.lexsort((squared, samples))
        samples, others, squared = samples[order], others[order], squared[order]
        bounds = np.searchsorted(samples, np.arange(len(self.bound) + 1))
        last = bounds[:-1] + self.count - 1
        full = last < bounds[1:]
        limit = squared[last[full]].astype(np.float64) + 2 * self.error[full]
        self.bound[full] = np.minimum(self.bound[full], limit)
        self.limit = self.samples.like(self.bound, self.dtype)
        near = squared <= self.bound[samples] + self.error[samples]
        self.found = [(samples[near], others[near], squared[near])]
        self.pending = int(near.sum())
        self.most = max(PENDING, 2 * self.pending)  # ties can be many
        return self.found[0][:2]


class Inside:
    """Counts who lies in the balls around a set.

    Args:
        balls: around each sample of ``hosts``.
        hosts, guests: the sets.
        axis: of a tile on which the hosts are, 0 or 1.
        error: bound of the rounding of what is measured from each host, ``(hosts,)``.
        dtype: of what is measured.
    """

    def __init__(
        self,
        balls: Balls,
        hosts: Distinct,
        guests: Distinct,
        *,
        axis: int,
        error: np.ndarray,
        dtype: torch.dtype,
    ) -> None:
        self.hosts, self.guests, self.axis = hosts, guests, axis
        self.squared, self.error, self.closed = balls.squared[hosts.first], error, balls.closed
        self.low = hosts.like(self.squared - error, dtype)
        self.high = hosts.like(self.squared + error, dtype)
        self.within = np.zeros(len(guests))
        self.held = np.zeros(len(hosts))

    def add(self, tile: Any, hosts: slice, guests: slice) -> None:
        """Count a tile."""
        high, low = self.high[hosts], self.low[hosts]
        high, low = (high, low) if self.axis else (high[:, None], low[:, None])
        possible = tile <= high
        few = _count(possible) < SPARSE * len(tile) * tile.shape[1]
        inside = possible if few else tile <= low
        # where nearly all are outside or inside for sure, the others are listed
        host, guest, squared = _pairs(possible if few else inside ^ possible, tile)
        if self.axis:
            host, guest = guest, host
        sure = squared <= (self.squared - self.error)[hosts][host]
        settled = sure.copy()
        settled[~sure] = self._settled(host[~sure] + hosts.start, guest[~sure] + guests.start)
        host, guest = host[settled], guest[settled]
        host_counts, guest_counts = self.hosts.counts[hosts], self.guests.counts[guests]
        within = np.bincount(guest, host_counts[host], len(guest_counts)).astype(np.float64)
        held = np.bincount(host, guest_counts[guest], len(host_counts)).astype(np.float64)
        if not few:
            within += self._sum(inside if self.axis else inside.T, host_counts)
            held += self._sum(inside.T if self.axis else inside, guest_counts)
        self.within[guests] += within
        self.held[hosts] += held

    def _settled(self, host: np.ndarray, guest: np.ndarray) -> np.ndarray:
        """Whether each guest is in the ball of its host, from their difference."""
        exact, limit = squared_distances(self.hosts, self.guests, host, guest), self.squared[host]
        return exact <= limit if self.closed else exact < limit

    def _sum(self, inside: Any, counts: np.ndarray) -> np.ndarray:
        """How many samples each row of ``inside`` counts."""
        # not by numpy, whose threads of the product would wait in the way of torch's
        weights = torch.as_tensor(counts, dtype=torch.float32, device=self.hosts.device)
        return self.hosts.array(torch.as_tensor(inside).float() @ weights)  # exact to 16 million
