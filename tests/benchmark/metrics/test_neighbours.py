"""Neighbourhoods in tiles against tables of all distances, on easy and hard sets.

The tests expect equal bits: counts and indices are integers, and each distance is the sum over the
float64 differences of one pair, in an order that does not depend on tiles, parts or device.
"""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.metrics import distance_tiles, neighbour_search
from benchmark.metrics.distance_tiles import DistanceFactor, DistinctSamples
from benchmark.metrics.neighbours import (
    Balls,
    compare_neighbourhoods,
    squared_neighbour_distances,
)


def squares(a, b):
    """Compute all squared distances from differences."""
    return np.array([np.einsum("ij,ij->i", a - row, a - row) for row in b]).T


def in_tiles(real, generated, *, k=3):
    """Collect all results of both functions in one tuple of arrays."""
    first, second = (squared_neighbour_distances(x, k=k) for x in (real, generated))
    comparison = compare_neighbourhoods(
        real,
        generated,
        real_balls=(Balls(first[:, -1], closed=True), Balls(first[:, -1], closed=False)),
        generated_balls=(Balls(second[:, -1], closed=True),),
    )
    return (
        first,
        second,
        *comparison.ball_counts,
        *comparison.sample_counts,
        comparison.squared_distances,
        comparison.nearest_real,
    )


def from_tables(real, generated, *, k=3):
    """Compute the same from tables of all distances."""
    real, generated = real.astype(np.float64), generated.astype(np.float64)
    tables = []
    for features in (real, generated):
        table = squares(features, features)
        np.fill_diagonal(table, np.inf)
        tables.append(np.sort(table, axis=1)[:, :k])
    first, second = tables
    across = squares(real, generated)
    inside = (
        across <= first[:, -1:],
        across < first[:, -1:],
        (across <= second[:, -1]).T,
    )
    return (
        first,
        second,
        *(table.sum(axis=0) for table in inside),
        *(table.sum(axis=1) for table in inside),
        across.min(axis=0),
        across.argmin(axis=0),
    )


def cases():
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(300, 12)), generator.normal(size=(250, 12)) * 0.8 + 0.2
    yield "apart", x, y
    yield "single precision", x.astype(np.float32), y.astype(np.float32)
    yield "one set", x, x
    yield "a memoriser", x, x[generator.integers(0, 300, 200)]
    yield "one image", x, np.repeat(x[:1] * 1.01, 100, axis=0)
    yield "nearly one image", x, x[0] + 1e-9 * generator.normal(size=(100, 12))
    yield "a mean a million times the spread", x + 1e6, y + 1e6
    yield "two tight clusters", np.concatenate([x, x + 1e7]), np.concatenate([y, y + 1e7])
    yield "an outlier", np.concatenate([x, np.full((1, 12), 1e6)]), y
    yield "whole numbers", generator.integers(0, 3, (200, 4)), generator.integers(0, 3, (150, 4))
    yield "one feature", generator.normal(size=(200, 1)), generator.normal(size=(150, 1))
    yield "within nearly all balls", x, y * 0.01


