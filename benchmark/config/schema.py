"""The schema of params.yaml, one class a section."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from benchmark.config.runs import Run
from benchmark.data.sources.downloads import Target

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Count = Annotated[int, Field(gt=0, strict=True)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Switch = Annotated[bool, Field(strict=True)]
Betas = tuple[Annotated[float, Field(ge=0, lt=1)], Annotated[float, Field(ge=0, lt=1)]]
Seed = Annotated[int, Field(ge=0, strict=True)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Features(Section):
    """How the classifier of a data set is trained."""

    seed: Seed
    epochs: Count
    batch: Count
    lr: Rate


class Dataset(Section):
    """Budget in real images seen, constructor keywords that all controlled rows share, space."""

    samples_seen: Count
    networks: dict[str, Any]
    feature_space: Literal["classifier", "inception", "dinov2", "i3d"] = "classifier"


class Folder(Section):
    """Where the images of a data set lie and how; see `benchmark.data.sources.folders`.

    Of a downloaded one, ``path`` and ``paired`` are known, and ``target`` is unless it is given.
    """

    path: Annotated[str, Field(min_length=1, strict=True)] | None = None
    paired: Switch | None = None
    target: Target | None = None
    side: Literal[8, 16, 32, 64, 128, 256, 512] = 64  # networks halve it again and again


class Compared(Dataset):
    """A data set of images made from others, and the network by which losses compare images."""

    perceptual: Literal["classifier", "vgg19"] = "classifier"


class Translated(Compared):
    """A data set of images made from images, which may be a folder of the user's."""

    folder: Folder | None = None


class Photographs(Section):
    """Photographs to train and to test on, and how they are cut.

    See `benchmark.data.sources.photo_folders`.

    ``train`` and ``test`` are paths of folders, or names of ``downloads.PHOTOS``.
    """

    train: Annotated[str, Field(min_length=1, strict=True)]
    test: Annotated[str, Field(min_length=1, strict=True)]
    scale: Literal[2, 3, 4]
    side: Literal[24, 32, 48, 64, 96, 128, 192, 256] = 96
    patches: Count = 32_000


class Enlarged(Compared):
    """A data set of images made from smaller ones, which may be folders of the user's."""

    folder: Photographs | None = None


class Captions(Section):
    """Where images with captions lie and how; see `benchmark.data.sources.caption_folders`."""

    path: Annotated[str, Field(min_length=1, strict=True)]
    captions: Annotated[str, Field(min_length=1, strict=True)] | None = None
    each: Count = 5  # captions of an image that are taken, the first ones
    side: Literal[8, 16, 32, 64, 128, 256, 512] = 64


class Captioned(Dataset):
    """A data set of images with captions, which may be a folder of the user's."""

    folder: Captions | None = None


class Oracle(Section):
    """A random LSTM that draws sentences; see `benchmark.data.sources.oracle`.

    ``weights`` is the path of a file that holds it; without one, it is drawn, with 500 tokens if
    ``vocabulary`` does not say how many.
    """

    vocabulary: Annotated[int, Field(gt=1, strict=True)] | None = None
    length: Annotated[int, Field(gt=1, strict=True)] = 12
    sequences: Count = 10_000
    weights: Annotated[str, Field(min_length=1, strict=True)] | None = None


class TextFile(Section):
    """A file with one sentence a line; see `benchmark.data.sources.text_files`."""

    path: Annotated[str, Field(min_length=1, strict=True)]
    by: Literal["word", "character"] = "word"
    length: Annotated[int, Field(gt=1, strict=True)] = 32
    vocabulary: Annotated[int, Field(gt=2, strict=True)] = 5_000


class Written(Dataset):
    """A data set of sentences, which may be an oracle's or those of a file of the user's."""

    oracle: Oracle | None = None
    file: TextFile | None = None


class Training(Section):
    """What all runs of a track share; see the comments in params.yaml for units."""

    batch: Count
    average: Rate
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


class LikenessMetrics(Metrics):
    """And of those that hold images against the truth."""

    lpips: Literal["alex", "vgg"] | None = None


class PlaneMetrics(Section):
    """Parameters of the metrics of points in the plane; see the comments in params.yaml."""

    transported: Count = 500
    bins: Count = 60


class TextMetrics(Section):
    """Parameters of the metrics of text; see the comments in params.yaml."""

    grams: Count = 4


class VariantConfig(Section):
    """One variant of a track."""

    kind: Literal["controlled", "faithful"]
    optimizer: Literal["Adam", "RMSprop"] = "Adam"
    lr: Rate
    betas: Betas | None = None
    model: dict[str, Any] = {}


