"""Every variant, briefly: the output, the checkpoints and what runs beside it change nothing."""

import pytest

from tests.performance import faults, verify_bits

PLAIN = {"jobs": 1, "terminal": False, "checkpoint_seconds": 20.0}


@pytest.mark.slow
def test_every_variant_has_identical_results_in_any_process(tmp_path):
    settings = faults.small(640)
    plain, again = (
        verify_bits.train_all(faults.workplace(tmp_path / name), settings, **way)
        for name, way in (("plain", PLAIN), ("again", verify_bits.AGAIN))
    )
    rows = verify_bits.compare(settings, plain, again)
    assert rows and all(all(row["identical"].values()) for row in rows), rows


def test_reports_a_difference(tmp_path):
    settings = faults.small(640, "dcgan")
    one, other = [{"losses": "a", "weights": "b"}], [{"losses": "a", "weights": "c"}]
    (row,) = verify_bits.compare(settings, one, other)
    assert row["identical"] == {"losses": True, "weights": False}
