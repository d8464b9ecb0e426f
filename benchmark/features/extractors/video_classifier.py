"""The classifier of a data set of clips: what is shown, and which way it sets out."""

import math

import numpy as np
import torch
from torch import Tensor, nn

from benchmark.data.pixels import to_unit
from benchmark.data.sources.videos import DIRECTIONS
from benchmark.evaluation.clips import split_frames

FEATURES = 32  # of the content, and as many of the motion
COARSEST = 4  # frames, rows or columns that are not halved again
WIDEST = 64  # channels
EVERY = 4  # one frame of so many is looked at for what a clip shows


class VideoClassifier(nn.Module):
    """A small network; the penultimate layer gives the features, half of content, half of motion.

    What is shown is found in frames, one by one, and wherever it is: 2-D convolutions, their
    maximum over the frame, and the mean of what that gives over frames. Which way it sets out, 3-D
    convolutions say. A label is that of the content times the number of motions plus that of the
    motion; its logit is the sum of either's, so that their probabilities multiply.

    Args:
        shape: ``(c, t, h, w)`` of a clip.
        classes: number of labels; a multiple of the number of motions.
    """

    def __init__(self, shape: tuple[int, ...], classes: int) -> None:
        super().__init__()
        self.classes = (classes,)
        channels, *size = shape
        self.seen = _convolutions(nn.Conv2d, nn.BatchNorm2d, channels, size[1:], first=1)
        self.moved = _convolutions(nn.Conv3d, nn.BatchNorm3d, channels, size, first=2)
        with torch.no_grad():
            seen, moved = (
                found.shape[1:]
                for found in (
                    self.seen(torch.zeros(2, channels, *size[1:])),
                    self.moved(torch.zeros(2, *shape)),
                )
            )
        self.content_features = _features(seen[0])
        self.motion_features = _features(math.prod(moved))
        self.content = nn.Linear(FEATURES, classes // len(DIRECTIONS))
        self.motion = nn.Linear(FEATURES, len(DIRECTIONS))

    def of_frames(self, images: Tensor) -> Tensor:
        """Features ``(n, 32)`` of single frames ``(n, c, h, w)`` in [-1, 1]."""
        return self.content_features(self.seen(images).amax(dim=(2, 3)))

    def body(self, clips: Tensor) -> Tensor:
        """Features ``(n, 64)`` of clips ``(n, c, t, h, w)`` in [-1, 1], those of content first."""
        some = clips[:, :, ::EVERY].movedim(2, 1)
        content = self.of_frames(some.flatten(0, 1)).unflatten(0, some.shape[:2]).mean(dim=1)
        motion = self.motion_features(self.moved(clips).flatten(1))
        return torch.cat([content, motion], dim=1)

    def head(self, features: Tensor) -> Tensor:
        """Logits of labels ``(n, classes)`` of features ``(n, 64)``."""
        content, motion = features.split(FEATURES, dim=1)
        return (self.content(content)[:, :, None] + self.motion(motion)[:, None]).flatten(1)

    def forward(self, clips: Tensor) -> Tensor:
        """Logits ``(n, classes)`` of clips ``(n, c, t, h, w)`` in [-1, 1]."""
        return self.head(self.body(clips))


def _convolutions(
    convolution: type, normalisation: type, inputs: int, size: list[int], *, first: int
) -> nn.Sequential:
    """Layers that halve every axis until none is longer than ``COARSEST``.

    Args:
        convolution, normalisation: of two dimensions or three.
        inputs: channels.
        size: of what comes in, along each axis.
        first: by what the first layer halves.
    """
    outputs, layers = 16, []
    stride = [first if own > COARSEST else 1 for own in size]
    while True:
        layers += [
            convolution(inputs, outputs, 3, stride=tuple(stride), padding=1),
            normalisation(outputs),
            nn.ReLU(),
        ]
        size = [-(-own // step) for own, step in zip(size, stride, strict=True)]
        if max(size) <= COARSEST:
            return nn.Sequential(*layers)
        stride = [2 if own > COARSEST else 1 for own in size]
        inputs, outputs = outputs, min(2 * outputs, WIDEST)


def _features(inputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, FEATURES), nn.BatchNorm1d(FEATURES), nn.ReLU())


def embed_frames(
    classifier: VideoClassifier, clips: np.ndarray, *, batch: int = 250
) -> tuple[np.ndarray, np.ndarray]:
    """Every frame by itself: features ``(n * t, 32)``, float64, and classes ``(n, t)``.

    Args:
        classifier: in evaluation mode.
        clips: uint8 ``(n, c, t, h, w)``; the frames of one follow each other.
        batch: clips at a time.
    """
    device = next(classifier.parameters()).device
    features, classes = [], []
    with torch.no_grad():
        for part in torch.from_numpy(split_frames(clips)).split(batch * clips.shape[2]):
            found = classifier.of_frames(to_unit(part.to(device)))
            features.append(found.double().cpu())
            classes.append(classifier.content(found).argmax(dim=1).cpu())
    return torch.cat(features).numpy(), torch.cat(classes).numpy().reshape(len(clips), -1)
