"""The database of the search: an Optuna study for each variant, in .cache/search.db."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import optuna
import pandas as pd
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from optuna.trial import TrialState

from benchmark.common.paths import make_folder
from benchmark.studies.trials import Outcome, Settings, Trial

STORAGE = Path(".cache/search.db")
KEYS = ["track", "dataset", "variant", "settings", "seed"]


class Task(NamedTuple):
    """The search of one variant, as it is sent to another process."""

    track: str
    dataset: str
    variant: str

    @property
    def study(self) -> str:
        """The name of the study in the storage."""
        return "-".join(self)


def open_storage() -> optuna.storages.RDBStorage:
    """Open the database of the trials, or create it."""
    make_folder(STORAGE.parent)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.storages.RDBStorage(f"sqlite:///{STORAGE}")


def describe_parameters(
    settings: Settings, seed: int
) -> tuple[dict[str, Any], dict[str, BaseDistribution]]:
    """Describe a trial to Optuna: its parameters, such as ``model.clip``, and their ranges.

    The lists are fixed, so each range holds one value.
    """
    values: dict[str, Any] = {"lr": settings["lr"], "seed": seed}
    for place, value in zip(("beta1", "beta2"), settings.get("betas", ()), strict=False):
        values[place] = value
    values |= {f"model.{key}": value for key, value in settings.get("model", {}).items()}
    for player, block in settings.get("players", {}).items():
        values[f"{player}.lr"] = block["lr"]
    ranges: dict[str, BaseDistribution] = {
        key: FloatDistribution(value, value)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else CategoricalDistribution([value])
        for key, value in values.items()
    }
    return values, ranges


def open_study(
    storage: optuna.storages.RDBStorage, task: Task, budget: str, whole: str, table: pd.DataFrame
) -> optuna.Study:
    """Open the study of a variant with the finished trials of the table and of these budgets.

    Stored trials of another budget are deleted, and interrupted trials count as failed.

    Args:
        storage: the database.
        task: the variant.
        budget: of a trial.
        whole: the budget of the row, of trials with the whole budget.
        table: of finished trials, results/search.csv.
    """
    study = optuna.create_study(storage=storage, study_name=task.study, load_if_exists=True)
    for name, value in (("budget", budget), ("whole", whole)):
        if study.user_attrs.get(name, value) != value:
            optuna.delete_study(storage=storage, study_name=task.study)
            study = optuna.create_study(storage=storage, study_name=task.study)
    study.set_user_attr("budget", budget)
    study.set_user_attr("whole", whole)
    for trial in study.get_trials(states=(TrialState.RUNNING, TrialState.WAITING)):
        study.tell(trial.number, state=TrialState.FAIL)
    stored = {key_of(trial) for trial in list_finished(study)}
    rows = table[(table[KEYS[:3]] == task).all(axis=1) & table["budget"].isin((budget, whole))]
    for row in rows.to_dict("records"):
        if (row["settings"], row["seed"], row["whole"]) not in stored:
            values, ranges = describe_parameters(json.loads(row["settings"]), row["seed"])
            study.add_trial(
                optuna.create_trial(
                    params=values,
                    distributions=ranges,
                    value=row["score"],
                    user_attrs={key: row[key] for key in ("settings", "samples_seen", "seconds")}
                    | {"whole": bool(row["whole"])},
                )
            )
    return study


def list_finished(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    """List the trials that have a score."""
    return study.get_trials(states=(TrialState.COMPLETE,))


def key_of(trial: optuna.trial.FrozenTrial) -> tuple[str, int, bool]:
    """Return the settings as JSON, the seed, and whether the trial had the whole budget."""
    attributes = trial.user_attrs
    return attributes["settings"], int(trial.params["seed"]), attributes.get("whole", False)


def store_outcome(
    study: optuna.Study, stored: optuna.Trial, trial: Trial, outcome: Outcome
) -> None:
    """Store the outcome of a trial that `start_trial` began."""
    for key, value in (
        ("settings", trial.settings),
        ("whole", trial.whole),
        ("samples_seen", outcome.samples_seen),
        ("seconds", outcome.seconds),
    ):
        stored.set_user_attr(key, value)
    study.tell(stored, outcome.score)


def start_trial(study: optuna.Study, settings: str, seed: int) -> optuna.Trial:
    """Start a trial of settings, as JSON."""
    values, ranges = describe_parameters(json.loads(settings), seed)
    study.enqueue_trial(values)
    return study.ask(ranges)


def list_rows(study: optuna.Study, task: Task) -> list[dict[str, Any]]:
    """List the finished trials of a study as rows of the table."""
    rows = []
    for trial in list_finished(study):
        text, seed, is_whole = key_of(trial)
        attributes = trial.user_attrs
        keys = dict(zip(KEYS, (*task, text, seed), strict=True))
        rows.append(
            keys
            | {
                "whole": is_whole,
                "budget": study.user_attrs["whole" if is_whole else "budget"],
                "samples_seen": attributes["samples_seen"],
                "seconds": round(attributes["seconds"], 2),
                "score": trial.values[0],
            }
        )
    return rows
