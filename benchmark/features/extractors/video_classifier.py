"""The classifier of a data set of clips: its content, and the direction in which it starts.

Its layer names are keys of pinned files and must not change.
"""

import math

import numpy as np
import torch
from torch import Tensor, nn

from benchmark.data.clips import split_frames
from benchmark.data.pixels import to_unit
from benchmark.data.sources.videos import DIRECTIONS

FEATURES = 32  # of the content, and of the motion
MIN_SIZE = 4  # frames, rows or columns that are not halved again
MAX_CHANNELS = 64
FRAME_STEP = 4  # every fourth frame is read for the content


class VideoClassifier(nn.Module):
    """A small network whose penultimate layer has features of content and of motion.

    Content is read from single frames, at any position: 2-D convolutions, their maximum over the
    frame, and the mean over frames. Motion is read by 3-D convolutions. A label is the class of the
    content times the number of motions, plus the class of the motion; its logit is the sum of both
    logits, so that their probabilities multiply.

    Args:
        shape: ``(c, t, h, w)`` of a clip.
        classes: number of labels; a multiple of the number of motions.
    """

    def __init__(self, shape: tuple[int, ...], classes: int) -> None:
        super().__init__()
        self.classes = (classes,)
        channels, *size = shape
        self.seen = _build_convolutions(
            nn.Conv2d, nn.BatchNorm2d, channels, size[1:], first_stride=1
        )
        self.moved = _build_convolutions(nn.Conv3d, nn.BatchNorm3d, channels, size, first_stride=2)
        with torch.no_grad():
            seen_shape, moved_shape = (
                outputs.shape[1:]
                for outputs in (
                    self.seen(torch.zeros(2, channels, *size[1:])),
                    self.moved(torch.zeros(2, *shape)),
                )
            )
        self.content_features = _build_feature_layer(seen_shape[0])
        self.motion_features = _build_feature_layer(math.prod(moved_shape))
        self.content = nn.Linear(FEATURES, classes // len(DIRECTIONS))
        self.motion = nn.Linear(FEATURES, len(DIRECTIONS))

    def frame_features(self, images: Tensor) -> Tensor:
        """Compute features ``(n, 32)`` of single frames ``(n, c, h, w)`` in [-1, 1]."""
        return self.content_features(self.seen(images).amax(dim=(2, 3)))

    def body(self, clips: Tensor) -> Tensor:
        """Compute features ``(n, 64)``, content first, of clips ``(n, c, t, h, w)`` in [-1, 1]."""
        frames = clips[:, :, ::FRAME_STEP].movedim(2, 1)
        content = self.frame_features(frames.flatten(0, 1)).unflatten(0, frames.shape[:2])
        content = content.mean(dim=1)
        motion = self.motion_features(self.moved(clips).flatten(1))
        return torch.cat([content, motion], dim=1)

    def head(self, features: Tensor) -> Tensor:
        """Compute logits ``(n, classes)`` of features ``(n, 64)``."""
        content, motion = features.split(FEATURES, dim=1)
        return (self.content(content)[:, :, None] + self.motion(motion)[:, None]).flatten(1)

    def forward(self, clips: Tensor) -> Tensor:
        """Compute logits ``(n, classes)`` of clips ``(n, c, t, h, w)`` in [-1, 1]."""
        return self.head(self.body(clips))


def _build_convolutions(
    convolution: type, normalisation: type, inputs: int, size: list[int], *, first_stride: int
) -> nn.Sequential:
    """Build layers that halve every axis until none is longer than ``MIN_SIZE``.

    Args:
        convolution: type of the layers, of two dimensions or three.
        normalisation: likewise.
        inputs: channels.
        size: of the input, along each axis.
        first_stride: stride of the first layer.
    """
    outputs, layers = 16, []
    stride = [first_stride if length > MIN_SIZE else 1 for length in size]
    while True:
        layers += [
            convolution(inputs, outputs, 3, stride=tuple(stride), padding=1),
            normalisation(outputs),
            nn.ReLU(),
        ]
        size = [-(-length // step) for length, step in zip(size, stride, strict=True)]
        if max(size) <= MIN_SIZE:
            return nn.Sequential(*layers)
        stride = [2 if length > MIN_SIZE else 1 for length in size]
        inputs, outputs = outputs, min(2 * outputs, MAX_CHANNELS)


def _build_feature_layer(inputs: int) -> nn.Sequential:
    """Build the layer that computes 32 features."""
    return nn.Sequential(nn.Linear(inputs, FEATURES), nn.BatchNorm1d(FEATURES), nn.ReLU())


def embed_frames(
    classifier: VideoClassifier, clips: np.ndarray, *, batch: int = 250
) -> tuple[np.ndarray, np.ndarray]:
    """Embed and classify each frame separately.

    Args:
        classifier: in evaluation mode.
        clips: uint8 ``(n, c, t, h, w)``.
        batch: clips at a time.

    Returns:
        Features ``(n * t, 32)``, float64, clip by clip, and classes of the content ``(n, t)``.
    """
    device = next(classifier.parameters()).device
    features, classes = [], []
    with torch.no_grad():
        for part in torch.from_numpy(split_frames(clips)).split(batch * clips.shape[2]):
            frame_features = classifier.frame_features(to_unit(part.to(device)))
            features.append(frame_features.double().cpu())
            classes.append(classifier.content(frame_features).argmax(dim=1).cpu())
    return torch.cat(features).numpy(), torch.cat(classes).numpy().reshape(len(clips), -1)
