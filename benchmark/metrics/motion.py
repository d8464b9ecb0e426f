"""Motion of clips: how far it is from bouncing paths of constant speed, as in Moving MNIST.

The centre of brightness is the position in a frame; no network is needed.
"""

import numpy as np


def motion_accuracy(distances: np.ndarray, *, speed: float) -> float:
    """Compute the share of clips that are within one step of a path of the data.

    Args:
        distances: of `path_distances`, ``(n,)``, in pixels.
        speed: pixels that the content moves by between two frames, along an axis.

    Returns:
        0 to 1.

    Raises:
        ValueError: there are no clips.

    Source:
        This benchmark; the paths are those of Srivastava et al. 2015 (Moving MNIST),
        arXiv:1502.04681.
    """
    if not len(distances):
        raise ValueError("expected distances of at least 1 clip, got none")
    return float((np.asarray(distances) <= speed).mean())


def path_distances(clips: np.ndarray, *, room: int, speed: int) -> np.ndarray:
    """Compute the distance of the path of each clip to the nearest path of the data.

    On a path of the data, content moves along an axis, turns back at 0 and at ``room``, and keeps
    its position on the other axis. The position of the path in the frame does not count.

    Args:
        clips: uint8 ``(n, c, t, h, w)``, bright on black.
        room: pixels that the content can move by, from border to border.
        speed: pixels between two frames, along an axis.

    Returns:
        Root mean square over the frames, in pixels, ``(n,)``; 0 for a path of the data.

    Raises:
        ValueError: the clips have not five axes.

    Source:
        This benchmark; the paths are those of Srivastava et al. 2015 (Moving MNIST),
        arXiv:1502.04681.
    """
    centres = brightness_centres(clips)
    centres -= centres.mean(axis=1, keepdims=True)
    paths = bouncing_paths(room=room, speed=speed, frames=centres.shape[1])
    paths -= paths.mean(axis=1, keepdims=True)
    # (n, axes, paths): the mean square over the frames
    path_errors = np.square(centres.transpose(0, 2, 1)[:, :, None] - paths).mean(axis=3)
    still_errors = np.square(centres).mean(axis=1)
    moving_errors = path_errors.min(axis=2)
    return np.sqrt((moving_errors + still_errors[:, ::-1]).min(axis=1))


def bouncing_paths(*, room: int, speed: int, frames: int) -> np.ndarray:
    """List every path along an axis at constant speed between 0 and ``room``.

    Args:
        room: pixels between the two ends.
        speed: pixels between two frames.
        frames: length of a path.

    Returns:
        Positions in pixels, float64 ``(2 * room, frames)``.
    """
    phases = np.arange(2 * room)[:, None] + speed * np.arange(frames)
    return (room - np.abs(room - phases % (2 * room))).astype(np.float64)


def brightness_centres(clips: np.ndarray) -> np.ndarray:
    """Compute row and column of the centre of brightness of each frame.

    Args:
        clips: uint8 ``(n, c, t, h, w)``.

    Returns:
        In pixels, ``(n, t, 2)``; the middle for a black frame.

    Raises:
        ValueError: the clips have not five axes.
    """
    clips = np.asarray(clips)
    if clips.ndim != 5:
        raise ValueError(f"expected clips of shape (n, c, t, h, w), got {clips.shape}")
    light = clips.sum(axis=1, dtype=np.float64)
    mass = light.sum(axis=(2, 3))
    coordinates = []
    for other_axis, size in ((3, clips.shape[3]), (2, clips.shape[4])):
        moment = light.sum(axis=other_axis) @ np.arange(size, dtype=np.float64)
        middle = np.full_like(mass, (size - 1) / 2)
        coordinates.append(np.divide(moment, mass, out=middle, where=mass > 0))
    return np.stack(coordinates, axis=2)
