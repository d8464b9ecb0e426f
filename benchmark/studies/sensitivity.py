"""Score real images under known damage: `gan-benchmark sensitivity digits`.

Writes sensitivity/digits.csv: one line for each damage, level and draw, with the number of
images in the set, of different ones among them and of real images that they are compared with, and
each metric. Level 0 is the undamaged set of a draw, with the damage ``none``.
`benchmark.studies.reactions` judges the table.
"""

import math
import time
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from benchmark import config
from benchmark.common import processes
from benchmark.common.devices import make_deterministic, use_full_float32
from benchmark.common.messages import stop
from benchmark.common.paths import make_folder
from benchmark.common.progress import ProgressBar
from benchmark.common.seeds import stream
from benchmark.common.writing import write_text
from benchmark.config import Metrics
from benchmark.config.selection import expect
from benchmark.data.splits import Split, load_split
from benchmark.features import extractors, features
from benchmark.studies.damages import DAMAGES, Pool, select
from benchmark.studies.reactions import COLUMNS
from benchmark.studies.selection import TRACK, list_sensitivity_datasets
from benchmark.tracks.images.real import Real
from benchmark.tracks.images.scoring import Scorer

FOLDER = Path("sensitivity")
# at most, for a run of about two minutes on one core
SAMPLES = 500  # in a set; at most half of the held-out images, so that the draws differ
REAL = 2_000  # training images that sets are compared with
HELD_OUT = 1_000  # validation images whose likelihood FLD computes
DRAWS = 8
SMALLEST_SHARE = 0.1  # of a set that a damage leaves


