"""Clips: scored in the feature space of a video classifier, frame by frame, and by their motion."""

from pathlib import Path

import numpy as np

from benchmark import config
from benchmark.common.seeds import stream
from benchmark.data.sources.videos import DIRECTIONS, SCENES
from benchmark.data.splits import Split, load_split
from benchmark.evaluation import clips as files
from benchmark.evaluation.sheets import sheet
from benchmark.features import features
from benchmark.features.extractors.classifier import ClassifierExtractor
from benchmark.features.extractors.video_classifier import embed_frames
from benchmark.metrics.content_consistency import content_consistency
from benchmark.metrics.frechet import feature_moments, frechet_distance_from_moments
from benchmark.metrics.motion import motion_accuracy, path_distances
from benchmark.tracks import images
from benchmark.tracks.images import grid

NAMES = {"fid": "fvd", "fid_infinity": "fvd_infinity"}  # the same distance, between clips
HIGHER_IS_BETTER: dict[str, bool | None] = {
    NAMES.get(metric, metric): better
    for metric, better in images.HIGHER_IS_BETTER.items()
    if metric != "is"
} | {
    "frame_fid": False,
    "motion": True,
    "path_distance": False,
    "content_consistency": True,
    "diversity": None,
}
HEADLINE = CURVE = "fvd"
COLUMNS, SHOWN = 8, 24  # clips that are shown in motion, about 80 KB of WebP
STRIPS = 4  # of these, clips that are shown frame by frame


class Scorer(images.Scorer):
    """Scores sets of clips against the training clips of a data set.

    Args:
        dataset: name of the data set; its stage of features has run.
        settings: the metrics' parameters.
    """

    def __init__(self, dataset: str, settings: config.Metrics) -> None:
        super().__init__(dataset, settings)
        assert isinstance(self.classifier, ClassifierExtractor)  # clips have classes
        self.network, self.real_frames = (
            self.classifier.network,
            features.load_frame_moments(dataset),
        )
        self.scene = SCENES[dataset]

    def scores(self, clips: np.ndarray, wanted: np.ndarray | None = None) -> dict[str, float]:
        """Every metric of clips, uint8 ``(n, c, t, h, w)``; see `images.Scorer` for the rest."""
        found = super().scores(clips, wanted)
        scores = {NAMES.get(name, name): value for name, value in found.items() if name != "is"}
        single, classes = embed_frames(self.network, clips)
        speed = self.scene.speed
        distances = path_distances(clips, room=self.scene.room, speed=speed)
        return scores | {
            "frame_fid": frechet_distance_from_moments(*self.real_frames, *feature_moments(single)),
            "motion": motion_accuracy(distances, speed=speed),
            "path_distance": float(distances.mean()),
            "content_consistency": content_consistency(classes),
            "diversity": self.real.diversity(self.space.embed(clips)[0]),
        }

    def moment(self, clips: np.ndarray) -> dict[str, float]:
        """The few metrics that are taken over training, of clips, uint8 ``(n, c, t, h, w)``."""
        found = super().moment(clips)
        return {NAMES.get(name, name): value for name, value in found.items() if name != "is"}

    def predict(self, clips: np.ndarray, probabilities: np.ndarray | None = None) -> np.ndarray:
        """The class of what each clip shows, however it moves, ``(n,)``."""
        assert self.classifier is not None
        if probabilities is None:
            _, probabilities = self.classifier.embed(clips)
        assert probabilities is not None  # a classifier gives them
        return probabilities.reshape(len(clips), -1, len(DIRECTIONS)).sum(axis=2).argmax(axis=1)

    def show(self, samples: np.ndarray, path: Path) -> None:
        """Write something to look at; see `show`."""
        show(samples, path)


def show(clips: np.ndarray, path: Path) -> None:
    """Write the first clips, none chosen: in motion, .webp, and some frame by frame, .png.

    Args:
        clips: uint8 ``(n, c, t, h, w)``.
        path: without the endings.
    """
    shown = clips[:SHOWN].transpose(2, 0, 3, 4, 1)
    files.save([sheet(moment, COLUMNS) for moment in shown], path.with_suffix(".webp"))
    grid(files.frames(clips[:STRIPS]), columns=clips.shape[2]).save(path.with_suffix(".png"))


def pictures(clips: np.ndarray, columns: int = COLUMNS) -> list:
    """A picture for each moment of clips, uint8 ``(n, c, t, h, w)``: all of them side by side."""
    return [grid(clips[:, :, moment], columns) for moment in range(clips.shape[2])]


def still(dataset: str, seed: int) -> Split:
    """The first frame of each held-out clip, again and again."""
    clips, labels = load_split(dataset, "test")
    return clips[:, :, :1].repeat(clips.shape[2], axis=2), labels


def shuffled(dataset: str, seed: int) -> Split:
    """Held-out clips, the frames of each in an order drawn for it."""
    clips, labels = load_split(dataset, "test")
    generator = np.random.default_rng(stream(seed, "shuffled"))
    order = generator.random(clips.shape[:1] + clips.shape[2:3]).argsort(axis=1)
    return clips[np.arange(len(clips))[:, None], :, order].swapaxes(1, 2), labels


ROWS = {"still": still, "shuffled": shuffled}
