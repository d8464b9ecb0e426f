"""A search for hyperparameters, the same for every variant: `gan-benchmark search`.

So many trials, each with settings drawn evenly from what `search:` in params.yaml lists, and the
first with the first of each list. A trial is short and has a seed that is on no track, or several,
where one would leave it to chance whether modes collapse; the best mean of the track's headline
score wins. Every trial is a row of results/search.csv, those that failed too, and what won is
printed as entries for params.yaml. Trials that are in the table are not run again, unless the
budget or the number of seeds is another one now: then they take the place of the old ones.
"""

import json
import math
import multiprocessing
import random
from collections.abc import Collection, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from ruamel.yaml import YAML

from benchmark import config, tracks
from benchmark.common import threads
from benchmark.common.messages import nearest, stop
from benchmark.common.seeds import stream
from benchmark.config import Run
from benchmark.config.selection import expect
from benchmark.data.splits import load_condition, load_split
from benchmark.evaluation.sampling import draw
from benchmark.features import features
from benchmark.training import train
from benchmark.training.curves import is_finite

OUT = Path("results/search.csv")
COLUMNS = ("track", "dataset", "variant", "trial", "settings", "samples_seen", "seeds", "score")


@dataclass(frozen=True)
class Trial:
    """One short training run, and its place in the table."""

    track: str
    dataset: str
    variant: str
    number: int
    settings: str  # JSON of what an entry of params.yaml takes: lr, betas, model

    def entry(self, before: config.VariantConfig) -> config.VariantConfig:
        """The variant's entry with the settings of this trial."""
        drawn = json.loads(self.settings)
        model = before.model | drawn.pop("model", {})
        return config.VariantConfig.model_validate(before.model_dump() | drawn | {"model": model})


def trials(settings: config.Params, track: str, dataset: str, variant: str) -> list[Trial]:
    """The trials of a variant: the same ones whenever they are asked for, no two alike."""
    search, entry = settings.search, settings.tracks[track].variants[variant]
    space: dict[str, list[Any]] = {"lr": list(search.lr)}
    if entry.optimizer == "Adam":
        space["betas"] = [list(pair) for pair in search.betas]
    own = search.model.get(variant, {})
    every = math.prod(len(choices) for choices in [*space.values(), *own.values()])
    drawn = random.Random(stream(search.seed, variant))
    found: dict[str, None] = {}
    while len(found) < min(search.trials, every):
        chosen, model = (
            {key: drawn.choice(some) if found else some[0] for key, some in block.items()}
            for block in (space, own)
        )
        found[json.dumps(chosen | ({"model": model} if model else {}))] = None
    return [Trial(track, dataset, variant, number, text) for number, text in enumerate(found)]


def run_trial(trial: Trial, settings: config.Params) -> float:
    """The mean over seeds of the headline score after a short training run."""
    first = settings.search.seed
    seeds = range(first, first + settings.search.seeds.get(trial.track, 1))
    return sum(score(trial, settings, seed) for seed in seeds) / len(seeds)


def score(trial: Trial, settings: config.Params, seed: int) -> float:
    """The headline score after one training run; infinite if its losses are not finite."""
    track = settings.tracks[trial.track]
    entry = trial.entry(track.variants[trial.variant])
    tried = track.model_copy(update={"variants": {trial.variant: entry}})
    settings = settings.model_copy(update={trial.track: tried})
    threads.limit(track.training.threads)
    train.make_deterministic()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    run = Run(trial.track, trial.dataset, trial.variant, seed)
    training = train.build_trainer(run, settings, device)
    budget = settings.search.samples_seen[trial.track]
    while training.samples_seen < budget:
        training.step(training.samples_seen / budget)
    if not is_finite(training.curves.read(training.samples_seen)):
        return math.inf
    sources = load_condition(trial.dataset, "test")
    held_out = len(load_split(trial.dataset, "test")[0] if sources is None else sources)
    images, _ = draw(training.averaged.cpu(), held_out, seed=run.seed, sources=sources)
    scorer = tracks.load(trial.track).scorer(trial.dataset, track)
    return scorer.headline(images)


def known() -> pd.DataFrame:
    """The trials that were run, one row each."""
    return pd.read_csv(OUT) if OUT.exists() else pd.DataFrame(columns=COLUMNS)


def best(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Variant -> the settings of its trial with the least score."""
    first = table.sort_values("score", kind="stable").drop_duplicates("variant")
    return {row["variant"]: json.loads(row["settings"]) for row in first.to_dict("records")}


def must_be(name: str, known: Iterable[str]) -> None:
    """Exit with a line if there is no such thing in params.yaml."""
    if name not in known:
        stop(f"{name}: not in {config.FILE}; {nearest(name, known)}")


def search_settings(
    variants: Collection[str] = (),
    *,
    track: str | None = None,
    dataset: str | None = None,
    jobs: int = 1,
) -> None:
    """Run the trials that are not in the table yet, and print the best settings.

    Args:
        variants: those of the track by default.
        track: that of the data set by default, and images without one.
        dataset: the first of the track by default.
        jobs: trials at a time.
    """
    settings = config.load()
    if dataset and not track:
        track = settings.datasets[expect("a data set", dataset, settings.datasets)]
    track = track or next(iter(settings.tracks))
    must_be(track, settings.tracks)
    section = settings.tracks[track]
    dataset = dataset or next(iter(section.datasets))
    must_be(dataset, section.datasets)
    for name in variants:
        must_be(name, section.variants)
    if not (features.FOLDER / dataset).is_dir():
        stop(f"features/{dataset}: not there; run `dvc repro features@{dataset}` first")
    names = list(variants or section.variants)
    table, budget = known(), settings.search.samples_seen[track]
    seeds = settings.search.seeds.get(track, 1)
    mine = (table["dataset"] == dataset) & table["variant"].isin(names)
    table = table[~mine | (table["samples_seen"] == budget) & (table["seeds"] == seeds)]
    done = set(table[["dataset", "variant", "settings"]].itertuples(index=False, name=None))
    wanted = [
        trial
        for name in names
        for trial in trials(settings, track, dataset, name)
        if (trial.dataset, trial.variant, trial.settings) not in done
    ]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        results = pool.map(run_trial, wanted, [settings] * len(wanted))
        for count, (trial, found) in enumerate(zip(wanted, results, strict=True), 1):
            print(f"{count} of {len(wanted)}: {trial.variant} {trial.settings}: {found:.3f}")
            row = (*vars(trial).values(), budget, seeds, found)
            table = pd.concat([table, pd.DataFrame([row], columns=COLUMNS)], ignore_index=True)
            order = ["track", "dataset", "variant", "trial"]
            OUT.parent.mkdir(exist_ok=True)
            table.sort_values(order).to_csv(OUT, index=False, lineterminator="\n")
    text = StringIO()
    mine = table[(table["dataset"] == dataset) & table["variant"].isin(names)]
    YAML().dump(best(mine), text)
    print(text.getvalue())
