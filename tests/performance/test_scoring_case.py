"""Both sides of the whole scoring compute the same values from the same images."""

import pytest

from tests.performance import scoring_case


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:This DataLoader will create")
def test_both_sides_score_alike():
    images = {
        "real": scoring_case.make_images(1010, 1),
        "generated": scoring_case.make_images(1005, 2, shift=0.05),
    }
    ours = scoring_case.score_ours(images)
    theirs = scoring_case.score_torch_fidelity(images)
    assert ours == pytest.approx(theirs, rel=1e-4)
    assert set(ours) == {"is", "fid", "kid", "precision", "recall"}