class TrackConfig(Section):
    seeds: list[Seed] = Field(min_length=1)
    datasets: dict[Name, Dataset] = Field(min_length=1)
    training: Training
    metrics: Metrics
    variants: dict[Name, VariantConfig] = Field(min_length=1)


class ToyTrack(TrackConfig):
    """Noise to points in the plane."""

    metrics: PlaneMetrics = PlaneMetrics()  # type: ignore[assignment]


class LikenessTrack(TrackConfig):
    """Images to images of which it is known what they should be."""

    metrics: LikenessMetrics


class TranslationTrack(LikenessTrack):
    """Images to images."""

    datasets: dict[Name, Translated] = Field(min_length=1)  # type: ignore[assignment]


class SuperresolutionTrack(LikenessTrack):
    """Images to larger images."""

    datasets: dict[Name, Enlarged] = Field(min_length=1)  # type: ignore[assignment]


class TextToImageTrack(TrackConfig):
    """Captions to images."""

    datasets: dict[Name, Captioned] = Field(min_length=1)  # type: ignore[assignment]


class TextTrack(TrackConfig):
    """Noise to sentences."""

    datasets: dict[Name, Written] = Field(min_length=1)  # type: ignore[assignment]
    metrics: TextMetrics = TextMetrics()  # type: ignore[assignment]


class Search(Section):
    """The search for hyperparameters; see `benchmark.studies.search`."""

    seed: Seed = 1000
    trials: Count = 8
    seeds: dict[Name, Count] = {}  # of each trial on a track, from `seed` on; 1 where none is said
    samples_seen: dict[Name, Count] = {
        "images": 16_000,
        "toy": 16_000,
        "translation": 4_000,
        "multimodal": 1_500,
        "domains": 4_000,
        "superresolution": 4_000,
        "text_to_image": 16_000,
        "video": 1_600,
        "text": 16_000,
    }
    lr: list[Rate] = Field(default=[1e-3], min_length=1)
    betas: list[Betas] = Field(default=[(0.5, 0.999)], min_length=1)
    model: dict[Name, dict[str, Annotated[list[Any], Field(min_length=1)]]] = {}


class Params(Section):
    features: Features
    images: TrackConfig | None = None
    toy: ToyTrack | None = None
    translation: TranslationTrack | None = None
    multimodal: LikenessTrack | None = None
    domains: LikenessTrack | None = None
    superresolution: SuperresolutionTrack | None = None
    text_to_image: TextToImageTrack | None = None
    video: TrackConfig | None = None
    text: TextTrack | None = None
    search: Search = Search()
    _scored_only: bool = PrivateAttr(default=False)  # set by `made`

    @property
    def tracks(self) -> dict[str, TrackConfig]:
        return {name: section for name, section in self if isinstance(section, TrackConfig)}

    def made(self) -> "Params":
        """A copy with the runs alone that are scored, on data sets with scored reference rows.

        Tracks, data sets and variants without such a run are left out.
        """
        scored = [run for run in self.runs if run.is_scored and _has_references(run.dataset)]
        tracks: dict[str, TrackConfig | None] = {}
        for name, track in self.tracks.items():
            runs = [run for run in scored if run.track == name]
            datasets, variants = {run.dataset for run in runs}, {run.variant for run in runs}
            sections = {
                "datasets": {key: track.datasets[key] for key in track.datasets if key in datasets},
                "variants": {key: track.variants[key] for key in track.variants if key in variants},
            }
            tracks[name] = track.model_copy(update=sections) if runs else None
        made = self.model_copy(update=tracks)
        made._scored_only = True
        return made

    @property
    def runs(self) -> list[Run]:
        """Every run of every track, in the order of the file; after `made` the scored ones."""
        runs = [
            Run(track=name, dataset=dataset, variant=variant, seed=seed)
            for name, track in self.tracks.items()
            for dataset in track.datasets
            for variant in track.variants
            for seed in track.seeds
        ]
        return [run for run in runs if run.is_scored] if self._scored_only else runs


def _has_references(dataset: str) -> bool:
    return (Path("references") / dataset / "evaluation.json").is_file()


def model_keywords(dataset: Dataset, entry: VariantConfig) -> dict[str, Any]:
    """What the constructor of a variant gets: shared networks if controlled, then its own block."""
    shared = dataset.networks if entry.kind == "controlled" else {}
    return {**shared, **entry.model}
