"""Score clips by a video classifier, frame by frame, and by their motion."""

import numpy as np

from benchmark import config
from benchmark.data.sources.videos import DIRECTIONS, SCENES
from benchmark.features import frames
from benchmark.features.extractors.classifier import ClassifierExtractor
from benchmark.features.extractors.video_classifier import embed_frames
from benchmark.metrics.content_consistency import content_consistency
from benchmark.metrics.frechet import feature_moments, frechet_distance_from_moments
from benchmark.metrics.motion import motion_accuracy, path_distances
from benchmark.tracks.images import scoring as images
from benchmark.tracks.video import NAMES


class Scorer(images.Scorer):
    """Scores sets of clips against the training clips of a data set.

    Args:
        dataset: name of the data set; its stage `features` must have run.
        settings: the metrics' parameters.
        part: see `Track.scorer`.
    """

    has_random_space = False  # whose network embeds images

    def __init__(self, dataset: str, settings: config.Metrics, *, part: str = "test") -> None:
        super().__init__(dataset, settings, part=part)
        assert isinstance(self.classifier, ClassifierExtractor)  # clips have classes
        self.network, self.real_frames = (
            self.classifier.network,
            frames.load_frame_moments(dataset),
        )
        self.scene = SCENES[dataset]

    def scores(self, clips: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
        """Compute every metric of clips, uint8 ``(n, c, t, h, w)``; see `images.Scorer`."""
        metrics = super().scores(clips, labels)
        scores = {NAMES.get(name, name): value for name, value in metrics.items() if name != "is"}
        single, classes = embed_frames(self.network, clips)
        frames_by_clip = single.reshape(len(clips), -1, single.shape[1])
        moments = [
            feature_moments(part.reshape(-1, single.shape[1]))
            for part in self.real.split(frames_by_clip)
        ]
        frame_fids = [frechet_distance_from_moments(*self.real_frames, *part) for part in moments]
        speed = self.scene.speed
        distances = path_distances(clips, room=self.scene.room, speed=speed)
        return scores | {
            "frame_fid": float(np.mean(frame_fids)),
            "motion": motion_accuracy(distances, speed=speed),
            "path_distance": float(distances.mean()),
            "content_consistency": content_consistency(classes),
            "diversity": self.real.diversity(self.space.embed(clips)[0]),
        }

    def moment(self, clips: np.ndarray) -> dict[str, float]:
        """Compute the metrics of snapshots, of clips, uint8 ``(n, c, t, h, w)``."""
        metrics = super().moment(clips)
        return {NAMES.get(name, name): value for name, value in metrics.items() if name != "is"}

    def predict(self, clips: np.ndarray, probabilities: np.ndarray | None = None) -> np.ndarray:
        """Predict the class of each clip, summed over directions, ``(n,)``."""
        assert self.classifier is not None
        if probabilities is None:
            _, probabilities = self.classifier.embed(clips)
        assert probabilities is not None  # a classifier has probabilities
        return probabilities.reshape(len(clips), -1, len(DIRECTIONS)).sum(axis=2).argmax(axis=1)
