"""Search hyperparameters, with an equal budget for every variant: `gan-benchmark search`.

Each trial draws settings uniformly from the lists of `search:` in params.yaml; the first trial
takes the first of each list. A trial is a run for a share of the budget of the data set, with a
seed that no track uses, or several seeds where one would leave mode collapse to chance. The best
mean of the track's headline score wins, on the validation part, which no published score uses.
Each trial is a row of results/search.csv, including failed ones, and the best settings are printed
as entries for params.yaml. Trials of the table are not repeated unless the budget or the number of
seeds has changed; they then replace the old rows.
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
from ruamel.yaml import YAML

from benchmark import config, tracks
from benchmark.common import processes
from benchmark.common.devices import default_device, make_deterministic
from benchmark.common.files import read_table
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
PART = "validation"  # of the data set, that trials are scored on
RESTORE = f"restore it with git checkout {OUT}"
COLUMNS = (
    *("track", "dataset", "variant", "trial", "settings"),
    *("budget", "samples_seen", "seeds", "score"),
)
EMPTY = pd.DataFrame(columns=COLUMNS)


@dataclass(frozen=True)
class Trial:
    """One short training run: a row of the table."""

    track: str
    dataset: str
    variant: str
    number: int
    settings: str  # JSON with keys of an entry of params.yaml: lr, betas, model

    def entry(self, before: config.VariantConfig) -> config.VariantConfig:
        """Replace settings of the variant's entry by the settings of this trial."""
        trial_settings = json.loads(self.settings)
        model = before.model | trial_settings.pop("model", {})
        return config.VariantConfig.model_validate(
            before.model_dump() | trial_settings | {"model": model}
        )


def list_trials(settings: config.Params, track: str, dataset: str, variant: str) -> list[Trial]:
    """List the trials of a variant, deterministic and without duplicates."""
    search, entry = settings.search, settings.tracks[track].variants[variant]
    space: dict[str, list[Any]] = {"lr": list(search.lr)}
    if entry.optimizer in ("Adam", "AdamW"):
        space["betas"] = [list(pair) for pair in search.betas]
    model_space = search.model.get(variant, {})
    combinations = math.prod(len(choices) for choices in [*space.values(), *model_space.values()])
    generator = random.Random(stream(search.seed, variant))
    texts: dict[str, None] = {}
    while len(texts) < min(search.trials, combinations):
        chosen, model = (
            {key: generator.choice(values) if texts else values[0] for key, values in block.items()}
            for block in (space, model_space)
        )
        texts[json.dumps(chosen | ({"model": model} if model else {}))] = None
    return [Trial(track, dataset, variant, number, text) for number, text in enumerate(texts)]


def compute_budget(settings: config.Params, track: str, dataset: str) -> config.Budget:
    """Compute the budget of a trial, rounded up: the share of the budget of the data set."""
    whole = settings.tracks[track].datasets[dataset].budget
    return whole._replace(amount=math.ceil(settings.search.share * whole.amount))


def run_trial(trial: Trial, settings: config.Params | None = None) -> tuple[int, float]:
    """Train a trial on its seeds; return the samples that each saw and the mean headline score.

    Args:
        trial: the trial.
        settings: the parameters; by default those of params.yaml, because no process can send them.
    """
    settings = settings or config.load_params()
    first = settings.search.seed
    seeds = range(first, first + settings.search.seeds.get(trial.track, 1))
    seen, scores = zip(*(compute_score(trial, settings, seed) for seed in seeds), strict=True)
    return seen[0], sum(scores) / len(scores)


def compute_score(trial: Trial, settings: config.Params, seed: int) -> tuple[int, float]:
    """Train one seed; return the samples seen and the score, infinite if a loss is not finite."""
    track = settings.tracks[trial.track]
    entry = trial.entry(track.variants[trial.variant])
    modified = track.model_copy(update={"variants": {trial.variant: entry}})
    settings = settings.model_copy(update={trial.track: modified})
    processes.prepare(track.training.threads, track.training.precision)
    make_deterministic()
    run = Run(trial.track, trial.dataset, trial.variant, seed)
    budget = compute_budget(settings, trial.track, trial.dataset)
    training = train.build_trainer(run, settings, default_device(), budget)
    while training.completed < budget.amount:
        training.step(training.completed / budget.amount)
    if not is_finite(training.curves.read(training.samples_seen)):
        return training.samples_seen, math.inf
    training.recompute_batch_norm()
    sources = load_condition(trial.dataset, PART)
    kind = tracks.load(trial.track)
    scorer = kind.scorer(trial.dataset, track, PART)
    held_out = len(load_split(trial.dataset, "test")[0])
    count = scorer.count_samples(held_out) if sources is None else len(sources)
    images, _ = draw(training.averaged, count, seed=run.seed, conditions=sources)
    return training.samples_seen, kind.search_score(scorer, images)


