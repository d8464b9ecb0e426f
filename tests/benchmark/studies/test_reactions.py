"""The judge of reactions, on made-up curves."""

import numpy as np
import pandas as pd
import pytest

from benchmark import tracks
from benchmark.studies import reactions
from benchmark.studies.damages import DAMAGES
from benchmark.studies.reactions import EXPECTED, GROUP_OF, GROUPS

DRAWS, LEVELS = 8, (0.0, 0.1, 0.2, 0.5, 1.0)


def make_values(curve, *, spread=1.0, seed=0, levels=LEVELS):
    """Make values about a curve over the levels, with a spread of the draws."""
    generator = np.random.default_rng(seed)
    values = np.asarray(curve, float) + spread * generator.standard_normal((DRAWS, len(levels)))
    return pd.DataFrame({"level": np.tile(levels, DRAWS), "value": values.ravel()})


def judge(curve, metric="fid", damage="blur", *, higher_is_worse=True, **keywords):
    values = make_values(curve, **keywords)
    return reactions.judge(metric, damage, values, higher_is_worse=higher_is_worse)


@pytest.mark.parametrize(
    ("curve", "verdict"),
    [
        ((0, 5, 10, 15, 20), "worse"),
        ((0, 0, 0, 0, 20), "worse"),
        ((0, -5, -10, -15, -20), "better"),
        ((0, 0, -20, 0, 0), "better"),
        ((0, -20, 0, 10, 20), "both"),
        ((0, 0, 20, 0, 0), "same"),
        ((0, 0, 0, 0, 0), "same"),
        ((0, 0.1, 0.2, 0.3, 0.4), "same"),
    ],
)
def test_the_verdict_follows_the_curve_in_either_direction(curve, verdict):
    assert judge(curve).verdict == verdict
    mirrored = judge(-np.asarray(curve), higher_is_worse=False)
    assert mirrored.verdict == verdict


def test_chance_is_rarely_a_reaction():
    """No change at all is judged to be one in at most 2 % of the cases."""
    verdicts = [judge((0,) * 5, seed=seed).verdict for seed in range(400)]
    assert verdicts.count("same") >= 392


def test_a_change_within_the_spread_at_its_level_is_none():
    """Small sets have wide spreads: their means differ by chance."""
    generator = np.random.default_rng(0)
    verdicts = []
    for _ in range(200):
        values = make_values((0,) * 5, seed=int(generator.integers(1 << 30)))
        is_last = values["level"] == LEVELS[-1]
        values.loc[is_last, "value"] = 10 * generator.standard_normal(DRAWS)
        verdicts.append(
            reactions.judge("fid", "fewer_samples", values, higher_is_worse=True).verdict
        )
    assert verdicts.count("same") >= 190


def test_a_constant_is_the_same_and_its_least_clear_change_is_two_per_cent():
    assert judge((10,) * 5, spread=0).verdict == "same"
    assert judge((10, 10, 10, 10, 10.19), spread=0).verdict == "same"
    assert judge((10, 10, 10, 10, 10.21), spread=0).verdict == "worse"


def test_the_numbers_of_a_reaction_are_those_of_the_curve():
    reaction = judge((10, 9, 12, 15, 14), spread=0)
    assert (reaction.start, reaction.end, reaction.level) == (10, 14, 1.0)
    assert (reaction.best_level, reaction.best) == (0.1, 9)
    assert reaction.onset == 0.2 and reaction.verdict == "both"
    assert judge((10, 12, 10, 15, 14), spread=0).onset == 0.5
    assert judge((10, 12, 10, 15, 10), spread=0).onset is None


def test_a_metric_fails_if_something_else_happens_than_should():
    assert not judge((0, 5, 10, 15, 20)).fails
    assert judge((0,) * 5).fails and judge((0, -20, 0, 10, 20)).fails
    assert judge((0, 5, 10, 15, 20), damage="copies").fails
    assert not judge((0,) * 5, damage="copies").fails
    for curve in ((0,) * 5, (0, 5, 10, 15, 20)):
        unclaimed = judge(curve, metric="vendi")
        assert unclaimed.expected is None and not unclaimed.fails


def test_values_without_bound_are_worse():
    values = make_values((0, 1, 20, 40, 0))
    values.loc[values["level"] == 1.0, "value"] = 1e16 * np.arange(1, DRAWS + 1)
    assert reactions.judge("fld", "copies", values, higher_is_worse=True).verdict == "worse"


def test_a_table_is_judged_metric_by_metric():
    steps = (0.0, 1.0, 2.0)
    rows = [
        {"damage": "none" if not level else damage, "level": level, "draw": draw}
        | {"samples": 9, "distinct": 9, "real": 9}
        | {"fid": 10 * level * (damage == "blur") + draw % 2, "precision": 1 - 0.3 * level}
        | {"vendi": 9 - level, "made_up": level}
        for damage in ("blur", "copies")
        for level in (steps if damage == "blur" else steps[1:])
        for draw in range(4)
    ]
    directions = {"fid": False, "precision": True, "vendi": None}
    judged = list(reactions.judge_table(pd.DataFrame(rows), directions))
    verdicts = {(reaction.metric, reaction.damage): reaction.verdict for reaction in judged}
    assert verdicts == {
        ("fid", "blur"): "worse",
        ("fid", "copies"): "same",
        ("precision", "blur"): "worse",
        ("precision", "copies"): "worse",
        ("vendi", "blur"): "worse",
        ("vendi", "copies"): "worse",
    }


def test_expectations_name_damages_and_metrics_that_there_are():
    assert set(EXPECTED) == set(GROUPS)
    assert all(set(damages) <= set(DAMAGES) for damages in EXPECTED.values())
    directions = tracks.load("images").metric_directions()
    # these two need a model, and intra-FID more samples; sets of the stage are not divided, and
    # further classifiers show ranks
    others = {"reconstruction_error", "unaveraged_fid", "intra_fid", "pooled_fid"}
    others |= {"classifier_2_fid", "classifier_3_fid"}
    assert set(GROUP_OF) == set(directions) - others | {"diversity"}
    judged = {name for name, higher in directions.items() if higher is not None}
    assert set(GROUP_OF) - judged == set(reactions.LOWER_IS_WORSE)
