"""Lists of settings to try, and the training runs that score them.

Each trial is one run of one seed for a share of the budget of the data set, or for the whole
budget. It is scored by the headline metric of the track on the validation part, which no published
score uses.
"""

import itertools
import json
import math
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmark import config, tracks
from benchmark.common import processes
from benchmark.common.devices import default_device, make_deterministic
from benchmark.common.seeds import stream
from benchmark.config import Run
from benchmark.data.splits import load_condition, load_split
from benchmark.evaluation.sampling import draw
from benchmark.training import train
from benchmark.training.curves import is_finite

PART = "validation"  # of the data set, that trials are scored on
CHECKS = 20  # for divergence, per trial
WITH_BETAS = ("Adam", "AdamW")

Settings = dict[str, Any]  # keys of an entry of params.yaml: lr, betas, model, players


@dataclass(frozen=True)
class Trial:
    """One training run: a row of the table of trials."""

    track: str
    dataset: str
    variant: str
    settings: str  # `Settings` as JSON
    seed: int
    whole: bool = False  # the whole budget, not a share of it

    def entry(self, before: config.VariantConfig) -> config.VariantConfig:
        """Replace settings of the variant's entry by the settings of this trial."""
        return override(before, json.loads(self.settings))


@dataclass(frozen=True)
class Outcome:
    """The result of a trial: the score, the lower the better, and its cost."""

    score: float  # infinite if a loss was no longer finite
    samples_seen: int
    seconds: float  # of processor time


def override(entry: config.VariantConfig, settings: Mapping[str, Any]) -> config.VariantConfig:
    """Copy an entry with other settings; settings of the model are merged."""
    values = entry.model_dump() | dict(settings)
    values["model"] = entry.model | settings.get("model", {})
    return config.VariantConfig.model_validate(values)


def list_shared(search: config.Search, entry: config.VariantConfig) -> list[Settings]:
    """List the learning rates and betas that every variant of a track tries, in a fixed order.

    Each learning rate is paired with some of the betas, drawn from the seed of the search and the
    rate, so that a longer list of rates keeps the trials of a shorter one. Optimisers without betas
    try each learning rate once.
    """
    if entry.optimizer not in WITH_BETAS:
        return [{"lr": lr} for lr in search.lr]
    return [
        {"lr": lr, "betas": list(betas)}
        for lr in search.lr
        for betas in sorted(
            random.Random(stream(search.seed, f"betas of {lr}")).sample(
                search.betas, min(search.betas_per_lr, len(search.betas))
            )
        )
    ]


def list_options(search: config.Search, variant: str) -> list[dict[str, Any]]:
    """List the combinations of a variant's extra options; the first has the first of each list."""
    options = search.model.get(variant, {})
    return [
        dict(zip(options, values, strict=True)) for values in itertools.product(*options.values())
    ]


def add_options(
    settings: Settings, options: Mapping[str, Any], ratios: Mapping[str, float] = {}
) -> Settings:
    """Add options of the model, and learning rates of players as ratios, to the settings."""
    added: Settings = dict(settings)
    if options:
        added["model"] = dict(options)
    if ratios:
        added["players"] = {
            player: {"lr": float(f"{ratio * settings['lr']:.6g}")}
            for player, ratio in ratios.items()
        }
    return added


def list_first(search: config.Search, variant: str, entry: config.VariantConfig) -> list[Settings]:
    """List the first trials: the shared list, with the first of each of the variant's options."""
    options = list_options(search, variant)[0]
    return [add_options(settings, options) for settings in list_shared(search, entry)]


def list_second(search: config.Search, variant: str, best: Settings) -> list[Settings]:
    """List the second trials: the variant's options at a good learning rate and betas.

    Args:
        search: the lists.
        variant: name of the variant.
        best: settings of the first trials, which are left out.
    """
    shared: Settings = {key: value for key, value in best.items() if key in ("lr", "betas")}
    combinations = [add_options(shared, options) for options in list_options(search, variant)[1:]]
    for player, ratios in search.lr_ratios.get(variant, {}).items():
        first = list_options(search, variant)[0]
        combinations += [add_options(shared, first, {player: ratio}) for ratio in ratios]
    return combinations


def compute_budget(
    settings: config.Params, track: str, dataset: str, variant: str, *, whole: bool = False
) -> config.Budget:
    """Compute the budget of a trial: the budget of the row, or the share of it, rounded up."""
    budget = settings.tracks[track].budget_of(dataset, variant)
    share = 1 if whole else settings.search.share
    return budget._replace(amount=math.ceil(share * budget.amount))


def run_trial(trial: Trial, settings: config.Params) -> Outcome:
    """Train a trial, stop it where a loss is no longer finite, and score it."""
    started = time.process_time()
    track = settings.tracks[trial.track].for_dataset(trial.dataset)
    entry = trial.entry(track.variants[trial.variant])
    modified = track.model_copy(update={"variants": {trial.variant: entry}})
    settings = settings.model_copy(update={trial.track: modified})
    processes.prepare(track.training.threads, track.training.precision)
    make_deterministic()
    run = Run(trial.track, trial.dataset, trial.variant, trial.seed)
    budget = compute_budget(settings, trial.track, trial.dataset, trial.variant, whole=trial.whole)
    training = train.build_trainer(run, settings, default_device(), budget)
    while (before := training.completed) < budget.amount:
        training.step(before / budget.amount)
        is_due = train.is_due(training.completed, before, budget=budget.amount, moments=CHECKS)
        if is_due and not is_finite(training.curves.read(training.samples_seen)):
            return Outcome(math.inf, training.samples_seen, time.process_time() - started)
    training.recompute_batch_norm()
    sources = load_condition(trial.dataset, PART)
    kind = tracks.load(trial.track)
    scorer = kind.scorer(trial.dataset, track, PART)
    held_out = len(load_split(trial.dataset, "test")[0])
    count = scorer.count_samples(held_out) if sources is None else len(sources)
    samples, _ = draw(training.averaged, count, seed=run.seed, conditions=sources)
    score = kind.search_score(scorer, samples)
    return Outcome(score, training.samples_seen, time.process_time() - started)