def load_trials() -> pd.DataFrame:
    """Load the table of finished trials, one row each."""
    return read_table(OUT, *COLUMNS, remake=RESTORE) if OUT.exists() else EMPTY.copy()


def select_best(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Select the settings with the lowest score; variant -> settings."""
    first = table.sort_values("score", kind="stable").drop_duplicates("variant")
    return {row["variant"]: json.loads(row["settings"]) for row in first.to_dict("records")}


def expect_name(name: str, names: Iterable[str]) -> None:
    """Exit with a line if a name is not in params.yaml."""
    if name not in names:
        stop(f"expected a name of {config.FILE}, got {name}; {nearest(name, names)}")


def search_settings(
    variants: Collection[str] = (),
    *,
    track: str | None = None,
    dataset: str | None = None,
    jobs: int = 1,
) -> None:
    """Run the trials that the table lacks, and print the best settings.

    Args:
        variants: names of variants; all variants of the track by default.
        track: a track; by default the track of the data set, or images.
        dataset: a data set; the first of the track by default.
        jobs: number of parallel trials.
    """
    settings = config.load_params()
    if dataset and not track:
        track = settings.datasets[expect("a data set", dataset, settings.datasets)]
    track = track or next(iter(settings.tracks))
    expect_name(track, settings.tracks)
    section = settings.tracks[track]
    dataset = dataset or next(iter(section.datasets))
    expect_name(dataset, section.datasets)
    section = section.for_dataset(dataset)
    for name in variants:
        expect_name(name, section.variants)
    if not (features.FOLDER / dataset).is_dir():
        stop(
            f"features/{dataset}: expected a folder, got none; run `dvc repro features@{dataset}`"
            " first"
        )
    count = len(load_split(dataset, PART)[0])
    needed = 1 + max(
        getattr(section.metrics, key, 0) for key in ("neighbours", "density_neighbours")
    )
    if count < needed:
        stop(
            f"data/{dataset}/{PART}: expected {needed} samples or more, as metrics need, got"
            f" {count}; add samples, or lower neighbours in {track}.metrics"
        )
    names = list(dict.fromkeys(variants or section.variants))
    table, budget = load_trials(), str(compute_budget(settings, track, dataset))
    seeds = settings.search.seeds.get(track, 1)
    selected = (table["dataset"] == dataset) & table["variant"].isin(names)
    fits = ~selected | (table["budget"] == budget) & (table["seeds"] == seeds)
    if not fits.all():
        print(f"{(~fits).sum()} trials of another budget or number of seeds are replaced")
    table = table[fits]
    done = set(table[["dataset", "variant", "settings"]].itertuples(index=False, name=None))
    pending = [
        trial
        for name in names
        for trial in list_trials(settings, track, dataset, name)
        if (trial.dataset, trial.variant, trial.settings) not in done
    ]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        results = pool.map(run_trial, pending)
        for count, (trial, (seen, score)) in enumerate(zip(pending, results, strict=True), 1):
            print(f"{count} of {len(pending)}: {trial.variant} {trial.settings}: {score:.3f}")
            row = (*vars(trial).values(), budget, seen, seeds, score)
            table = pd.concat([table, pd.DataFrame([row], columns=COLUMNS)], ignore_index=True)
            order = ["track", "dataset", "variant", "trial"]
            OUT.parent.mkdir(exist_ok=True)
            table.sort_values(order).to_csv(OUT, index=False, lineterminator="\n")
    text = StringIO()
    selected = table[(table["dataset"] == dataset) & table["variant"].isin(names)]
    YAML().dump(select_best(selected), text)
    print(text.getvalue())
