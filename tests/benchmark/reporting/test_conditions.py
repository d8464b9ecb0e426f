"""Rows are ranked among those with the same condition."""

from pathlib import Path

import pandas as pd
import pytest

import gans
from benchmark.reporting import report, statistics
from benchmark.reporting.conditions import CONDITIONS, find_condition
from tests.benchmark.website.made_up import make_params, write_results

BY_FAMILY = {
    "conditional": {"labels"},
    "translation": {"images"},
    "superresolution": {"images"},
    "text_to_image": {"captions"},
}


def test_each_variant_has_the_condition_of_its_family():
    """Except one of the conditional variants, which learns its categories without labels."""
    for name in gans.files():
        expected = {"none"} if name == "infogan" else BY_FAMILY.get(gans.family(name), {"none"})
        assert {find_condition(name)} == expected <= set(CONDITIONS), name


def test_an_unheard_of_variant_is_an_error():
    with pytest.raises(KeyError):
        find_condition("unheard_of")


@pytest.fixture
def ranking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """Rank made-up results: all variants have the same scores, but wgan lost its best seed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site").mkdir()
    (tmp_path / "site/claims.yaml").write_text("{}")
    settings = make_params(["cgan", "wgan", "infogan", "dcgan", "acgan"], [0, 1, 2], ["images"])
    write_results(settings, diverged=[("wgan", 0)])
    table = statistics.mask_diverged(report.collect_scores(settings))
    return report.rank_variants(table, settings)


def test_groups_follow_each_other_and_reference_rows_are_last(ranking):
    assert list(zip(ranking["variant"], ranking["condition"].fillna(""), strict=True)) == [
        ("infogan", "none"), ("dcgan", "none"), ("wgan", "none"),
        ("cgan", "labels"), ("acgan", "labels"),
        ("held_out", ""), ("noise", ""),
    ]  # fmt: skip


def test_ranks_are_those_of_the_group(ranking):
    spans = (
        ranking.set_index("variant")[["fid_rank_best", "fid_rank_worst"]].dropna().T.to_dict("list")
    )
    assert spans == {
        "infogan": [1, 2], "dcgan": [1, 2], "wgan": [3, 3], "cgan": [1, 2], "acgan": [1, 2],
    }  # fmt: skip
