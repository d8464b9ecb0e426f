"""Killed with -9 and taken up again, a run ends with the bytes of an undisturbed one."""

from tests.performance import faults


def test_a_killed_run_goes_on_to_the_same_bytes(tmp_path):
    rows = faults.trials(tmp_path, 2, faults.small(1920, "dcgan"))
    assert [row["moment"] for row in rows] == [faults.ANY_TIME, faults.WRITE]
    assert all(row["identical"] for row in rows)
    assert rows[1]["checkpoint_at_image"]
