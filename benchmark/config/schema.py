"""The schema of params.yaml, one class per section."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, PrivateAttr, field_validator, model_validator
from pydantic_core import PydanticCustomError

from benchmark.config.runs import RUNS, Run, find_references
from benchmark.config.studies import LongRuns, Search, Study
from benchmark.config.types import Count, HalfLife, Name, Rate, Section, Seed, Switch
from benchmark.config.variants import Changes, VariantConfig

FILE = Path("params.yaml")
# constructor keywords that come from the data
FROM_DATA = ("shape", "classes", "source", "vocabulary", "length")
Unit = Literal["updates", "samples_seen"]


class Features(Section):
    """Training parameters of the classifier of a data set."""

    seed: Seed
    epochs: Count
    batch: Count
    lr: Rate


class Budget(NamedTuple):
    """The length of a run: its amount, in updates of the generator or in real samples seen."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {'updates' if self.unit == 'updates' else 'samples'}"


class Dataset(Section):
    """Budget of every run, constructor keywords of all controlled rows, feature space.

    Attributes:
        updates: the budget in rounds of a variant's algorithm, each with one generator update.
        samples_seen: the budget in real samples; a data set has one of the two.
        optional: variants whose rows are made only if they, the data set or the track is named;
            True for all.
        seeds: in place of those of the track.
        without: variants of the track that the leaderboard leaves out.
        only: variants of the track that the leaderboard has; None for all but those of ``without``.
        changes: settings that replace those of all its variants.
    """

    updates: Count | None = None
    samples_seen: Count | None = None
    optional: bool | list[str] = False
    seeds: list[Seed] | None = Field(default=None, min_length=1)
    without: list[Name] = Field(default=[])
    only: list[Name] | None = Field(default=None, min_length=1)
    changes: Changes | None = None
    networks: dict[str, Any]
    feature_space: Literal["classifier", "inception", "dinov2", "i3d"] = "classifier"

    @field_validator("optional", mode="before")
    @classmethod
    def _is_switch_or_names(cls, value: Any) -> Any:
        is_list = isinstance(value, list) and value and all(isinstance(name, str) for name in value)
        if not isinstance(value, bool) and not is_list:
            raise PydanticCustomError(
                "optional", "Input should be true or a list of one variant or more"
            )
        return value

    @model_validator(mode="after")
    def _has_one_of_two_keys(self) -> "Dataset":
        if (self.updates is None) == (self.samples_seen is None):
            got, fix = ("none", "add one") if self.updates is None else ("both", "delete one")
            raise ValueError(f"expected either updates or samples_seen, got {got}; {fix}")
        if self.only and self.without:
            raise ValueError("expected either only or without, got both; delete one")
        return self

    @property
    def budget(self) -> Budget:
        """The length of every run on this data set, unless its variant has another."""
        if self.updates is not None:
            return Budget(self.updates, "updates")
        assert self.samples_seen is not None  # checked above
        return Budget(self.samples_seen, "samples_seen")


class Training(Section):
    """Training parameters of all runs of a track; params.yaml comments on units."""

    batch: Count
    half_life: HalfLife = 0.03
    logs: Count
    snapshots: Count
    snapshot_samples: Count
    threads: Count
    precision: Literal["float32", "bfloat16"] = "float32"
    channels_last: Switch = False
    compile: Literal["none", "default", "reduce-overhead"] = "none"


class Metrics(Section):
    """Parameters of the metrics; see the comments in params.yaml.

    Attributes:
        samples: of images and clips from noise, the number of generated samples of a run; if more
            are held out, that many.
    """

    samples: Count = 10_000
    neighbours: Count = 3
    density_neighbours: Count = 5
    splits: Count = 1
    kid_subsets: Count = 100
    kid_subset_size: Annotated[int, Field(gt=1, strict=True)] = 1000


class TrackConfig(Section):
    """The section of a track; tracks with more options subclass it.

    ``variants_from`` names a track whose entries are inherited.
    """

    seeds: list[Seed] = Field(min_length=1)
    datasets: dict[Name, Dataset] = Field(default={})
    training: Training
    metrics: Metrics = Metrics()
    variants_from: Name | None = None
    variants: dict[Name, VariantConfig] = Field(min_length=1)

    def variants_of(self, dataset: str) -> dict[str, VariantConfig]:
        """Return the variants of a leaderboard with its changes, in the order of the file."""
        block = self.datasets[dataset]
        return {
            name: entry.with_changes(block.changes)
            for name, entry in self.variants.items()
            if name not in block.without and (block.only is None or name in block.only)
        }

    def optional_variants_of(self, dataset: str) -> list[str]:
        """List the variants of a leaderboard whose rows are made only if they are named."""
        optional = self.datasets[dataset].optional
        variants = self.variants_of(dataset)
        return [name for name in variants if optional is True or (optional and name in optional)]

    def budget_of(self, dataset: str, variant: str) -> Budget:
        """Return the length of the runs of a row."""
        updates = self.variants[variant].with_changes(self.datasets[dataset].changes).updates
        return Budget(updates, "updates") if updates else self.datasets[dataset].budget

    def seeds_of(self, dataset: str) -> list[int]:
        """Return the seeds of every row of a leaderboard."""
        return self.datasets[dataset].seeds or self.seeds

    def for_dataset(self, dataset: str) -> "TrackConfig":
        """Copy the section with the variants and the seeds of a leaderboard only.

        Its changes are in the entries, which can then be replaced.
        """
        block = self.datasets[dataset].model_copy(update={"changes": None})
        parts = {"variants": self.variants_of(dataset), "seeds": self.seeds_of(dataset)}
        return self.model_copy(update={"datasets": {**self.datasets, dataset: block}, **parts})

    @property
    def largest_batch(self) -> int:
        """The largest batch of a variant, which the training split must fill."""
        return self.training_of(self.variant_of_largest_batch).batch

    @property
    def variant_of_largest_batch(self) -> str:
        """The variant whose batch is the largest, the first of several."""
        return max(self.variants, key=lambda variant: self.training_of(variant).batch)

    def training_of(self, variant: str) -> Training:
        """Return the training parameters of a variant, which may replace those of the track."""
        entry = self.variants[variant]
        changes = {"batch": entry.batch, "half_life": entry.half_life}
        return self.training.model_copy(
            update={key: value for key, value in changes.items() if value is not None}
        )


