"""Lists of settings to try, and the choice of the best."""

import math

import pandas as pd
import pytest

from benchmark.studies import ranking, trials
from tests.benchmark.config.params import load_repository_params

SETTINGS = load_repository_params()
IMAGES = SETTINGS.tracks["images"]


@pytest.mark.parametrize("variant", IMAGES.variants)
def test_all_variants_try_the_same_rates_and_betas(variant):
    entry, options = IMAGES.variants[variant], SETTINGS.search.model.get(variant, {})
    result = trials.list_first(SETTINGS.search, variant, entry)
    shared = trials.list_shared(SETTINGS.search, IMAGES.variants["dcgan"])
    pairs = [
        {key: settings[key] for key in ("lr", "betas") if key in settings} for settings in result
    ]
    if entry.optimizer == "Adam":
        assert pairs == shared and len(pairs) == 2 * len(SETTINGS.search.lr)
    else:
        assert [pair["lr"] for pair in pairs] == SETTINGS.search.lr
    for settings in result:
        assert settings.get("model", {}) == {key: choices[0] for key, choices in options.items()}
        changed = trials.override(entry, settings)
        assert changed.lr == settings["lr"]
        assert changed.model == entry.model | settings.get("model", {})


def test_a_longer_list_keeps_the_trials_of_a_shorter_one():
    longer = SETTINGS.search.model_copy(update={"lr": [*SETTINGS.search.lr, 0.5]})
    before, after = (
        trials.list_shared(search, IMAGES.variants["dcgan"]) for search in (SETTINGS.search, longer)
    )
    assert after[: len(before)] == before and {entry["lr"] for entry in after[len(before) :]} == {
        0.5
    }


def test_options_are_tried_at_the_best_rate_and_betas():
    best = {"lr": 2e-3, "betas": [0.0, 0.9], "model": {"n_critic": 5, "penalty_weight": 10.0}}
    result = trials.list_second(SETTINGS.search, "wgan_gp", best)
    assert best not in result and len(result) == 3 * 2 - 1
    assert all(settings["lr"] == 2e-3 and settings["betas"] == [0.0, 0.9] for settings in result)
    assert {tuple(settings["model"].values()) for settings in result} | {(5, 10.0)} == {
        (n_critic, weight) for n_critic in (5, 2, 1) for weight in (10.0, 1.0)
    }


def test_rates_of_players_are_ratios_of_the_best_rate():
    result = trials.list_second(SETTINGS.search, "sagan", {"lr": 1e-3, "betas": [0.0, 0.9]})
    assert [settings["players"] for settings in result] == [
        {"discriminator": {"lr": 4e-3}},
        {"discriminator": {"lr": 2.5e-4}},
    ]
    changed = trials.override(IMAGES.variants["sagan"], result[0])
    assert changed.players["discriminator"].lr == 4e-3 and changed.lr == 1e-3


def test_settings_with_too_few_seeds_are_not_ranked():
    scores = {"a": [1.0, 3.0], "b": [0.5], "c": [1.5, 1.5], "d": [math.inf, 0.1]}
    assert ranking.rank_settings(scores) == ["b", "c", "a", "d"]
    assert ranking.rank_settings(scores, seeds=2) == ["c", "a", "d"]


def test_scores_after_the_whole_budget_decide():
    rows = [("a", False, 1.0), ("a", False, 2.0), ("b", False, 3.0), ("b", False, 1.0)]

    def select(*more):
        table = pd.DataFrame([*rows, *more], columns=["settings", "whole", "score"])
        return ranking.select_settings(table, seeds=2)

    assert select() == "a" and select(("a", True, 9.0)) == "a"
    assert select(("a", True, 9.0), ("b", True, 8.0)) == "b"
    assert select(("a", True, math.inf), ("c", True, 8.0)) == "c"
    assert select(("a", True, math.inf), ("b", True, math.inf)) == "a"
    assert (
        ranking.select_settings(
            pd.DataFrame(rows[:1], columns=["settings", "whole", "score"]), seeds=2
        )
        is None
    )
