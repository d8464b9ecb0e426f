"""Whether a picture shows what its caption says: R-precision, Xu et al. 2018 (AttnGAN).

arXiv:1711.10485, section 4: of 100 captions, the one that belongs to the picture and 99 that do
not, how often is it the nearest by the cosine in a joint space?
"""

import numpy as np

from benchmark.metrics.arrays import float64, pair


def r_precision(
    captions: np.ndarray,
    pictures: np.ndarray,
    *,
    seed: int,
    alike: np.ndarray | None = None,
    candidates: int = 100,
) -> float:
    """Share of the pictures to which their own caption is the nearest of some, 0 to 1.

    Args:
        captions: in the joint space, ``(n, d)``; caption i belongs to picture i.
        pictures: in the joint space, ``(n, d)``.
        seed: of the draw of the other captions, without replacement.
        alike: what each caption says, ``(n,)``; those that say the same are no others. Without it
            every caption says something of its own.
        candidates: how many captions each picture is held against, its own among them.

    Returns:
        About 1 / ``candidates`` for pictures that have nothing to do with their captions. Where
        another caption is as near as its own, a picture does not count.

    Raises:
        ValueError: the sets do not fit each other, or a picture has too few other captions.
    """
    captions, pictures = (float64(own) for own in pair(captions, pictures))
    n = len(captions)
    alike = np.arange(n) if alike is None else np.asarray(alike)
    if len(pictures) != n or alike.shape != (n,):
        raise ValueError(f"{n} captions, {len(pictures)} pictures and {alike.shape} meanings")
    similar = _unit(pictures) @ _unit(captions).T
    if n < candidates or candidates < 2:
        raise ValueError(f"{n} captions do not give each picture {candidates - 1} others")
    drawn = np.random.default_rng(seed).random((n, n))
    drawn[alike[:, None] == alike] = np.inf  # its own is no other, nor is one that says the same
    others = np.argpartition(drawn, candidates - 2, axis=1)[:, : candidates - 1]
    if np.isinf(np.take_along_axis(drawn, others, axis=1)).any():
        raise ValueError(f"{n} captions do not give each picture {candidates - 1} that say others")
    best = np.take_along_axis(similar, others, axis=1).max(axis=1)
    return float((similar.diagonal() > best).mean())


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
