"""Every variant, briefly: the output, the checkpoints and what runs beside it change nothing."""

from tests.benchmarks import faults, verify_bits


def test_every_variant_comes_out_the_same_however_it_is_run(tmp_path):
    folders = [faults.workplace(tmp_path / name) for name in verify_bits.WAYS]
    rows = verify_bits.compare(folders, faults.small(640))
    assert rows and all(all(row["identical"].values()) for row in rows), rows
