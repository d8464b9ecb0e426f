"""Clips that a generator makes of noise: digits that move and bounce.

Moving MNIST of Srivastava, Mansimov and Salakhutdinov 2015, arXiv:1502.04681, section 4.1, with one
digit a clip instead of two, and four velocities along the middle of the frame, so that a clip's
motion has a name and a generator can learn it in a minute.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.sources import images

# directions in which a digit sets out, down and to the right; places in it are the motions' names
DIRECTIONS = ((0, 1), (1, 0), (0, -1), (-1, 0))
FRAMES = 16

Clips = dict[str, np.ndarray]


@dataclass(frozen=True)
class Scene:
    """What the clips of a data set share.

    Attributes:
        side: of a frame, in pixels.
        room: places that a digit can be moved by along an axis: ``side`` less the digit's own.
        speed: pixels a frame, along the axis that it moves along.
        times: clips of each training digit.
        most: digits that clips are made of, at most, to train on and to hold out.
    """

    side: int
    room: int
    speed: int
    times: int
    most: tuple[int, int] = (60_000, 10_000)


SCENES = {
    # to the far border and back in 16 frames, so that a clip shown again and again has no seam
    "moving_digits": Scene(side=16, room=8, speed=1, times=2),
    # few enough to lie in memory: 20,000 clips of 64x64 are 1.3 GB
    "moving_mnist": Scene(side=64, room=36, speed=4, times=1, most=(20_000, 2_000)),
}


def moving_digits() -> tuple[Clips, Clips]:
    """scikit-learn's digits, 8x8, in frames of 16x16: 2,594 clips, and 500 held out."""
    return moving("moving_digits", images.digits())


def moving_mnist() -> tuple[Clips, Clips]:
    """MNIST's digits, 28x28, in frames of 64x64: 20,000 clips, and 2,000 held out."""
    return moving("moving_mnist", images.mnist())


def moving(name: str, digits: tuple[images.Split, images.Split]) -> tuple[Clips, Clips]:
    """Digits of a training and a held-out part in motion.

    Args:
        name: of the data set, in ``SCENES``.
        digits: images, uint8 ``(n, 1, h, w)``, and their classes, of either part.

    Returns:
        Of each part: ``images``, the clips, uint8 ``(m, 1, 16, side, side)``; ``labels``, the
        classes of their digits, int64 ``(m,)``; ``classifier_targets``, which say the motion too: class
        times 4 plus the place in ``DIRECTIONS`` of the first step.
    """
    scene = SCENES[name]
    parts = []
    for split, (shapes, labels), most in zip(("train", "test"), digits, scene.most, strict=True):
        times = scene.times if split == "train" else 1
        shapes, labels = (part[:most].repeat(times, axis=0) for part in (shapes, labels))
        generator = np.random.default_rng(stream(0, f"{name} {split}"))
        motions = generator.integers(len(DIRECTIONS), size=len(labels))
        velocities = scene.speed * np.array(DIRECTIONS)[motions]
        # the first step leads to no place outside, or it would be in another direction
        first, last = np.maximum(-velocities, 0), scene.room - np.maximum(velocities, 0)
        starts = generator.integers(first, last + 1)
        starts[velocities == 0] = scene.room // 2
        paths = bounced(starts, velocities, room=scene.room, frames=FRAMES)
        found = {
            "images": drawn(shapes, paths, side=scene.side),
            "labels": labels,
            "classifier_targets": labels * len(DIRECTIONS) + motions,
        }
        parts.append(found)
    return parts[0], parts[1]


def bounced(starts: np.ndarray, velocities: np.ndarray, *, room: int, frames: int) -> np.ndarray:
    """Places at each moment of what moves evenly and is thrown back at 0 and at ``room``.

    Args:
        starts: first places along each axis, in pixels, ``(n, 2)``, from 0 to ``room``.
        velocities: pixels a frame, ``(n, 2)``.
        room: the last place.
        frames: moments.

    Returns:
        Integers ``(n, frames, 2)`` from 0 to ``room``.
    """
    straight = starts[:, None] + velocities[:, None] * np.arange(frames)[:, None]
    return room - np.abs(room - straight % (2 * room))  # unfolded, a bounce is a mirror image


def drawn(shapes: np.ndarray, paths: np.ndarray, *, side: int) -> np.ndarray:
    """Images, uint8 ``(n, c, h, w)``, on black frames at their places ``(n, t, 2)``.

    Returns:
        Clips, uint8 ``(n, c, t, side, side)``.
    """
    count, channels, height, width = shapes.shape
    frames = paths.shape[1]
    clips = np.zeros((count, frames, side, side, channels), dtype=np.uint8)
    rows = paths[:, :, 0, None] + np.arange(height)
    columns = paths[:, :, 1, None] + np.arange(width)
    each, moment = np.ogrid[:count, :frames]
    place = each[..., None, None], moment[..., None, None], rows[..., None], columns[:, :, None]
    clips[place] = shapes.transpose(0, 2, 3, 1)[:, None]
    return np.ascontiguousarray(clips.transpose(0, 4, 1, 2, 3))


SOURCES: dict[str, Callable[[], tuple[Clips, Clips]]] = {
    "moving_digits": moving_digits,
    "moving_mnist": moving_mnist,
}