@pytest.mark.parametrize(("real", "generated"), [pytest.param(*c[1:], id=c[0]) for c in cases()])
@pytest.mark.parametrize(("tile", "sparse"), [(1024, 1 / 64), (64, 1.0), (200, 0.0)])
def test_equals_tables_of_all_distances(real, generated, tile, sparse, monkeypatch):
    monkeypatch.setattr(distance_tiles, "TILE", tile)
    monkeypatch.setattr(neighbour_search, "SPARSE", sparse)
    monkeypatch.setattr(neighbour_search, "PENDING", 1000)
    ours = in_tiles(real.astype(np.float32) if real.dtype == int else real, generated)
    for tiled, full in zip(ours, from_tables(real, generated), strict=True):
        # rounded tiles only select pairs; both sides sum the same float64 differences
        np.testing.assert_array_equal(tiled, full)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 20),
    st.sampled_from([0.0, 1.0, 1e4]),
    st.sampled_from([7, 32, 1024]),
)
def test_the_size_of_a_tile_never_changes_a_value(seed, d, mean, tile):
    generator = np.random.default_rng(seed)
    real = np.round(generator.normal(size=(60, d)) + mean, 1)
    generated = np.round(generator.normal(size=(50, d)) + mean, 1)
    whole = in_tiles(real, generated)
    with pytest.MonkeyPatch.context() as patch:  # tiles select pairs; they change no distance
        patch.setattr(distance_tiles, "TILE", tile)
        patch.setattr(distance_tiles, "DEPTH", 3)
        for a, b in zip(whole, in_tiles(real, generated), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("d", [3, 100, 700])
def test_rounding_bound_holds(dtype, d):
    generator = np.random.default_rng(d)
    # all numbers have one sign, so that rounding errors do not cancel
    x, y = generator.uniform(0, 1, (80, d)), generator.uniform(0, 1, (70, d))
    x_samples, y_samples = DistinctSamples(x), DistinctSamples(y)
    zero = torch.zeros(d, dtype=torch.float64)
    first = DistanceFactor(x_samples, zero, dtype)
    second = DistanceFactor(y_samples, zero, dtype)
    tile = first.tile(slice(0, 80), second, slice(0, 70)).astype(np.float64)
    difference = abs(tile - squares(x, y))
    assert (difference <= first.rounding_bound(second.norms)[:, None]).all()
    assert difference.max() > 0


def test_comparisons_with_parts_of_a_set_add_up():
    generator = np.random.default_rng(0)
    real, generated = generator.normal(size=(200, 5)), generator.normal(size=(90, 5))
    balls = Balls(squared_neighbour_distances(real, k=3)[:, -1], closed=True)
    whole = compare_neighbourhoods(real, generated, real_balls=(balls,))
    parts = [
        compare_neighbourhoods(real, part, real_balls=(balls,))
        for part in np.array_split(generated, 4)
    ]
    # counts are integers, and a distance depends on one pair only
    counts = sum(part.sample_counts[0] for part in parts)
    np.testing.assert_array_equal(counts, whole.sample_counts[0])
    for name in ("nearest_real", "squared_distances"):
        together = np.concatenate([getattr(part, name) for part in parts])
        np.testing.assert_array_equal(together, getattr(whole, name))
    together = np.concatenate([part.ball_counts[0] for part in parts])
    np.testing.assert_array_equal(together, whole.ball_counts[0])


def test_tensors_equal_arrays():
    real = torch.randn(50, 4, generator=torch.Generator().manual_seed(0))
    # the same values, subtracted and summed in float64 by the same function
    np.testing.assert_array_equal(
        squared_neighbour_distances(real, k=2), squared_neighbour_distances(real.numpy(), k=2)
    )


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
def test_tensors_on_a_gpu_equal_arrays():
    real, generated = next((x, y) for name, x, y in cases() if name == "apart")
    on_device = (torch.from_numpy(features).cuda() for features in (real, generated))
    # the device subtracts in float64, which IEEE 754 rounds as the host does; the host sums
    for a, b in zip(in_tiles(*on_device), in_tiles(real, generated), strict=True):
        np.testing.assert_array_equal(a, b)


def test_bad_input_is_an_error():
    with pytest.raises(ValueError, match="expected at least 4 samples for k = 3 neighbours, got 3"):
        squared_neighbour_distances(np.eye(3), k=3)
    with pytest.raises(ValueError, match="expected finite numbers"):
        squared_neighbour_distances(np.array([[0.0], [np.nan], [1.0]]), k=1)
    with pytest.raises(
        ValueError, match="expected equally many features, got 3 of real samples and 4"
    ):
        compare_neighbourhoods(np.eye(3), np.eye(4))
    with pytest.raises(ValueError, match=r"real: expected shape \(n, d\), got \(3,\)"):
        compare_neighbourhoods(np.ones(3), np.eye(4))
