"""Search hyperparameters, with equal trials for every variant: `gan-benchmark search`.

The search of a variant has four parts:

1. every learning rate and betas of the shared list, which is the same for all variants, with one
   seed;
2. the variant's options, such as ``n_critic``, at the best three of these;
3. further seeds for the best settings, the finalists;
4. the whole budget for the finalist with the best mean over all seeds. It wins, unless its score at
   the end is worse than this mean: then the other finalists train too, one by one, until one ends
   no worse than its trials, and the best score at the end wins. If all finalists diverge, the next
   best settings follow.

Optuna runs the trials and stores them in .cache/search.db, one study per variant, so an interrupted
search resumes. results/search.csv lists every finished trial, including diverged ones; trials of
the table are not repeated. Trials of other budgets are replaced.
"""

import json
import math
import multiprocessing
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from io import StringIO
from pathlib import Path
from statistics import fmean

import optuna
import pandas as pd
from ruamel.yaml import YAML

from benchmark import config
from benchmark.common.files import read_table
from benchmark.common.messages import nearest, stop
from benchmark.common.paths import make_folder
from benchmark.config.selection import expect
from benchmark.data.splits import load_split
from benchmark.pipeline.inputs import make_inputs
from benchmark.studies.ranking import rank_settings, select_settings
from benchmark.studies.search_storage import (
    KEYS,
    Task,
    key_of,
    list_finished,
    list_rows,
    open_storage,
    open_study,
    start_trial,
    store_outcome,
)
from benchmark.studies.trials import (
    PART,
    Settings,
    Trial,
    compute_budget,
    list_first,
    list_second,
    run_trial,
)

OUT = Path("results/search.csv")
RESTORE = f"restore it with git checkout {OUT}"
COLUMNS = (*KEYS, "whole", "budget", "samples_seen", "seconds", "score")
EMPTY = pd.DataFrame(columns=COLUMNS)


def load_trials() -> pd.DataFrame:
    """Load the table of finished trials, one row each."""
    return read_table(OUT, *COLUMNS, remake=RESTORE) if OUT.exists() else EMPTY.copy()


def search_variant(task: Task, params: config.Params | None = None) -> Task:
    """Run the trials of a variant that its study lacks.

    Args:
        task: the variant.
        params: the parameters; by default those of params.yaml, because no process can send them.
    """
    params = params or config.load_params()
    search, track = params.search, params.tracks[task.track].for_dataset(task.dataset)
    budget, whole_budget = (str(compute_budget(params, *task, whole=it)) for it in (False, True))
    study = open_study(open_storage(), task, budget, whole_budget, load_trials())
    seeds = range(search.seed, search.seed + search.seeds)

    def run(settings_list: Sequence[Settings], seeds: Iterable[int]) -> list[str]:
        """Run trials, and return their settings as JSON."""
        texts = [json.dumps(settings) for settings in settings_list]
        for text in texts:
            for seed in seeds:
                if (text, seed, False) not in scores():
                    run_stored(study, Trial(*task, text, seed), params)
        return texts

    def scores() -> dict[tuple[str, int, bool], float]:
        return {key_of(trial): trial.values[0] for trial in list_finished(study)}

    def rank(texts: Collection[str], *, count: int) -> list[str]:
        """Rank settings by their mean score over the first ``count`` seeds."""
        known = scores()
        keys = {text: [(text, seed, False) for seed in seeds[:count]] for text in texts}
        return rank_settings(
            {text: [known[key] for key in of if key in known] for text, of in keys.items()},
            seeds=count,
        )

    def holds(text: str) -> bool:
        """Train settings for the whole budget; whether they end no worse than their trials."""
        if (text, seeds[0], True) not in scores():
            run_stored(study, Trial(*task, text, seeds[0], whole=True), params)
        known = scores()
        trials = [known[text, seed, False] for seed in seeds if (text, seed, False) in known]
        return known[text, seeds[0], True] <= fmean(trials)

    first = run(list_first(search, task.variant, track.variants[task.variant]), seeds[:1])
    best = [json.loads(text) for text in rank(first, count=1)[: search.finalists]]
    options = [one for settings in best for one in list_second(search, task.variant, settings)]
    second = run(options, seeds[:1])
    finalists = rank([*first, *second], count=1)[: search.finalists]
    run([json.loads(text) for text in finalists], seeds)
    if search.share < 1:
        ranked = rank(finalists, count=len(seeds))
        others = [text for text in rank([*first, *second], count=1) if text not in ranked]
        for text in (*ranked, *others):
            has_ended = any(whole and score < math.inf for (*_, whole), score in scores().items())
            if (text in others and has_ended) or holds(text):
                break
    return task


