"""R-precision, against torchmetrics and closed forms."""

import numpy as np
import pytest
import torch
from torchmetrics.functional.retrieval import retrieval_r_precision

from benchmark.metrics.r_precision import r_precision


def vectors(n, d=6, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d))


def test_it_is_that_of_torchmetrics_where_all_captions_are_held_against_a_picture():
    captions = vectors(30)
    pictures = captions + 0.8 * vectors(30, seed=1)
    cosines = torch.nn.functional.cosine_similarity(
        torch.from_numpy(pictures)[:, None], torch.from_numpy(captions)[None], dim=2
    )
    known = [
        retrieval_r_precision(own, torch.arange(30) == place).item()
        for place, own in enumerate(cosines)
    ]
    found = r_precision(captions, pictures, seed=0, candidates=30)
    assert found == pytest.approx(np.mean(known)) and 0.2 < found < 0.95


def test_pictures_that_are_their_captions_and_pictures_that_are_not():
    captions = vectors(150)
    assert r_precision(captions, 3 * captions, seed=0) == 1
    assert r_precision(captions, -captions, seed=0) == 0
    assert r_precision(captions, np.ones_like(captions) * captions[0], seed=0) < 0.05


def test_chance_is_one_in_as_many_as_there_are_candidates():
    found = r_precision(vectors(2000, 20), vectors(2000, 20, seed=1), seed=0, candidates=10)
    assert found == pytest.approx(0.1, abs=0.02)


def test_captions_that_say_the_same_are_no_others():
    captions = np.repeat(vectors(20), 2, axis=0)
    alike = np.repeat(np.arange(20), 2)
    assert r_precision(captions, captions, seed=0, candidates=39, alike=alike) == 1
    # without that, one that is as near as its own is often drawn
    assert r_precision(captions, captions, seed=0, candidates=39) < 0.2


def test_the_draw_is_of_the_seed():
    captions, pictures = vectors(300), vectors(300) + 0.9 * vectors(300, seed=1)
    found = [r_precision(captions, pictures, seed=seed, candidates=20) for seed in (0, 0, 1, 2)]
    assert found[0] == found[1] and len(set(found)) > 1


@pytest.mark.parametrize(
    ("captions", "pictures", "more", "message"),
    [
        (vectors(5), vectors(5), {"candidates": 6}, "5 captions do not give each picture 5"),
        (vectors(5), vectors(4), {"candidates": 2}, "5 captions, 4 pictures"),
        (vectors(5), vectors(5, 7), {"candidates": 2}, "features"),
        (
            vectors(5),
            vectors(5),
            {"candidates": 3, "alike": np.array([0, 0, 0, 0, 1])},
            "that say others",
        ),
    ],
)
def test_what_does_not_fit_is_an_error(captions, pictures, more, message):
    with pytest.raises(ValueError, match=message):
        r_precision(captions, pictures, seed=0, **more)
