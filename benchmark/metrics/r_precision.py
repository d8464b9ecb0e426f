"""R-precision: whether images show what their captions say."""

import numpy as np

from benchmark.metrics.arrays import check_feature_pair, to_float64


def r_precision(
    captions: np.ndarray,
    images: np.ndarray,
    *,
    seed: int,
    meanings: np.ndarray | None = None,
    candidates: int = 100,
) -> float:
    """Compute the share of images whose caption is nearer than all other candidates.

    Near is by the cosine. An image does not count if another caption is as near as its caption.

    Args:
        captions: captions in a joint space, ``(n, d)``; caption i belongs to image i.
        images: images in the same space, ``(n, d)``.
        seed: of the random candidates, drawn without replacement.
        meanings: number of the meaning of each caption, ``(n,)``; captions of equal meaning are not
            candidates for each other's images. None: all captions differ in meaning.
        candidates: captions that each image is compared with, its caption included.

    Returns:
        0 to 1; about 1 / ``candidates`` for images that are unrelated to their captions.

    Raises:
        ValueError: the sets do not fit each other, or an image has too small a choice of captions.

    Source:
        Xu et al. 2018 (AttnGAN), arXiv:1711.10485, section 4.
    """
    captions, images = (to_float64(vectors) for vectors in check_feature_pair(captions, images))
    n = len(captions)
    meanings = np.arange(n) if meanings is None else np.asarray(meanings)
    if len(images) != n or meanings.shape != (n,):
        raise ValueError(
            f"expected {n} images and meanings of shape ({n},) for {n} captions, got {len(images)}"
            f" images and {meanings.shape}"
        )
    similarity = _normalise(images) @ _normalise(captions).T
    if n < candidates or candidates < 2:
        raise ValueError(
            f"expected at least 2 candidates, and as many captions, got {candidates} candidates"
            f" and {n} captions; lower candidates"
        )
    order = np.random.default_rng(seed).random((n, n))
    order[meanings[:, None] == meanings] = np.inf  # a caption of equal meaning is no candidate
    others = np.argpartition(order, candidates - 2, axis=1)[:, : candidates - 1]
    if np.isinf(np.take_along_axis(order, others, axis=1)).any():
        raise ValueError(
            f"expected {candidates - 1} captions of other meaning for each image, got fewer among"
            f" {n}; lower candidates"
        )
    best = np.take_along_axis(similarity, others, axis=1).max(axis=1)
    return float((similarity.diagonal() > best).mean())


def _normalise(vectors: np.ndarray) -> np.ndarray:
    """Scale vectors to length 1."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
