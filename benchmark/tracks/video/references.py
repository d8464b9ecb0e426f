"""Reference rows of video."""

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.splits import Split, load_split


def still(dataset: str, seed: int) -> Split:
    """Repeat the first frame of each held-out clip."""
    clips, labels = load_split(dataset, "test")
    return clips[:, :, :1].repeat(clips.shape[2], axis=2), labels


def shuffled(dataset: str, seed: int) -> Split:
    """Shuffle the frames of each held-out clip."""
    clips, labels = load_split(dataset, "test")
    generator = np.random.default_rng(stream(seed, "shuffled"))
    order = generator.random(clips.shape[:1] + clips.shape[2:3]).argsort(axis=1)
    return clips[np.arange(len(clips))[:, None], :, order].swapaxes(1, 2), labels
