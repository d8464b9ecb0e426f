"""The schema of params.yaml, one class per section."""

from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from benchmark.config.runs import Run

FILE = Path("params.yaml")
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Count = Annotated[int, Field(gt=0, strict=True)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]
Switch = Annotated[bool, Field(strict=True)]
Beta = Annotated[float, Field(ge=0, lt=1, strict=True)]
Betas = tuple[Beta, Beta]
Share = Annotated[float, Field(ge=0, lt=1, strict=True)]
Decay = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
Optimizer = Literal["Adam", "AdamW", "RMSprop", "SGD"]
OPTIMIZER_OPTIONS = {  # option -> the optimisers that have it
    "betas": ("Adam", "AdamW"),
    "momentum": ("RMSprop", "SGD"),
    "weight_decay": ("AdamW",),
}
Schedule = Literal["constant", "linear", "cosine"]
Seed = Annotated[int, Field(ge=0, strict=True)]
Unit = Literal["updates", "samples_seen"]


class Section(BaseModel):
    """A section of params.yaml: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
        optional: whether the leaderboard is made only if it is named.
        without: variants of the track that the leaderboard leaves out.
    """

    updates: Count | None = None
    samples_seen: Count | None = None
    optional: Switch = False
    without: list[Name] = []
    networks: dict[str, Any]
    feature_space: Literal["classifier", "inception", "dinov2", "i3d"] = "classifier"

    @model_validator(mode="after")
    def _has_one_budget(self) -> "Dataset":
        if (self.updates is None) == (self.samples_seen is None):
            got, fix = ("none", "add one") if self.updates is None else ("both", "delete one")
            raise ValueError(f"expected either updates or samples_seen, got {got}; {fix}")
        return self

    @property
    def budget(self) -> Budget:
        """The length of every run on this data set."""
        if self.updates is not None:
            return Budget(self.updates, "updates")
        assert self.samples_seen is not None  # checked above
        return Budget(self.samples_seen, "samples_seen")


class Training(Section):
    """Training parameters of all runs of a track; params.yaml comments on units."""

    batch: Count
    half_life: Annotated[float, Field(gt=0, le=1, strict=True)] = 0.03
    logs: Count
    snapshots: Count
    snapshot_samples: Count
    threads: Count
    precision: Literal["float32", "bfloat16"] = "float32"
    channels_last: Switch = False
    compile: Literal["none", "default", "reduce-overhead"] = "none"


class Metrics(Section):
    """Parameters of the metrics; see the comments in params.yaml."""

    neighbours: Count = 3
    density_neighbours: Count = 5
    splits: Count = 1
    kid_subsets: Count = 100
    kid_subset_size: Annotated[int, Field(gt=1, strict=True)] = 1000


class PlayerConfig(Section):
    """How one player of a variant is trained, where it differs from the variant's entry."""

    optimizer: Optimizer | None = None
    lr: Rate | None = None
    betas: Betas | None = None
    momentum: Beta | None = None
    weight_decay: Decay | None = None
    schedule: Schedule | None = None
    decay_from: Share | None = None
    max_gradient_norm: Rate | None = None
    max_gradient_value: Rate | None = None


class VariantConfig(Section):
    """One variant of a track.

    Attributes:
        kind: whether the networks are those of the data set or of the paper.
        optimizer, lr: of all players.
        betas: of Adam and AdamW; the default is PyTorch's.
        momentum: of RMSprop and SGD; the default is 0.
        weight_decay: of AdamW; the default is PyTorch's.
        schedule: of the learning rate; ``linear`` and ``cosine`` end at 0.
        decay_from: share of the budget after which the learning rate decays.
        max_gradient_norm, max_gradient_value: bounds of the gradient of a player: its norm, or each
            of its elements.
        model: keywords of the constructor.
        players: settings of single players, by name.
    """

    kind: Literal["controlled", "faithful"]
    optimizer: Optimizer = "Adam"
    lr: Rate
    betas: Betas | None = None
    momentum: Beta | None = None
    weight_decay: Decay | None = None
    schedule: Schedule = "constant"
    decay_from: Share = 0.0
    max_gradient_norm: Rate | None = None
    max_gradient_value: Rate | None = None
    model: dict[str, Any] = {}
    players: dict[Name, PlayerConfig] = {}

    def for_player(self, name: str) -> "VariantConfig":
        """Merge the settings of a player into those of all players.

        A null of the player removes an option or a bound. Options that only the optimiser of the
        other players has are left out.
        """
        player = self.players.get(name, PlayerConfig()).model_dump(exclude_unset=True)
        can_be_null = {*OPTIMIZER_OPTIONS, "max_gradient_norm", "max_gradient_value"}
        player = {
            key: value for key, value in player.items() if value is not None or key in can_be_null
        }
        optimizer = player.get("optimizer", self.optimizer)
        foreign = {
            option: None
            for option, optimizers in OPTIMIZER_OPTIONS.items()
            if optimizer not in optimizers and optimizer != self.optimizer
        }
        return self.model_copy(update={"players": {}, **foreign, **player})