class Params(Section):
    """params.yaml as a whole; `benchmark.config.parse_params` adds a field for each track."""

    features: Features
    search: Search = Search()
    studies: dict[Name, Study] = Field(default={})
    films: list[str] = Field(default=[])  # rows such as ring8-dcgan, whose film is recorded
    long_runs: LongRuns = LongRuns()
    _roots: dict[str, Path] | None = PrivateAttr(default=None)  # set by `with_results`
    _whole: "Params | None" = PrivateAttr(default=None)  # likewise

    @property
    def tracks(self) -> dict[str, TrackConfig]:
        """The tracks that have data sets, in the order of the file."""
        return {
            name: section
            for name, section in self
            if isinstance(section, TrackConfig) and section.datasets
        }

    @property
    def datasets(self) -> dict[str, str]:
        """Data set -> its track."""
        return {dataset: name for name, track in self.tracks.items() for dataset in track.datasets}

    @property
    def optional_rows(self) -> set[str]:
        """The rows, such as digits-dcgan, that are made only if they are named."""
        return {
            f"{dataset}-{variant}"
            for track in self.tracks.values()
            for dataset in track.datasets
            for variant in track.optional_variants_of(dataset)
        }

    @property
    def optional_datasets(self) -> set[str]:
        """The data sets all of whose rows are made only if they are named."""
        return {*self.datasets} - {run.dataset for run in self.list_runs()}

    def list_runs(self, named: Collection[str] = ()) -> list[Run]:
        """List the runs without those of optional rows, unless these are named."""
        left_out = self.optional_rows - {*named}
        return [run for run in self.runs if run.row not in left_out]

    @property
    def runs(self) -> list[Run]:
        """All runs in the order of the file; after `with_results` those with results."""
        runs = [
            Run(track=name, dataset=dataset, variant=variant, seed=seed)
            for name, track in self.tracks.items()
            for dataset in track.datasets
            for variant in track.variants_of(dataset)
            for seed in track.seeds_of(dataset)
        ]
        if self._roots is None:
            return runs
        rooted = [replace(run, root=self._roots.get(run.row, RUNS)) for run in runs]
        return [run for run in rooted if run.is_scored]

    @property
    def rows(self) -> dict[str, list[Run]]:
        """Row, such as digits-dcgan -> its runs, one a seed."""
        rows: dict[str, list[Run]] = {}
        for run in self.runs:
            rows.setdefault(run.row, []).append(run)
        return rows

    def with_results(self, roots: Mapping[str, Path] | None = None) -> "Params":
        """Copy the parameters, with scored runs and data sets with scored references only.

        Tracks, data sets and variants without such runs are left out.

        Args:
            roots: row -> folder of its outputs, if it is not `RUNS`.
        """
        copy = self.model_copy()
        copy._roots = dict(roots or {})
        scored = [run for run in copy.runs if has_references(run.dataset)]
        sections: dict[str, TrackConfig | None] = {}
        for name, track in self.tracks.items():
            runs = [run for run in scored if run.track == name]
            datasets, variants = {run.dataset for run in runs}, {run.variant for run in runs}
            parts = {
                "datasets": {key: track.datasets[key] for key in track.datasets if key in datasets},
                "variants": {key: track.variants[key] for key in track.variants if key in variants},
            }
            sections[name] = track.model_copy(update=parts) if runs else None
        copy = copy.model_copy(update=sections)
        copy._whole = self.whole
        return copy

    @property
    def whole(self) -> "Params":
        """All parameters, also after `with_results`."""
        return self._whole or self


def has_references(dataset: str) -> bool:
    """Whether the reference rows of a data set are scored."""
    return (find_references(dataset) / "evaluation.json").is_file()


def model_keywords(dataset: Dataset, entry: VariantConfig) -> dict[str, Any]:
    """Merge the constructor keywords of a variant: networks that it shares, and its `model:`."""
    shared = dataset.networks if entry.shares_networks else {}
    return {**shared, **entry.model}
