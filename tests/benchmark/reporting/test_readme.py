"""The table of README.md: which data sets it names."""

import pandas as pd
import pytest

from benchmark.reporting.readme import render_markdown

ROW = {
    "variant": "dcgan", "kind": "controlled", "fid_mean": 2.5, "fid_low": 2.0, "fid_high": 3.0,
    "fid_rank_best": 1, "fid_rank_worst": 2, "seeds": 3, "diverged": 0, "seconds": 9.0,
    "precision_mean": 0.9, "clipped_density_mean": 0.75, "clipped_coverage_mean": 0.5,
}  # fmt: skip
HEAD = (
    "| rank | variant | FID | 95 % interval | IS | clipped density | clipped coverage | seconds |"
)
CELLS = "| 1–2 | `dcgan` | 2.50 | 2.00–3.00 |  | 0.750 | 0.500 | 9 |"


@pytest.mark.parametrize(
    ("datasets", "named"),
    [(["digits"], []), (["my_birds"], ["my_birds"]), (["digits", "mine"], ["digits", "mine"])],
)
def test_data_sets_other_than_the_digits_are_named(datasets, named):
    rows = [ROW | {"track": "images", "dataset": dataset} for dataset in datasets]
    lines = render_markdown(pd.DataFrame(rows)).splitlines()
    assert [line.strip("*") for line in lines if line.startswith("**")] == named
    assert lines.count(CELLS) == lines.count(HEAD) == len(datasets)
