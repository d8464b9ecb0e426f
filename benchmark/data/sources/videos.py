"""Clips to generate from noise: digits that move and bounce.

Moving MNIST of Srivastava, Mansimov and Salakhutdinov 2015, arXiv:1502.04681, section 4.1, with one
digit a clip instead of two, and four velocities along the middle of the frame, so that a clip's
motion is a class and a generator can learn it in a minute.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data.parts import Parts, divide, name_parts, select
from benchmark.data.sizes import Counts
from benchmark.data.sources import images, published
from benchmark.data.splits import SplitArrays

# directions of the first step, down and to the right; indices into them are the labels of motions
DIRECTIONS = ((0, 1), (1, 0), (0, -1), (-1, 0))
FRAMES = 16


@dataclass(frozen=True)
class Scene:
    """Settings that the clips of a data set share.

    Attributes:
        side: of a frame, in pixels.
        room: pixels that a digit can move along an axis: ``side`` minus the digit's side.
        speed: pixels a frame, along the axis of the motion.
        times: clips of each digit that is not held out.
    """

    side: int
    room: int
    speed: int
    times: int


SCENES = {
    # to the far border and back in 16 frames, so that a clip in a loop has no seam
    "moving_digits": Scene(side=16, room=8, speed=1, times=2),
    "moving_mnist": Scene(side=64, room=36, speed=4, times=1),
}
# of MNIST, to train on and held out, so that clips fit in memory: 20,000 of 64x64 are 1.3 GB
DIGITS = (20_000, 2_000)


def make_moving_digits() -> Parts:
    """Move scikit-learn's digits, 8x8, in frames of 16x16: two clips of each, one if held out."""
    return make_clips("moving_digits", images.divide_digits())


def make_moving_mnist() -> Parts:
    """Move MNIST's digits, 28x28, in frames of 64x64: of 20,000 digits, and 2,000 held-out ones."""
    train, test = (
        select(split, np.arange(min(most, len(split.images))))
        for split, most in zip(published.load_published("mnist"), DIGITS, strict=True)
    )
    return make_clips("moving_mnist", divide((train, test), trains_extractor=True))


def make_clips(name: str, digits: Parts) -> Parts:
    """Make clips of moving digits, from the digits of each part.

    Clips are uint8 ``(m, 1, 16, side, side)``; labels are the classes of the digits. The
    classifier's targets are class times 4 plus the index in ``DIRECTIONS`` of the first step.

    Args:
        name: of the data set, in ``SCENES``.
        digits: images, uint8 ``(n, 1, h, w)``, and their classes; all four parts.
    """
    scene = SCENES[name]
    parts: dict[str, Any] = {}
    for split, part in name_parts(digits).items():
        times = 1 if split == "test" else scene.times
        shapes, labels = (array.repeat(times, axis=0) for array in (part.images, part.labels))
        generator = np.random.default_rng(stream(0, f"{name} {split}"))
        motions = generator.integers(len(DIRECTIONS), size=len(labels))
        velocities = scene.speed * np.array(DIRECTIONS)[motions]
        # the first step stays inside, or the digit would set out in another direction
        first, last = np.maximum(-velocities, 0), scene.room - np.maximum(velocities, 0)
        starts = generator.integers(first, last + 1)
        starts[velocities == 0] = scene.room // 2
        paths = bounce_paths(starts, velocities, room=scene.room, frames=FRAMES)
        parts[split] = SplitArrays(
            draw_clips(shapes, paths, side=scene.side),
            labels,
            classifier_targets=labels * len(DIRECTIONS) + motions,
        )
    return Parts(**parts)


def bounce_paths(
    starts: np.ndarray, velocities: np.ndarray, *, room: int, frames: int
) -> np.ndarray:
    """Compute positions at constant speed, reflected at 0 and at ``room``.

    Args:
        starts: first positions along each axis, in pixels, ``(n, 2)``, from 0 to ``room``.
        velocities: pixels a frame, ``(n, 2)``.
        room: the largest position.
        frames: number of frames.

    Returns:
        Integers ``(n, frames, 2)`` from 0 to ``room``.
    """
    straight = starts[:, None] + velocities[:, None] * np.arange(frames)[:, None]
    return room - np.abs(room - straight % (2 * room))  # unfolded, a bounce is a mirror image


def draw_clips(shapes: np.ndarray, paths: np.ndarray, *, side: int) -> np.ndarray:
    """Draw images, uint8 ``(n, c, h, w)``, on black frames at positions ``(n, t, 2)``.

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


COUNTS = {
    "moving_digits": images.DIGITS._replace(train=2 * images.DIGITS.train),
    "moving_mnist": Counts(*DIGITS),
}
SOURCES: dict[str, Callable[[], Parts]] = {
    "moving_digits": make_moving_digits,
    "moving_mnist": make_moving_mnist,
}
