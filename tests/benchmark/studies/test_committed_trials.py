"""The committed trials: params.yaml has the best settings, and no list is too short."""

import json
from pathlib import Path

import pandas as pd
import pytest

from benchmark.studies import search, trials
from tests.benchmark.config.params import load_repository_params

SETTINGS = load_repository_params()
ROOT = Path(__file__).parents[3]
TABLE = pd.read_csv(ROOT / search.OUT)


def list_searched():
    """List the data sets whose search is finished: all variants have settings with all seeds."""
    for (track, dataset), table in TABLE.groupby(["track", "dataset"]):
        best = search.select_best(table, seeds=SETTINGS.search.seeds)
        if best.keys() >= SETTINGS.tracks[track].variants.keys():
            yield track, dataset


SEARCHED = list(list_searched())


def test_trials_are_of_present_budgets_and_data_sets():
    for (track, dataset), table in TABLE.groupby(["track", "dataset"]):
        assert dataset == next(iter(SETTINGS.tracks[track].datasets))
        for whole, part in table.groupby("whole"):
            budgets = {
                str(trials.compute_budget(SETTINGS, track, dataset, variant, whole=whole))
                for variant in SETTINGS.tracks[track].variants_of(dataset)
            }
            assert set(part["budget"]) == budgets


@pytest.mark.parametrize(("track", "dataset"), SEARCHED)
def test_params_hold_the_best_settings(track, dataset):
    section = SETTINGS.tracks[track]
    table = TABLE[(TABLE["track"] == track) & (TABLE["dataset"] == dataset)]
    for variant, best in search.select_best(table, seeds=SETTINGS.search.seeds).items():
        entry = section.variants[variant]
        changed = trials.override(entry, best)
        assert entry == changed, f"{track}: {variant}: {best}"


@pytest.mark.parametrize(("track", "dataset"), SEARCHED)
def test_no_best_learning_rate_is_at_the_end_of_the_list(track, dataset):
    """Otherwise the list is too short, and grows for all variants."""
    table = TABLE[(TABLE["track"] == track) & (TABLE["dataset"] == dataset)]
    rates = set(table["settings"].map(lambda text: json.loads(text)["lr"]))
    best = search.select_best(table, seeds=SETTINGS.search.seeds)
    at_the_end = {
        variant: settings["lr"]
        for variant, settings in best.items()
        if settings["lr"] in (min(rates), max(rates))
    }
    assert not at_the_end