class RememberingExtractor:
    """An extractor that embeds each image once: most sets share most of their images.

    Args:
        extractor: embeds the images.
    """

    def __init__(self, extractor: extractors.FeatureExtractor) -> None:
        self.extractor = extractor
        self.name, self.file, self.features = extractor.name, extractor.file, extractor.features
        self.embedded: dict[bytes, tuple[np.ndarray, np.ndarray | None]] = {}

    def embed(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Compute features ``(n, d)`` and class probabilities ``(n, classes)`` or None, float64.

        Args:
            images: uint8 ``(n, c, h, w)``.
        """
        keys = [image.tobytes() for image in images]
        first = {key: row for row, key in enumerate(keys) if key not in self.embedded}
        if first:
            rows = list(first.values())
            computed, probabilities = self.extractor.embed(images[rows])
            for place, key in enumerate(first):
                share = None if probabilities is None else probabilities[place]
                self.embedded[key] = computed[place], share
        parts = [self.embedded[key] for key in keys]
        shares = [share for _, share in parts if share is not None]
        return np.stack([row for row, _ in parts]), np.stack(shares) if shares else None

    def describe_preprocessing(self, shape: tuple[int, ...]) -> list[str]:
        """List what is done to images ``(c, h, w)`` before the network sees them."""
        return self.extractor.describe_preprocessing(shape)


class RealWithDiversity(Real):
    """Compares features with the real ones, also by the diversity of training curves."""

    def compare(
        self, generated: np.ndarray, probabilities: np.ndarray | None = None
    ) -> dict[str, float]:
        scores = super().compare(generated, probabilities)
        return scores | {"diversity": self.diversity(generated)}


class SubsetScorer(Scorer):
    """Scores images like the leaderboards, against a subset of the training images.

    FLD computes the likelihood of validation images: the held-out ones are what is scored.

    Args:
        dataset: name of the data set; its stage `features` has run.
        settings: the metrics' parameters.
        rows: of the training images, ``(n,)``.
    """

    def __init__(self, dataset: str, settings: Metrics, rows: np.ndarray) -> None:
        # not that of the parent, which computes statistics of all training images
        self.dataset, self.part, self.rows = dataset, "test", rows
        space = RememberingExtractor(features.load_pinned_extractor(dataset))
        self.space = self.classifier = space
        self.labels = load_split(dataset, "train")[1][rows]
        embedded = features.load_real_features(dataset, "train")[0][rows]
        held_out = features.load_real_features(dataset, "validation")[0][:HELD_OUT]
        self.real = RealWithDiversity(embedded, settings, held_out)
        self.further_classifiers = []

    @cached_property
    def random_space(self) -> tuple[extractors.FeatureExtractor, Real]:
        embedded = features.load_real_features(self.dataset, "random_train")[0][self.rows]
        extractor = RememberingExtractor(extractors.load("random", dataset=self.dataset))
        return extractor, Real(embedded, self.real.settings)


def draw_pool(held_out: Split, train: Split, *, draw: int, size: int) -> Pool:
    """Draw the random order of the held-out images."""
    order = np.random.default_rng(stream(draw, "sensitivity")).permutation(len(held_out[0]))
    return Pool(select(held_out, order), train, size)


def measure_draw(scorer: Scorer, pool: Pool, draw: int) -> list[dict[str, float | str]]:
    """Score the undamaged set of a draw, and that set under each damage at each level.

    Returns:
        The rows of the table, keys as in ``COLUMNS`` and the metrics.
    """

    def score(damage: str, level: float, images: np.ndarray, labels: np.ndarray) -> dict:
        place = {
            "damage": damage,
            "level": level,
            "draw": draw,
            "samples": len(images),
            "distinct": len(np.unique(images.reshape(len(images), -1), axis=0)),
            "real": len(scorer.labels),
        }
        return place | scorer.scores(images, labels)

    rows = [score("none", 0.0, *pool.undamaged)]
    for name, damage in DAMAGES.items():
        for level in damage.list_levels(pool):
            rng = np.random.default_rng(stream(draw, name))  # the same for every level
            rows.append(score(name, level, *damage.apply(pool, level, rng)))
    return rows


def count_needed(settings: Metrics) -> int:
    """Count the held-out images whose smallest damaged set has more samples than neighbours."""
    smallest = 1 + max(settings.neighbours, settings.density_neighbours)
    return 2 * math.ceil(smallest / SMALLEST_SHARE)


def measure(dataset: str, settings: Metrics) -> pd.DataFrame:
    """Score held-out images of a data set under every damage, in several draws.

    Args:
        dataset: name of the data set; its stage `features` has run.
        settings: the metrics' parameters.

    Returns:
        The table: ``COLUMNS``, and a column for each metric. Empty if the held-out images are
        fewer than `count_needed`.
    """
    train, held_out = load_split(dataset, "train"), load_split(dataset, "test")
    order = np.random.default_rng(stream(0, "real images")).permutation(len(train[0]))
    rows = np.sort(order[:REAL])
    scorer, subset = SubsetScorer(dataset, settings, rows), select(train, rows)
    size = min(SAMPLES, len(held_out[0]) // 2)
    needed = count_needed(settings)
    if len(held_out[0]) < needed:
        print(
            f"{dataset}: sensitivity: expected {needed} held-out images or more, got"
            f" {len(held_out[0])}; the table stays empty: add images"
        )
        return pd.DataFrame(columns=COLUMNS)
    table = []
    with ProgressBar(f"{dataset}: sensitivity", total=DRAWS, unit="draw") as progress:
        for draw in range(DRAWS):
            pool = draw_pool(held_out, subset, draw=draw, size=size)
            table += measure_draw(scorer, pool, draw)
            progress.advance(1)
    frame = pd.DataFrame(table)
    assert tuple(frame.columns[: len(COLUMNS)]) == COLUMNS
    return frame


def write_sensitivity(dataset: str, params: config.Params) -> None:
    """Write the table of a data set.

    Exits with one line if params.yaml does not list the data set, or if it is not one of small
    images with classes.
    """
    expect("a data set", dataset, params.datasets)
    datasets = list_sensitivity_datasets(params)
    if dataset not in datasets:
        stop(
            f"sensitivity: expected a data set of small images with classes, got {dataset}; take"
            f" one of {', '.join(datasets) or 'none: list one under images in params.yaml'}"
        )
    processes.prepare(1)
    make_deterministic()
    use_full_float32()
    started = time.monotonic()
    table = measure(dataset, params.tracks[TRACK].metrics)
    make_folder(FOLDER)
    text = table.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    write_text(FOLDER / f"{dataset}.csv", text)
    seconds = time.monotonic() - started
    print(f"{dataset}: {len(table)} sets scored in {seconds:.0f} s")
