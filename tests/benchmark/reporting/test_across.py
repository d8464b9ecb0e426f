"""Variants over several data sets: the scale, the weights, and what is taken together."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from benchmark.reporting import across


def over(seeds, monkeypatch, *, alone=(), labelled=()):
    """The table over two tracks on which noise scores 10 and held-out data 0."""
    monkeypatch.setattr(across.gans, "family", lambda variant: "x")
    monkeypatch.setattr(
        across, "find_condition", lambda variant: "labels" if variant in labelled else "none"
    )
    rows = [
        (track, dataset, variant, seed, metric, value)
        for track, dataset, metric in (("images", "digits", "fid"), ("toy", "ring8", "wasserstein"))
        for variant, own in {"noise": [10.0], "held_out": [0.0], **seeds[dataset]}.items()
        for seed, value in enumerate(own)
    ]
    columns = ["track", "dataset", "variant", "seed", "metric", "value"]
    tracks = {
        track: SimpleNamespace(
            variants=[*seeds[name], *more], datasets={name: SimpleNamespace(only=None)}
        )
        for track, name, more in (("images", "digits", ()), ("toy", "ring8", alone))
    }
    return across.build_table(pd.DataFrame(rows, columns=columns), SimpleNamespace(tracks=tracks))


def test_a_variant_that_is_good_everywhere_comes_first(monkeypatch):
    seeds = {
        "digits": {"good": [2.0, 2.0], "even": [4.0, 4.0], "lost": [np.nan, 11.0]},
        "ring8": {"good": [1.0, 1.0, 1.0], "even": [4.0, 4.0, 4.0], "lost": [3.0, 3.0, 3.0]},
    }
    result = over(seeds, monkeypatch).set_index("variant")
    assert list(result.index) == ["good", "even", "lost"]
    assert (result["datasets"] == "digits+ring8").all() and (result["runs"] == 5).all()
    assert result["iqm"].tolist() == pytest.approx([0.85, 0.6, 0.35])
    assert result["low"].le(result["iqm"]).all() and result["high"].ge(result["iqm"]).all()
    assert result["beats"].tolist() == pytest.approx([1, 0.25, 0.25])
    assert result["worst"].tolist() == pytest.approx([0.8, 0.6, 0])
    assert result.loc["good", ["at_0.80", "at_0.85", "at_0.95"]].tolist() == [1, 0.5, 0]
    assert result.loc["lost", ["at_0.05", "at_0.70", "at_0.75"]].tolist() == [0.5, 0.5, 0]


def test_variants_are_compared_with_those_of_their_condition(monkeypatch):
    scores = {"a": [4.0, 5.0], "b": [6.0, 6.5], "given": [1.0, 1.5], "other": [2.0, 2.5]}
    seeds = {"digits": scores, "ring8": scores}
    result = over(seeds, monkeypatch, labelled=["given", "other"])
    assert list(zip(result["condition"], result["variant"], strict=True)) == [
        ("none", "a"), ("none", "b"), ("labels", "given"), ("labels", "other"),
    ]  # fmt: skip
    assert result["beats"].tolist() == [1, 0, 1, 0]
    assert result["rank_worst"].le(2).all()
    rest = over(seeds, monkeypatch, labelled=["given"])
    assert set(rest["condition"]) == {"none"}, "one variant has none to be compared with"


def test_only_tracks_that_share_half_of_their_variants_are_taken_together(monkeypatch):
    seeds = {name: {"a": [1.0], "b": [2.0]} for name in ("digits", "ring8")}
    assert len(over(seeds, monkeypatch)) == 2
    result = over(seeds, monkeypatch, alone=["d", "e", "f"])
    assert result.empty and tuple(result) == across.COLUMNS


def test_a_variant_of_one_track_alone_does_not_part_it_from_the_others(monkeypatch):
    seeds = {"digits": {"a": [1.0], "b": [2.0], "new": [1.0]}, "ring8": {"a": [1.0], "b": [2.0]}}
    assert sorted(over(seeds, monkeypatch)["variant"]) == ["a", "b"]


def test_a_data_set_without_the_ends_of_the_scale_is_left_out(monkeypatch):
    seeds = {name: {"a": [1.0], "b": [2.0]} for name in ("digits", "ring8")}
    monkeypatch.setattr(across, "SCALE_ROWS", ("noise", "truth"))
    assert over(seeds, monkeypatch).empty


def test_a_variant_without_scores_somewhere_is_as_good_as_noise_there(monkeypatch):
    seeds = {"digits": {"a": [1.0], "b": [2.0]}, "ring8": {"a": [1.0]}}
    result = over(seeds, monkeypatch, alone=["b"]).set_index("variant")
    assert result.loc["b", "worst"] == 0 and result.loc["a", "worst"] == pytest.approx(0.9)