def run_stored(study: optuna.Study, trial: Trial, params: config.Params) -> None:
    """Run a trial, and store it in its study."""
    stored = start_trial(study, trial.settings, trial.seed)
    outcome = run_trial(trial, params)
    store_outcome(study, stored, trial, outcome)
    length = ", whole budget" if trial.whole else ""
    print(
        f"{trial.variant} {trial.settings}, seed {trial.seed}{length}: {outcome.score:.4g}",
        flush=True,
    )


def write_trials(tasks: Iterable[Task]) -> pd.DataFrame:
    """Write the finished trials of variants into results/search.csv, and return the table."""
    storage = open_storage()
    names = set(optuna.get_all_study_names(storage))
    table = load_trials()
    for task in tasks:
        if task.study in names:
            study = optuna.load_study(storage=storage, study_name=task.study)
            table = table[~(table[KEYS[:3]] == task).all(axis=1)]
            new = pd.DataFrame(list_rows(study, task), columns=COLUMNS)
            table = pd.concat([part for part in (table, new) if len(part)], ignore_index=True)
    table = table.sort_values([*KEYS[:3], "whole", "seed", "settings"], kind="stable")
    make_folder(OUT.parent)
    table.to_csv(OUT, index=False, lineterminator="\n")
    return table


def select_best(table: pd.DataFrame, *, seeds: int) -> dict[str, Settings]:
    """Select the best settings of each variant; variant -> settings."""
    selected = {
        str(variant): select_settings(trials, seeds=seeds)
        for variant, trials in table.groupby("variant", sort=False)
    }
    return {variant: json.loads(text) for variant, text in selected.items() if text}


def expect_name(name: str, names: Iterable[str]) -> None:
    """Exit with a line if a name is not in params.yaml."""
    if name not in names:
        stop(f"expected a name of {config.FILE}, got {name}; {nearest(name, names)}")


def expect_validation(section: config.TrackConfig, track: str, dataset: str) -> None:
    """Exit with a line if the validation part of a data set is too small."""
    count = len(load_split(dataset, PART)[0])
    needed = 1 + max(
        getattr(section.metrics, key, 0) for key in ("neighbours", "density_neighbours")
    )
    if count < needed:
        stop(
            f"data/{dataset}/{PART}: expected {needed} samples or more, as metrics need, got"
            f" {count}; add samples, or lower neighbours in {track}.metrics"
        )


def search_settings(
    variants: Collection[str] = (),
    *,
    track: str | None = None,
    dataset: str | None = None,
    jobs: int = 1,
) -> None:
    """Run the trials that the table lacks, and print the best settings.

    Data and features of the data set are made first, where they are missing.

    Args:
        variants: names of variants; all variants of the track by default.
        track: a track; by default the track of the data set, or images.
        dataset: a data set; the first of the track by default.
        jobs: number of variants that are searched at the same time.
    """
    params = config.load_params()
    if dataset and not track:
        track = params.datasets[expect("a data set", dataset, params.datasets)]
    track = track or next(iter(params.tracks))
    expect_name(track, params.tracks)
    section = params.tracks[track]
    dataset = dataset or next(iter(section.datasets))
    expect_name(dataset, section.datasets)
    section = section.for_dataset(dataset)
    for name in variants:
        expect_name(name, section.variants)
    make_inputs(params, [next(run for run in params.runs if run.dataset == dataset)])
    expect_validation(section, track, dataset)
    names = list(dict.fromkeys(variants or section.variants))
    tasks = [Task(track, dataset, name) for name in names]
    load_trials()  # exits if the table is damaged
    open_storage()  # two processes cannot both create it
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        pending = [pool.submit(search_variant, task) for task in tasks]
        for count, future in enumerate(as_completed(pending), 1):
            task = future.result()
            table = write_trials(tasks)
            print(f"{count} of {len(tasks)} variants: {task.variant}", flush=True)
    text = StringIO()
    selected = table[(table["dataset"] == dataset) & table["variant"].isin(names)]
    YAML().dump(select_best(selected, seeds=params.search.seeds), text)
    print(text.getvalue())
