"""KID against torch-fidelity, a direct double loop and invariances."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_fidelity.metric_kid import kid_features_to_metric

from benchmark.metrics.kid import kid, polynomial_mmd


def sets(n=60, m=45, d=6, *, seed=0, shift=0.4):
    random = np.random.default_rng(seed)
    return random.normal(size=(n, d)), random.normal(size=(m, d)) * 0.8 + shift


def kernel(x, y):
    return (sum(a * b for a, b in zip(x, y, strict=True)) / len(x) + 1) ** 3


# (n, m, d, subsets, size): the first sums over one kernel of all samples, the second over a kernel
# for each subset, the third draws all samples
CASES = [(300, 250, 16, 20, 100), (2000, 1500, 32, 5, 100), (80, 80, 3, 2, 80)]


@pytest.mark.parametrize(("n", "m", "d", "subsets", "size"), CASES)
@pytest.mark.parametrize("seed", [2020, 7])
def test_equals_torch_fidelity(n, m, d, subsets, size, seed):
    real, generated = sets(n, m, d)
    theirs = kid_features_to_metric(  # it draws from its first input first
        torch.from_numpy(generated),
        torch.from_numpy(real),
        kid_subsets=subsets,
        kid_subset_size=size,
        rng_seed=seed,
        verbose=False,
    )
    mean, spread = kid(real, generated, subsets=subsets, subset_size=size, seed=seed)
    expected = theirs["kernel_inception_distance_mean"]
    assert mean == pytest.approx(expected, rel=1e-10, abs=1e-13)
    expected = theirs["kernel_inception_distance_std"]
    assert spread == pytest.approx(expected, rel=1e-10, abs=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equals_a_double_loop(dtype):
    real, generated = (x.astype(dtype) for x in sets(7, 5, 3))
    x, y = real.astype(np.float64), generated.astype(np.float64)
    within = [
        np.mean([kernel(a[i], a[j]) for i in range(len(a)) for j in range(len(a)) if i != j])
        for a in (x, y)
    ]
    across = np.mean([kernel(a, b) for a in x for b in y])
    assert polynomial_mmd(real, generated) == pytest.approx(sum(within) - 2 * across, rel=1e-12)


def test_float32_is_summed_in_float64():
    real, generated = (x.astype(np.float32) for x in sets(300, 250))
    exact = kid(real.astype(float), generated.astype(float), subsets=4, subset_size=100)
    ours = kid(real, generated, subsets=4, subset_size=100)
    assert ours == pytest.approx(exact, rel=1e-12)


def test_wide_float32_is_multiplied_in_float32_with_little_error():
    generator = np.random.default_rng(0)
    real, generated = generator.uniform(size=(2, 200, 1024)).astype(np.float32)
    exact = polynomial_mmd(real.astype(float), generated.astype(float))
    ours = polynomial_mmd(real, generated)
    assert ours == pytest.approx(exact, abs=1e-10) and ours != exact


def test_subsets_of_all_samples_score_as_the_whole():
    real, generated = sets(90, 90)
    mean, spread = kid(real, generated, subsets=3, subset_size=90)
    assert mean == pytest.approx(polynomial_mmd(real, generated), rel=1e-11)
    assert spread == pytest.approx(0, abs=1e-13)


def test_a_shift_of_one_feature_has_a_closed_form():
    """Third moments of N(0, 1) and N(s, 1): the kernel in one dimension is
    1 + 3xy + 3x^2y^2 + x^3y^3."""
    s, random = 0.5, np.random.default_rng(1)
    expected = 3 * s**2 + 3 * s**4 + (s**3 + 3 * s) ** 2
    values = [
        polynomial_mmd(random.normal(size=(300, 1)), random.normal(size=(300, 1)) + s)
        for _ in range(36)
    ]
    assert abs(np.mean(values) - expected) < 4 * np.std(values) / 6


def test_is_unbiased():
    """Equal distributions fall on both sides of zero."""
    random = np.random.default_rng(2)
    values = [polynomial_mmd(*random.normal(size=(2, 50, 4))) for _ in range(200)]
    assert min(values) < 0 < max(values)
    assert abs(np.mean(values)) < 4 * np.std(values) / np.sqrt(200)


def test_grows_with_a_shift():
    real, _ = sets(200)
    values = [polynomial_mmd(real, real + shift) for shift in (0.5, 1, 2, 4)]
    assert values == sorted(values) and values[0] > 0


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(2, 40), m=st.integers(2, 40), chunk=st.integers(1, 50), seed=st.integers(0, 99)
)
def test_the_size_of_a_chunk_changes_nothing(n, m, chunk, seed):
    real, generated = sets(n, m, seed=seed)
    expected = polynomial_mmd(real, generated)
    assert polynomial_mmd(real, generated, chunk=chunk) == pytest.approx(
        expected, rel=1e-10, abs=1e-12
    )


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 999), d=st.integers(1, 12))
def test_ignores_order_rotation_and_exchange(seed, d):
    real, generated = sets(30, 20, d, seed=seed)
    random = np.random.default_rng(seed)
    rotation = np.linalg.qr(random.normal(size=(d, d)))[0]
    expected = pytest.approx(polynomial_mmd(real, generated), rel=1e-9, abs=1e-11)
    assert polynomial_mmd(random.permutation(real), random.permutation(generated)) == expected
    assert polynomial_mmd(real @ rotation, generated @ rotation) == expected
    assert polynomial_mmd(generated, real) == expected


def test_does_not_modify_the_features():
    real, generated = sets(50, 50)
    before = real.copy(), generated.copy()
    kid(real, generated, subsets=3, subset_size=20)
    polynomial_mmd(real, generated)
    assert (real == before[0]).all() and (generated == before[1]).all()


def test_a_subset_larger_than_a_set_is_an_error():
    real, generated = sets(60, 45)
    with pytest.raises(
        ValueError, match="expected at least 50 generated samples, one subset, got 45"
    ):
        kid(real, generated, subset_size=50)
    with pytest.raises(ValueError, match="expected at least 1000 real samples, one subset, got 60"):
        kid(real, generated)


def test_bad_input_is_an_error():
    with pytest.raises(ValueError, match="real: expected at least 2 samples, got 1"):
        polynomial_mmd(np.eye(1), np.ones((3, 1)))
    with pytest.raises(ValueError, match="of at least 2 samples, got 100 subsets of 1"):
        kid(np.eye(3), np.eye(3), subset_size=1)
    with pytest.raises(
        ValueError, match="expected equally many features, got 3 of real samples and 4"
    ):
        polynomial_mmd(np.eye(3), np.eye(4))
