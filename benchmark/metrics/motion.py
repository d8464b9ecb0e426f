"""Whether a clip moves as the data do: along a path of constant velocity that bounces.

Paths are those of Moving MNIST, Srivastava et al. 2015, arXiv:1502.04681. Where a frame is, the
centre of its brightness says; no network is asked.
"""

import numpy as np


def motion_accuracy(distances: np.ndarray, *, speed: float) -> float:
    """Share of the clips that lie within one step of a path of the data, 0 to 1.

    Args:
        distances: as ``path_distances`` gives them, ``(n,)``, in pixels.
        speed: pixels that a digit moves by between two frames, along an axis.

    Raises:
        ValueError: there are no clips.
    """
    if not len(distances):
        raise ValueError("no clips, no share of them")
    return float((np.asarray(distances) <= speed).mean())


def path_distances(clips: np.ndarray, *, room: int, speed: int) -> np.ndarray:
    """How far the path of each clip is from the nearest one that the data could have.

    Along one axis what moves is thrown back at 0 and at ``room``; along the other it keeps its
    place. Where a path lies in the frame does not count.

    Args:
        clips: uint8 ``(n, c, t, h, w)``, bright on black.
        room: pixels between the borders of what moves.
        speed: pixels between two frames, along an axis.

    Returns:
        Root mean square over the frames, in pixels, ``(n,)``; 0 for a path of the data.

    Raises:
        ValueError: these are no clips.
    """
    found = centres(clips)
    found -= found.mean(axis=1, keepdims=True)
    known = paths(room=room, speed=speed, frames=found.shape[1])
    known -= known.mean(axis=1, keepdims=True)
    # (n, axes, paths): the mean square over the frames
    off = np.square(found.transpose(0, 2, 1)[:, :, None] - known).mean(axis=3)
    still = np.square(found).mean(axis=1)
    moving = off.min(axis=2)
    return np.sqrt((moving + still[:, ::-1]).min(axis=1))


def paths(*, room: int, speed: int, frames: int) -> np.ndarray:
    """Every path along an axis of what moves evenly between 0 and ``room``, ``(k, frames)``."""
    phases = np.arange(2 * room)[:, None] + speed * np.arange(frames)
    return (room - np.abs(room - phases % (2 * room))).astype(np.float64)


def centres(clips: np.ndarray) -> np.ndarray:
    """Row and column of the centre of brightness of each frame, in pixels, ``(n, t, 2)``.

    That of a black frame is its middle.

    Raises:
        ValueError: these are no clips ``(n, c, t, h, w)``.
    """
    clips = np.asarray(clips)
    if clips.ndim != 5:
        raise ValueError(f"clips of shape {clips.shape}, where (n, c, t, h, w) is wanted")
    light = clips.sum(axis=1, dtype=np.float64)
    mass = light.sum(axis=(2, 3))
    places = []
    for other, size in ((3, clips.shape[3]), (2, clips.shape[4])):
        moment = light.sum(axis=other) @ np.arange(size, dtype=np.float64)
        middle = np.full_like(mass, (size - 1) / 2)
        places.append(np.divide(moment, mass, out=middle, where=mass > 0))
    return np.stack(places, axis=2)
