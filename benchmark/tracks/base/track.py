"""The interface of tracks."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from benchmark.config.runs import Run
from benchmark.config.schema import Dataset, Params, TrackConfig
from benchmark.data.sizes import Counts, count_prepared, divide_counts
from benchmark.tracks.base.data import DataSets, Source
from benchmark.tracks.base.modules import find_module, load_module
from benchmark.tracks.base.scorer import NO_SPACE, UNAVERAGED, Scorer

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from benchmark.tracks.base.page import Page

SNAPSHOTS_OF_IMAGES = 5  # dimensions; of clips six, of points and sentences three
ReferenceRows = dict[str, Callable[[str, int], tuple[np.ndarray, np.ndarray]]]


class SampleShapes(NamedTuple):
    """Shapes of a sample and of a source image, and whether a data set has exactly these."""

    shape: tuple[int, ...]
    source: tuple[int, ...] = ()
    is_exact: bool = False


class Track:
    """One kind of task: its settings, data, metrics and presentation.

    A subclass sets the attributes and overrides the methods that differ. Methods take their
    defaults from the modules of the track: ``data``, ``checks``, ``scoring``, ``pictures`` and
    ``page``. They import these when called: training never loads scores or pages. A track in one
    file sets `higher_is_better`, `headline` and `curve`, and overrides `sources`, `scorer` and
    `save_samples`.

    Attributes:
        schema: its section of params.yaml.
        higher_is_better: each metric, and whether higher is better; None where neither is.
        headline: the metric that its leaderboards are sorted by.
        curve: the metric of the training curve; lower is better.
        makes_clips: whether samples move.
        trains_content_network: whether losses compare images by a network of the data set.
        trains_further_classifiers: whether FID is computed under classifiers of other seeds too.
    """

    schema: type[TrackConfig] = TrackConfig
    higher_is_better: ClassVar[dict[str, bool | None]]
    headline: str
    curve: str
    makes_clips: bool = False
    trains_content_network: bool = False
    trains_further_classifiers: bool = False

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def unaveraged_headline(self) -> str:
        """The metric of the headline score of the weights themselves, without averaging."""
        return UNAVERAGED + self.headline

    def metric_directions(self) -> dict[str, bool | None]:
        """Map each metric that runs have to whether higher is better."""
        direction = self.higher_is_better[self.headline]
        return {**self.higher_is_better, self.unaveraged_headline: direction}

    # data

    @property
    def data_sets(self) -> DataSets:
        """The data sets of the module ``data``; none for a track in one file."""
        module = find_module(self, "data")
        return module.DATA_SETS if module else DataSets({})

    def sources(self) -> Mapping[str, Source]:
        """List the built-in data sets of the track."""
        return self.data_sets.sources

    def user_files(self, name: str, dataset: Dataset) -> str | None:
        """Name the key of a data set with the path of the user's files, if any."""
        return self.data_sets.user_files(name, dataset)

    def custom_source(self, name: str, dataset: Dataset) -> Source | None:
        """Make the source of a data set from its block in params.yaml, if that describes one."""
        return self.data_sets.custom_source(name, dataset)

    def check_files(self, name: str, dataset: Dataset) -> None:
        """Exit with one line if the user's files of a data set are missing; reads no samples."""
        self.data_sets.check_files(name, dataset)

    def count_samples(self, name: str, dataset: Dataset) -> Counts | None:
        """Count the samples of a data set without reading them; None if that is not possible.

        The parts that variants do not learn from are left out.
        The source comes first, because prepared data may be those of earlier files.
        """
        counts = self.data_sets.count_samples(name, dataset)
        if counts is None:
            return count_prepared(name)
        return divide_counts(counts, trains_extractor=self.trains_extractor(dataset))

    def find_size_mistakes(self, counts: Counts, config: TrackConfig) -> list[str]:
        """Find reasons why a data set is too small to train and score on, one line each."""
        return self.data_sets.find_size_mistakes(counts, config)

    def find_mistakes(self, config: TrackConfig, params: Params) -> list[str]:
        """Find mistakes that the schema allows, one line each."""
        module = find_module(self, "checks")
        return module.find_mistakes(config) if module else []

    def sample_shapes(self, name: str, dataset: Dataset) -> SampleShapes:
        """Give shapes to build the variants on; a data set may have others."""
        side = getattr(getattr(dataset, "folder", None), "side", 16)
        return SampleShapes((3, side, side), (3, side, side))

    def trains_extractor(self, dataset: Dataset | None) -> bool:
        """Whether a network of the feature space is trained on samples of a data set.

        Args:
            dataset: its block, or None if params.yaml does not list it.
        """
        return False

    def needs_features(self, config: TrackConfig) -> bool:
        """Whether training needs networks that the stage `features` has trained."""
        return False

    # networks that training uses

    def load_perceptual_layers(
        self, run: Run, settings: Params, shape: tuple[int, ...], device: "torch.device"
    ) -> "Callable[[Tensor], list[Tensor]]":
        """Load the layers that perceptual losses compare, on tracks that have such losses."""
        raise NotImplementedError(f"{self.name}: expected no perceptual loss, got {run.variant}")

    def describe_perceptual_network(self, run: Run, settings: Params) -> dict[str, str]:
        """Return name and SHA-256 of the network of perceptual losses."""
        raise NotImplementedError(f"{self.name}: expected no perceptual loss, got {run.variant}")

    def load_caption_encoder(self, dataset: str) -> "dict[str, Tensor]":
        """Load the weights of the encoder of captions, on tracks with captions."""
        raise NotImplementedError(f"{self.name}: expected no captions, got {dataset}")

    # scores

    def write_features(self, dataset: str, params: Params) -> None:
        """Train and store the networks that scores need, and embed the real samples.

        By default scores need no network, and the record of the feature space says so.
        """
        from benchmark.features import features

        features.write_without_network(dataset, space=NO_SPACE)

    def scorer(self, dataset: str, config: TrackConfig, part: str = "test") -> Scorer:
        """Make the scorer of a data set; its stage `features` must have run.

        Args:
            dataset: name of the data set.
            config: section of the track in params.yaml.
            part: ``test`` for published scores; ``validation`` for those that settings are chosen
                by, which use no sample that published scores use.
        """
        return load_module(self, "scoring").Scorer(dataset, config.metrics, part=part)

    def headline_score(self, scorer: Scorer, samples: np.ndarray) -> float:
        """Compute the headline metric of samples."""
        score = scorer.headline(samples)
        return scorer.scores(samples)[self.headline] if score is None else score

    def search_score(self, scorer: Scorer, samples: np.ndarray) -> float:
        """Compute the score that a search minimises: the headline, negated if higher is better."""
        score = self.headline_score(scorer, samples)
        return -score if self.higher_is_better[self.headline] else score

    def reference_rows(self, dataset: str) -> ReferenceRows:
        """List the reference rows of a data set; row -> function of data set and seed."""
        from benchmark.evaluation import references

        return references.unconditional_rows()

    # presentation

    def save_samples(self, samples: np.ndarray, scorer: Any, path: Path) -> None:
        """Write samples as picture, animation or text; ``path`` has no suffix."""
        load_module(self, "pictures").save(samples, scorer, path)

    def save_moments(self, snapshots: np.ndarray, scorer: Any, path: Path) -> None:
        """Write samples at moments of training; ``path`` has no suffix.

        By default, a picture of images or clips.

        Args:
            snapshots: the first samples at each moment, ``(t, n, ...)``.
            scorer: of the data set.
            path: of the file.
        """
        if snapshots.ndim >= SNAPSHOTS_OF_IMAGES:
            from benchmark.common.writing import save_picture
            from benchmark.evaluation.pictures import snapshot_sheet

            save_picture(path.with_suffix(".png"), snapshot_sheet(snapshots))

    def save_conditions(self, dataset: str, folder: Path) -> None:
        """Write to a folder what pages show beside the samples of a data set, such as captions."""

    def write_playground(self, variant: Any, run: Run) -> None:
        """Write data of the interactive pages, such as a film or a latent walk."""

    def page(self) -> "Page":
        """Load how the site shows the track, from the module ``page`` beside it if there is one."""
        from benchmark.tracks.base.page import load_page

        return load_page(self)
