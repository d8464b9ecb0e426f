"""R-precision against torchmetrics and closed forms."""

import numpy as np
import pytest
import torch
from torchmetrics.functional.retrieval import retrieval_r_precision

from benchmark.metrics.r_precision import r_precision


def vectors(n, d=6, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d))


def test_equals_torchmetrics_with_all_captions_as_candidates():
    captions = vectors(30)
    images = captions + 0.8 * vectors(30, seed=1)
    cosines = torch.nn.functional.cosine_similarity(
        torch.from_numpy(images)[:, None], torch.from_numpy(captions)[None], dim=2
    )
    expected = [
        retrieval_r_precision(row, torch.arange(30) == place).item()
        for place, row in enumerate(cosines)
    ]
    share = r_precision(captions, images, seed=0, candidates=30)
    assert share == pytest.approx(np.mean(expected)) and 0.2 < share < 0.95


def test_copies_score_one_and_opposites_zero():
    captions = vectors(150)
    assert r_precision(captions, 3 * captions, seed=0) == 1
    assert r_precision(captions, -captions, seed=0) == 0
    assert r_precision(captions, np.ones_like(captions) * captions[0], seed=0) < 0.05


def test_chance_is_one_over_the_number_of_candidates():
    share = r_precision(vectors(2000, 20), vectors(2000, 20, seed=1), seed=0, candidates=10)
    assert share == pytest.approx(0.1, abs=0.02)


def test_captions_of_equal_meaning_are_no_candidates():
    captions = np.repeat(vectors(20), 2, axis=0)
    meanings = np.repeat(np.arange(20), 2)
    assert r_precision(captions, captions, seed=0, candidates=39, meanings=meanings) == 1
    # without meanings, an equal caption is often drawn as a candidate
    assert r_precision(captions, captions, seed=0, candidates=39) < 0.2


def test_seed_decides_the_candidates():
    captions, images = vectors(300), vectors(300) + 0.9 * vectors(300, seed=1)
    shares = [r_precision(captions, images, seed=seed, candidates=20) for seed in (0, 0, 1, 2)]
    assert shares[0] == shares[1] and len(set(shares)) > 1


@pytest.mark.parametrize(
    ("captions", "images", "options", "message"),
    [
        (
            vectors(5),
            vectors(5),
            {"candidates": 6},
            "as many captions, got 6 candidates and 5 captions",
        ),
        (vectors(5), vectors(4), {"candidates": 2}, "expected 5 images .*, got 4 images"),
        (vectors(5), vectors(5, 7), {"candidates": 2}, "features"),
        (
            vectors(5),
            vectors(5),
            {"candidates": 3, "meanings": np.array([0, 0, 0, 0, 1])},
            "expected 2 captions of other meaning for each image",
        ),
    ],
)
def test_bad_input_is_an_error(captions, images, options, message):
    with pytest.raises(ValueError, match=message):
        r_precision(captions, images, seed=0, **options)
