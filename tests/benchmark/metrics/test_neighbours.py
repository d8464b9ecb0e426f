"""Distances in tiles against all distances at once, on easy sets and on others."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.metrics import neighbours
from benchmark.metrics.neighbours import Balls, Distinct, Factors, meet, nearest


def squares(a, b):
    """All squared distances, from differences."""
    return np.array([np.einsum("ij,ij->i", a - row, a - row) for row in b]).T


def everything(real, generated, *, k=3):
    """What ``nearest`` and ``meet`` find, as one tuple of arrays."""
    own, other = nearest(real, count=k), nearest(generated, count=k)
    meeting = meet(
        real,
        generated,
        around_real=(Balls(own[:, -1], closed=True), Balls(own[:, -1], closed=False)),
        around_generated=(Balls(other[:, -1], closed=True),),
    )
    return (own, other, *meeting.within, *meeting.held, meeting.squared, meeting.nearest)


def expected(real, generated, *, k=3):
    """The same from tables of all distances."""
    real, generated = real.astype(np.float64), generated.astype(np.float64)
    tables = []
    for features in (real, generated):
        table = squares(features, features)
        np.fill_diagonal(table, np.inf)
        tables.append(np.sort(table, axis=1)[:, :k])
    own, other = tables
    across = squares(real, generated)
    inside = (
        across <= own[:, -1:],
        across < own[:, -1:],
        (across <= other[:, -1]).T,
    )
    return (
        own,
        other,
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
def test_equals_all_distances_at_once(real, generated, tile, sparse, monkeypatch):
    monkeypatch.setattr(neighbours, "TILE", tile)
    monkeypatch.setattr(neighbours, "SPARSE", sparse)
    monkeypatch.setattr(neighbours, "PENDING", 1000)
    found = everything(real.astype(np.float32) if real.dtype == int else real, generated)
    for ours, theirs in zip(found, expected(real, generated), strict=True):
        np.testing.assert_array_equal(ours, theirs)


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
    whole = everything(real, generated)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "TILE", tile)
        patch.setattr(neighbours, "DEPTH", 3)
        for a, b in zip(whole, everything(real, generated), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("d", [3, 100, 700])
def test_the_bound_of_the_rounding_holds(dtype, d):
    generator = np.random.default_rng(d)
    # all of one sign, so that rounding does not average out
    x, y = generator.uniform(0, 1, (80, d)), generator.uniform(0, 1, (70, d))
    own, other = Distinct(x), Distinct(y)
    zero = torch.zeros(d, dtype=torch.float64)
    first, second = Factors(own, zero, dtype), Factors(other, zero, dtype)
    tile = first.tile(slice(0, 80), second, slice(0, 70)).astype(np.float64)
    difference = abs(tile - squares(x, y))
    assert (difference <= first.error(second.norms)[:, None]).all()
    assert difference.max() > 0


def test_meetings_with_parts_of_a_set_add_up():
    generator = np.random.default_rng(0)
    real, generated = generator.normal(size=(200, 5)), generator.normal(size=(90, 5))
    balls = Balls(nearest(real, count=3)[:, -1], closed=True)
    whole = meet(real, generated, around_real=(balls,))
    parts = [meet(real, part, around_real=(balls,)) for part in np.array_split(generated, 4)]
    np.testing.assert_array_equal(sum(part.held[0] for part in parts), whole.held[0])
    for name in ("nearest", "squared"):
        together = np.concatenate([getattr(part, name) for part in parts])
        np.testing.assert_array_equal(together, getattr(whole, name))
    together = np.concatenate([part.within[0] for part in parts])
    np.testing.assert_array_equal(together, whole.within[0])


def test_tensors_are_as_good_as_arrays():
    real = torch.randn(50, 4, generator=torch.Generator().manual_seed(0))
    np.testing.assert_array_equal(nearest(real, count=2), nearest(real.numpy(), count=2))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
def test_tensors_on_a_gpu_give_the_same():
    real, generated = next((x, y) for name, x, y in cases() if name == "apart")
    on_device = (torch.from_numpy(features).cuda() for features in (real, generated))
    for a, b in zip(everything(*on_device), everything(real, generated), strict=True):
        np.testing.assert_array_equal(a, b)


def test_bad_input_is_an_error():
    with pytest.raises(ValueError, match="3 samples have no 3 neighbours each"):
        nearest(np.eye(3), count=3)
    with pytest.raises(ValueError, match="numbers that are not finite"):
        nearest(np.array([[0.0], [np.nan], [1.0]]), count=1)
    with pytest.raises(ValueError, match="real samples have 3 features, generated ones 4"):
        meet(np.eye(3), np.eye(4))
    with pytest.raises(ValueError, match=r"real: of shape \(3,\), where \(n, d\) is wanted"):
        meet(np.ones(3), np.eye(4))
