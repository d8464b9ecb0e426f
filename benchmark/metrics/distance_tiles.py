"""Squared distances between two sets, in tiles whose rounding has a known bound."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

TILE = 1024  # samples on each side of a tile
DEPTH = 1024  # features that are summed up before their sum is added to the others
CONVERTED = 256  # samples that are held in double precision at a time
GATHERED = 1 << 17  # numbers of either set whose differences fit into the cache


class DistinctSamples:
    """The samples of a set, without repetitions.

    Attributes:
        features: ``(u, d)``, an array, or a tensor on an accelerator.
        first: place of the first occurrence of each distinct sample in the set, ``(u,)``.
        inverse: for each sample of the set, which distinct sample it equals, ``(n,)``.
        counts: how often each distinct sample occurs, ``(u,)``.
    """

    def __init__(self, features: Any) -> None:
        self.is_on_host = isinstance(features, np.ndarray)
        self.device = torch.device("cpu") if self.is_on_host else features.device
        if self.is_on_host:
            features = np.ascontiguousarray(features)
        # equal samples have equal sums: only samples that share a sum need to be compared
        sums = self.to_array(features.sum(1))
        if not np.isfinite(sums).all():
            raise ValueError("features: expected finite numbers, got NaN or infinity")
        _, sum_index, counts = np.unique(sums, return_inverse=True, return_counts=True)
        suspects = np.flatnonzero(counts[sum_index] > 1)
        owner = np.arange(len(features))
        if len(suspects):
            compared = np.ascontiguousarray(self.to_array(features[suspects]))
            row_type = np.dtype((np.void, compared.dtype.itemsize * compared.shape[1]))
            _, first, inverse = np.unique(
                compared.view(row_type).ravel(), return_index=True, return_inverse=True
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
        """Precisions to try in turn.

        An accelerator is as fast in double precision, or rounds products more coarsely in single.
        """
        return (torch.float32, torch.float64) if self.is_on_host else (torch.float64,)

    def take(self, index: Any) -> Tensor:
        """Select samples, float64, on their device."""
        return torch.as_tensor(self.features[index]).double()

    def mean(self) -> Tensor:
        """Compute the mean ``(d,)``, float64."""
        total = torch.zeros(self.features.shape[1], dtype=torch.float64, device=self.device)
        for part in split_range(len(self), TILE):
            total += self.take(part).sum(0)
        return total / len(self)

    def to_array(self, values: Any) -> np.ndarray:
        """Copy values to main memory if they are elsewhere."""
        return values if isinstance(values, np.ndarray) else values.cpu().numpy()

    def to_device(self, values: np.ndarray, dtype: torch.dtype) -> Any:
        """Convert values to the kind of the samples: an array, or a tensor on their device."""
        tensor = torch.as_tensor(values).to(self.device, dtype)
        return tensor.numpy() if self.is_on_host else tensor


class DistanceFactor:
    """A set as a factor of tables of squared distances, |x|^2 + |y|^2 - 2 x y.

    Args:
        samples: the set.
        centre: subtracted from each sample, since rounding grows with their norms.
        dtype: of the products.
    """

    def __init__(self, samples: DistinctSamples, centre: Tensor, dtype: torch.dtype) -> None:
        n, d = samples.features.shape
        self.samples = samples
        self.centred = torch.empty((n, d), dtype=dtype, device=samples.device)
        self.squares = torch.empty(n, dtype=dtype, device=samples.device)
        norms = torch.empty(n, dtype=torch.float64, device=samples.device)
        for part in split_range(n, CONVERTED):
            centred = samples.take(part) - centre
            self.centred[part] = centred
            self.squares[part] = centred.square_().sum(1)
            norms[part] = centred.sum(1).sqrt()
        self.norms = samples.to_array(norms)
        size = min(n, TILE) * TILE if samples.is_on_host else 0
        kind = samples.to_array(self.squares[:0]).dtype
        # two tiles, reused: new memory costs page faults
        self.buffers = [np.empty(size, kind) for _ in range(2)]

    def parts(self) -> list[slice]:
        """List the slices of samples on the side of each tile."""
        return split_range(len(self.centred), TILE)

    def tile(self, part: slice, others: "DistanceFactor", other_part: slice) -> Any:
        """Compute squared distances between parts of two sets, array or tensor.

        The result is overwritten by the next tile of this factor.
        """
        x, y = self.centred[part], others.centred[other_part]
        x_squares, y_squares = self.squares[part, None], others.squares[other_part]
        columns = [slice(start, start + DEPTH) for start in range(0, x.shape[1], DEPTH)]
        if self.samples.is_on_host:
            products = self._multiply(x.numpy(), y.numpy(), columns)
            products *= -2
            products += x_squares.numpy()
            products += y_squares.numpy()
            return products
        tile = x_squares + y_squares
        for block in columns:
            tile.addmm_(x[:, block], y[:, block].T, alpha=-2)
        return tile

    def _multiply(self, x: np.ndarray, y: np.ndarray, columns: list[slice]) -> np.ndarray:
        """Compute x y by NumPy, which computes one triangle if both are the same part."""
        size = len(x) * len(y)
        total, product = (buffer[:size].reshape(len(x), len(y)) for buffer in self.buffers)
        np.matmul(x[:, columns[0]], y[:, columns[0]].T, out=total)
        for block in columns[1:]:
            total += np.matmul(x[:, block], y[:, block].T, out=product)
        return total

    def rounding_bound(self, norms: np.ndarray) -> np.ndarray:
        """Bound the rounding of squared distances to a set with these norms, ``(n,)``."""
        d = self.centred.shape[1]
        # a product and its sum, the sums of parts, and the roundings before and after
        steps = min(d, DEPTH) + 2 * -(-d // DEPTH) + 8
        return steps * torch.finfo(self.centred.dtype).eps / 2 * (self.norms + norms.max()) ** 2


def split_range(stop: int, step: int) -> list[slice]:
    """Split the numbers below ``stop`` into slices of ``step``; the last one may be shorter."""
    return [slice(start, min(start + step, stop)) for start in range(0, stop, step)]


def squared_distances(
    a: DistinctSamples, b: DistinctSamples, i: np.ndarray, j: np.ndarray
) -> np.ndarray:
    """Compute the squared distance of each ``a[i]`` to ``b[j]`` from their difference, float64."""
    out = np.empty(len(i))
    gathered = GATHERED if a.is_on_host else 8 * GATHERED  # each call takes an accelerator longer
    step = max(1, gathered // a.features.shape[1])
    subtract = buffer_difference(a, b, step) if a.is_on_host else take_difference(a, b)
    for part in split_range(len(i), step):
        difference = subtract(i[part], j[part])
        # numpy's sum over one row does not depend on how many rows there are
        out[part] = np.einsum("ij,ij->i", difference, difference)
    return out


def buffer_difference(
    a: DistinctSamples, b: DistinctSamples, size: int
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Make the function that subtracts up to ``size`` samples of ``b`` from samples of ``a``.

    It returns the same buffer each time: page faults of new memory would take most of its time.
    """
    x_buffer, y_buffer = (np.empty((size, *x.features.shape[1:]), x.features.dtype) for x in (a, b))
    buffer = np.empty(x_buffer.shape)

    def subtract(i: np.ndarray, j: np.ndarray) -> np.ndarray:
        x, y, difference = (each[: len(i)] for each in (x_buffer, y_buffer, buffer))
        np.take(a.features, i, axis=0, out=x, mode="clip")  # other modes copy the output
        np.take(b.features, j, axis=0, out=y, mode="clip")
        return np.subtract(x, y, out=difference, dtype=np.float64)

    return subtract


def take_difference(
    a: DistinctSamples, b: DistinctSamples
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Make the function that subtracts samples of ``b`` from samples of ``a`` on their device."""
    return lambda i, j: a.to_array(a.take(i) - b.take(j))


def select_pairs(mask: Any, tile: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List row, column and entry of a tile wherever a mask is true, in main memory."""
    if isinstance(mask, np.ndarray):
        flat = np.flatnonzero(mask)
        i, j = np.divmod(flat, mask.shape[1])
        return i, j, tile[i, j]
    i, j = mask.nonzero(as_tuple=True)
    return i.cpu().numpy(), j.cpu().numpy(), tile[i, j].cpu().numpy()
