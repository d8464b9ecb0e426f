"""The tables of README.md: data sets, conditions and columns."""

import pandas as pd
import pytest

from benchmark.reporting.readme import render_markdown

ROW = {
    "variant": "dcgan", "kind": "controlled", "condition": "none", "fid_mean": 2.5,
    "fid_low": 2.0, "fid_high": 3.0,
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


def test_conditional_variants_have_a_table_with_the_metrics_of_classes():
    data = {"track": "images", "dataset": "digits"}
    labels = {"variant": "cgan", "condition": "labels", "class_accuracy_mean": 0.9876}
    noise = {"variant": "noise", "kind": "reference", "condition": None, "fid_rank_best": None}
    rows = [data | ROW, data | ROW | labels | {"intra_fid_mean": 1.234}, data | ROW | noise]
    text = render_markdown(pd.DataFrame(rows).convert_dtypes()).split("\n\nSeeds of")[0]
    first, second = text.split("\n\n**Variants conditioned on")
    assert first.startswith("**Unconditional variants**\n\n" + HEAD)
    assert CELLS in first and "`cgan`" not in first and "accuracy" not in first
    assert "| class accuracy | intra-FID |" in second and "`dcgan`" not in second
    assert "| `cgan` | 2.50 | 2.00–3.00 |  | 0.750 | 0.500 | 0.988 | 1.23 | 9 |" in second
    assert all(part.splitlines()[-1].startswith("|  | *noise* |") for part in (first, second))


def test_all_tracks_with_results_are_named_and_no_other():
    others = {"track": "text", "dataset": "grammar", "modes_mean": None}
    unscored = {"track": "video", "dataset": "moving_digits", "kind": "reference"}
    rows = [{"track": "images", "dataset": "digits"} | ROW, ROW | others, ROW | unscored]
    *_, seeds, recorded = render_markdown(pd.DataFrame(rows)).splitlines()
    assert seeds == "Seeds of each row: 3 on digits."
    assert recorded == "Leaderboards with recorded results: digits, grammar."


def test_modes_stand_beside_the_share_of_high_quality():
    plane = {"track": "toy", "dataset": "ring8", "modes_mean": 7.5, "high_quality_mean": 0.714}
    diverged = {"variant": "wgan", "diverged": 3, "modes_mean": None, "high_quality_mean": None}
    partly = {"variant": "lsgan", "diverged": 1}
    rows = [
        {"track": "images", "dataset": "digits"} | ROW | {"variant": name}
        for name in ("dcgan", "wgan", "lsgan")
    ] + [ROW | plane, ROW | plane | diverged, ROW | plane | partly]
    head, _, *lines, _, seeds, columns, recorded = render_markdown(pd.DataFrame(rows)).splitlines()
    assert columns.startswith("`ring8 modes`: modes ")  # of the data sets in the table only
    assert recorded == "Leaderboards with recorded results: digits, ring8."
    assert seeds == "Seeds of each row: 3 on digits, 3 on ring8."
    assert head.endswith("| ring8 modes (quality) | seconds |")
    ends = [line.split(" | ")[-2] for line in lines]
    assert ends == ["7.5 (71 %)", "diverged", "7.5 (1 of 3 diverged) (71 %)"]
