"""Features of the single frames of a data set of clips."""

from pathlib import Path

import numpy as np

from benchmark.common.files import read_arrays
from benchmark.common.progress import ProgressBar
from benchmark.common.writing import save_arrays
from benchmark.data.splits import load_split
from benchmark.features.extractors.video_classifier import (
    FRAME_STEP,
    VideoClassifier,
    embed_frames,
)
from benchmark.metrics.frechet import RunningMoments

FOLDER = Path("features")
BATCH = 1000  # clips between two movements of the progress bar


def save_frame_moments(dataset: str, network: VideoClassifier) -> None:
    """Write mean and covariance of the features of single training frames.

    Every fourth frame is used: neighbouring frames are nearly equal.
    """
    clips, moments = load_split(dataset, "train")[0], RunningMoments()
    with ProgressBar(f"{dataset}: embedding frames", total=len(clips), unit="clip") as progress:
        for start in range(0, len(clips), BATCH):
            part = clips[start : start + BATCH, :, ::FRAME_STEP]
            moments.update(embed_frames(network, part)[0])
            progress.advance(len(part))
    save_arrays(FOLDER / dataset / "frames.npz", mean=moments.mean, covariance=moments.covariance)


def load_frame_moments(dataset: str) -> tuple[np.ndarray, np.ndarray]:
    """Load mean ``(32,)`` and covariance ``(32, 32)`` of the features of single training frames."""
    moments = read_arrays(FOLDER / dataset / "frames.npz", "mean", "covariance")
    return moments["mean"], moments["covariance"]
