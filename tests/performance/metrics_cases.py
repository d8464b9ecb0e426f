"""Metrics that several libraries compute from the same arrays."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tests.performance import scoring_case

OURS = "ours"


Arrays = dict[str, np.ndarray]


Values = dict[str, float]


@dataclass(frozen=True)
class Case:
    """Something that several libraries compute from the same arrays.

    Attributes:
        inputs: makes the arrays.
        contenders: name -> what computes values from them.
        reference: the values that are right, or the contender whose values are taken for right.
        tolerance: relative, of our values.
        rounds: of measurements.
        products: multiply-adds of the least matrix products that do it, or 0.
    """

    inputs: Callable[[], Arrays]
    contenders: dict[str, Callable[[Arrays], Values]]
    reference: Callable[[Arrays], Values] | str
    tolerance: float
    rounds: int = 3
    products: float = 0


def features(n: int, d: int, seed: int, *, shift: float = 0.0) -> np.ndarray:
    """Rectified mixtures of fewer factors, as those of a network are, float32 ``(n, d)``."""
    mixing = np.random.default_rng(d).normal(size=(d // 8, d)) * 8 / d**0.5
    generator = np.random.default_rng(seed)
    mixed = generator.normal(size=(n, d // 8)) @ mixing + 0.3 * generator.normal(size=(n, d))
    return np.maximum(mixed + shift, 0).astype(np.float32)


def two(n: int, d: int, kind: type = np.float32) -> Callable[[], Arrays]:
    def make() -> Arrays:
        real, generated = features(n, d, 1), features(n, d, 2, shift=0.05)
        return {"real": real.astype(kind), "generated": generated.astype(kind)}

    return make


def stored(n: int) -> Callable[[], Arrays]:
    """Stored statistics of 2,048 features of n samples, and the samples for the reference."""

    def make() -> Arrays:
        arrays = two(n, 2048, np.float64)()
        for name in ("real", "generated"):
            arrays[f"{name}_mean"] = arrays[name].mean(axis=0)
            arrays[f"{name}_covariance"] = np.cov(arrays[name], rowvar=False)
        return arrays

    return make


def moments(arrays: Arrays) -> tuple[np.ndarray, ...]:
    names = ("real_mean", "real_covariance", "generated_mean", "generated_covariance")
    return tuple(arrays[name] for name in names)


def frechet_from_samples(arrays: Arrays) -> Values:
    """By singular values of products of samples, without the root of a covariance."""
    x, y = arrays["real"], arrays["generated"]
    difference = x.mean(axis=0) - y.mean(axis=0)
    x, y = ((z - z.mean(axis=0)) / (len(z) - 1) ** 0.5 for z in (x, y))
    shared = np.linalg.svd(x @ y.T, compute_uv=False).sum()
    return {"fid": float(difference @ difference + (x**2).sum() + (y**2).sum() - 2 * shared)}


def our_frechet(arrays: Arrays) -> Values:
    from benchmark.metrics.frechet import frechet_distance_from_moments

    return {"fid": frechet_distance_from_moments(*moments(arrays))}


def pytorch_fid(arrays: Arrays) -> Values:
    from pytorch_fid.fid_score import calculate_frechet_distance

    return {"fid": float(calculate_frechet_distance(*moments(arrays)))}


def clean_fid(arrays: Arrays) -> Values:
    from cleanfid.fid import frechet_distance

    return {"fid": float(frechet_distance(*moments(arrays)))}


def torch_fidelity_frechet(arrays: Arrays) -> Values:
    from torch_fidelity.metric_fid import fid_statistics_to_metric

    sides = (
        {"mu": arrays[f"{name}_mean"], "sigma": arrays[f"{name}_covariance"]}
        for name in ("real", "generated")
    )
    return {"fid": float(fid_statistics_to_metric(*sides, False)["frechet_inception_distance"])}


def torchmetrics_frechet(arrays: Arrays) -> Values:
    import torch
    from torchmetrics.image.fid import _compute_fid

    return {"fid": float(_compute_fid(*(torch.from_numpy(array) for array in moments(arrays))))}


def our_statistics(arrays: Arrays) -> Values:
    from benchmark.metrics.frechet import feature_moments as of

    return _summary(*of(arrays["real"]))


def torch_fidelity_statistics(arrays: Arrays) -> Values:
    import torch
    from torch_fidelity.metric_fid import fid_features_to_statistics

    result = fid_features_to_statistics(torch.from_numpy(arrays["real"]))
    return _summary(result["mu"], result["sigma"])


def exact_statistics(arrays: Arrays) -> Values:
    x = arrays["real"].astype(np.float64)
    return _summary(x.mean(axis=0), np.cov(x, rowvar=False))


def _summary(mean: np.ndarray, covariance: np.ndarray) -> Values:
    return {"|mean|": float(np.linalg.norm(mean)), "|cov|": float(np.linalg.norm(covariance))}


def our_neighbours(arrays: Arrays) -> Values:
    """All four from one set of distances, with k = 5 for each, as prdc has it."""
    from benchmark.metrics import prdc

    return prdc(arrays["real"], arrays["generated"], k=5, density_k=5)


def prdc(arrays: Arrays) -> Values:
    from prdc import compute_prdc

    result = compute_prdc(arrays["real"], arrays["generated"], nearest_k=5)
    return {name: float(value) for name, value in result.items()}


def torch_fidelity_prc(arrays: Arrays) -> Values:
    import torch
    from torch_fidelity.metric_prc import prc_features_to_metric

    result = prc_features_to_metric(  # the generated ones first
        torch.from_numpy(arrays["generated"]),
        torch.from_numpy(arrays["real"]),
        prc_neighborhood=5,
        prc_batch_size=10_000,
        save_cpu_ram=False,
        verbose=False,
    )
    return {name: float(result[name]) for name in ("precision", "recall")}


def our_kid(arrays: Arrays) -> Values:
    from benchmark.metrics.kid import kid

    mean, spread = kid(arrays["real"], arrays["generated"])
    return {"mean": mean, "spread": spread}


def torch_fidelity_kid(arrays: Arrays) -> Values:
    import torch
    from torch_fidelity.metric_kid import kid_features_to_metric

    result = kid_features_to_metric(
        torch.from_numpy(arrays["generated"]),
        torch.from_numpy(arrays["real"]),
        kid_subsets=100,
        kid_subset_size=1000,
        verbose=False,
    )
    names = {"mean": "kernel_inception_distance_mean", "spread": "kernel_inception_distance_std"}
    return {name: float(result[key]) for name, key in names.items()}


def kid_in_double(arrays: Arrays) -> Values:
    return torch_fidelity_kid({name: array.astype(np.float64) for name, array in arrays.items()})


def logits() -> Arrays:
    return {"logits": np.random.default_rng(0).normal(size=(50_000, 1008)) * 3}


def our_inception_score(arrays: Arrays) -> Values:
    import torch

    from benchmark.metrics.inception_score import inception_score

    # torch-fidelity's share of the work: from logits to probabilities
    probabilities = torch.from_numpy(arrays["logits"]).softmax(dim=1).numpy()
    mean, spread = inception_score(probabilities, splits=10)
    return {"mean": mean, "spread": spread}


def torch_fidelity_inception_score(arrays: Arrays) -> Values:
    import torch
    from torch_fidelity.metric_isc import isc_features_to_metric

    result = isc_features_to_metric(torch.from_numpy(arrays["logits"]), splits=10, shuffle=False)
    return {"mean": result["inception_score_mean"], "spread": result["inception_score_std"]}


FRECHET = {
    OURS: our_frechet,
    "torch-fidelity": torch_fidelity_frechet,
    "torchmetrics": torchmetrics_frechet,
    "pytorch-fid": pytorch_fid,
    "clean-fid": clean_fid,
}


NEIGHBOURS = {OURS: our_neighbours, "prdc": prdc, "torch-fidelity": torch_fidelity_prc}


KID = {OURS: our_kid, "torch-fidelity": torch_fidelity_kid}


CASES = {
    "Frechet distance of stored statistics, 2,048 features, full rank": Case(
        stored(3000), FRECHET, frechet_from_samples, 1e-10
    ),
    "Frechet distance of stored statistics, 2,048 features of 1,000 samples": Case(
        stored(1000), FRECHET, frechet_from_samples, 1e-10
    ),
    "Mean and covariance, 50,000 x 2,048": Case(
        lambda: {"real": features(50_000, 2048, 1)},
        {OURS: our_statistics, "torch-fidelity": torch_fidelity_statistics},
        exact_statistics,
        1e-10,
    ),
    "Precision, recall, density, coverage, 10,000 x 10,000 x 2,048": Case(
        two(10_000, 2048), NEIGHBOURS, "prdc", 1e-12, products=2 * 10_000**2 * 2048
    ),
    "Precision, recall, density, coverage, 10,000 x 10,000 x 2,048 in double": Case(
        two(10_000, 2048, np.float64),
        NEIGHBOURS,
        "prdc",
        1e-12,
        rounds=1,
        products=2 * 10_000**2 * 2048,
    ),
    "Precision, recall, density, coverage, 50,000 x 50,000 x 64": Case(
        two(50_000, 64), {OURS: our_neighbours}, OURS, 0, rounds=1, products=2 * 50_000**2 * 64
    ),
    "KID, 100 subsets of 1,000 of 10,000, 2,048 features": Case(
        two(10_000, 2048), KID, kid_in_double, 1e-6
    ),
    "KID, 100 subsets of 1,000 of 5,000, 2,048 features in double": Case(
        two(5000, 2048, np.float64), KID, "torch-fidelity", 1e-9
    ),
    "Inception Score, 50,000 x 1,008": Case(
        logits,
        {OURS: our_inception_score, "torch-fidelity": torch_fidelity_inception_score},
        "torch-fidelity",
        1e-10,
    ),
    "Whole scoring of 10,000 images: IS, FID, KID, precision, recall": Case(
        scoring_case.make_inputs,
        {OURS: scoring_case.score_ours, "torch-fidelity": scoring_case.score_torch_fidelity},
        "torch-fidelity",
        1e-4,  # torch-fidelity computes KID in single precision
        rounds=2,
    ),
}