class TrackConfig(Section):
    """The section of a track; tracks with more options subclass it.

    ``variants_from`` names a track whose entries are inherited.
    """

    seeds: list[Seed] = Field(min_length=1)
    datasets: dict[Name, Dataset] = {}
    training: Training
    metrics: Metrics = Metrics()
    variants_from: Name | None = None
    variants: dict[Name, VariantConfig] = Field(min_length=1)

    def variants_of(self, dataset: str) -> dict[str, VariantConfig]:
        """Return the variants of a leaderboard, in the order of the file."""
        without = self.datasets[dataset].without
        return {name: entry for name, entry in self.variants.items() if name not in without}


class Search(Section):
    """The search for hyperparameters; see `benchmark.studies.search`."""

    seed: Seed = 1000
    trials: Count = 8
    seeds: dict[Name, Count] = {}  # of each trial of a track, from `seed` on; default 1
    share: Annotated[float, Field(gt=0, le=1, strict=True)] = 0.25  # of the budget, for a trial
    lr: list[Rate] = Field(default=[1e-3], min_length=1)
    betas: list[Betas] = Field(default=[(0.5, 0.999)], min_length=1)
    model: dict[Name, dict[str, Annotated[list[Any], Field(min_length=1)]]] = {}


class Study(Section):
    """A set of rows across data sets that answers one question."""

    title: Annotated[str, Field(min_length=1, strict=True)]
    question: Annotated[str, Field(min_length=1, strict=True)]
    rows: list[str] = Field(min_length=1)  # such as digits-dcgan


class Params(Section):
    """params.yaml as a whole; `benchmark.config.parse_params` adds a field for each track."""

    features: Features
    search: Search = Search()
    studies: dict[Name, Study] = {}
    _scored_only: bool = PrivateAttr(default=False)  # set by `with_results`
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
    def optional_datasets(self) -> set[str]:
        """The data sets whose leaderboards are made only if they are named."""
        return {
            dataset
            for track in self.tracks.values()
            for dataset, block in track.datasets.items()
            if block.optional
        }

    def list_runs(self, *named: str) -> list[Run]:
        """List the runs without those of optional leaderboards, unless these are named."""
        left_out = self.optional_datasets - {*named}
        return [run for run in self.runs if run.dataset not in left_out]

    @property
    def runs(self) -> list[Run]:
        """All runs in the order of the file; after `with_results` the scored runs."""
        runs = [
            Run(track=name, dataset=dataset, variant=variant, seed=seed)
            for name, track in self.tracks.items()
            for dataset in track.datasets
            for variant in track.variants_of(dataset)
            for seed in track.seeds
        ]
        return [run for run in runs if run.is_scored] if self._scored_only else runs

    @property
    def rows(self) -> dict[str, list[Run]]:
        """Row, such as digits-dcgan -> its runs, one a seed."""
        rows: dict[str, list[Run]] = {}
        for run in self.runs:
            rows.setdefault(run.row, []).append(run)
        return rows

    def with_results(self) -> "Params":
        """Copy the parameters, with scored runs and data sets with scored references only.

        Tracks, data sets and variants without such runs are left out.
        """
        scored = [run for run in self.runs if run.is_scored and has_references(run.dataset)]
        sections: dict[str, TrackConfig | None] = {}
        for name, track in self.tracks.items():
            runs = [run for run in scored if run.track == name]
            datasets, variants = {run.dataset for run in runs}, {run.variant for run in runs}
            parts = {
                "datasets": {key: track.datasets[key] for key in track.datasets if key in datasets},
                "variants": {key: track.variants[key] for key in track.variants if key in variants},
            }
            sections[name] = track.model_copy(update=parts) if runs else None
        copy = self.model_copy(update=sections)
        copy._scored_only, copy._whole = True, self.whole
        return copy

    @property
    def whole(self) -> "Params":
        """All parameters, also after `with_results`."""
        return self._whole or self


def has_references(dataset: str) -> bool:
    """Whether the reference rows of a data set are scored."""
    return (Path("references") / dataset / "evaluation.json").is_file()


def model_keywords(dataset: Dataset, entry: VariantConfig) -> dict[str, Any]:
    """Merge the constructor keywords of a variant: shared networks if controlled, its `model:`."""
    shared = dataset.networks if entry.kind == "controlled" else {}
    return {**shared, **entry.model}
