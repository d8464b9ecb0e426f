"""The sections of params.yaml for searches, sets of rows and longer runs."""

from typing import Annotated, Any

from pydantic import Field

from benchmark.config.types import Betas, Count, Name, Rate, Section, Seed


class Search(Section):
    """The search for hyperparameters; see `benchmark.studies.search`."""

    seed: Seed = 1000  # the first one of the trials
    seeds: Count = 3  # number for the finalists; all other trials have one
    finalists: Count = 3  # settings that are tried with all seeds
    share: Annotated[float, Field(gt=0, le=1, strict=True)] = 0.25  # of the budget, for a trial
    lr: list[Rate] = Field(default=[1e-3], min_length=1)
    betas: list[Betas] = Field(default=[(0.5, 0.999)], min_length=1)
    betas_per_lr: Count = 2  # pairs that are drawn for each learning rate
    model: dict[Name, dict[str, Annotated[list[Any], Field(min_length=1)]]] = Field(default={})
    # of a variant and a player: its learning rates, divided by that of the others
    lr_ratios: dict[Name, dict[Name, Annotated[list[Rate], Field(min_length=1)]]] = Field(
        default={}
    )


class Study(Section):
    """A set of rows across data sets that answers one question."""

    title: Annotated[str, Field(min_length=1, strict=True)]
    question: Annotated[str, Field(min_length=1, strict=True)]
    rows: list[str] = Field(min_length=1)  # such as digits-dcgan


class LongRuns(Section):
    """Rows that are trained for several times their budget; see `benchmark.studies.long_runs`."""

    factor: Count = 4
    rows: list[str] = Field(default=[])  # such as digits-dcgan
