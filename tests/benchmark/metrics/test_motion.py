"""Motion and content of clips, against closed forms."""

import numpy as np
import pytest
from scipy.ndimage import center_of_mass

from benchmark.metrics.content_consistency import content_consistency
from benchmark.metrics.motion import (
    bouncing_paths,
    brightness_centres,
    motion_accuracy,
    path_distances,
)

ROOM, FRAMES, SIDE = 8, 16, 16


def dots(rows, columns):
    """Draw clips of one bright pixel at these positions, ``(n, t)`` both."""
    clips = np.zeros((len(rows), 1, rows.shape[1], SIDE, SIDE), np.uint8)
    each, moment = np.ogrid[: len(rows), : rows.shape[1]]
    clips[each, 0, moment, rows, columns] = 255
    return clips


def bouncing(start, velocity, frames=FRAMES):
    """List positions along an axis, a step at a time."""
    place, places = start, []
    for _ in range(frames):
        places.append(place)
        if not 0 <= place + velocity <= ROOM:
            velocity = -velocity
        place += velocity
    return np.array(places)


def test_centres_equal_scipy():
    clips = np.random.default_rng(0).integers(0, 256, (3, 2, 4, 6, 5), dtype=np.uint8)
    for clip, centres in zip(clips, brightness_centres(clips), strict=True):
        for moment in range(4):
            expected = center_of_mass(clip[:, moment].sum(axis=0, dtype=np.float64))
            np.testing.assert_allclose(centres[moment], expected)
    assert (brightness_centres(np.zeros((1, 1, 2, 6, 5), np.uint8)) == [2.5, 2]).all()


def test_bouncing_path_is_at_distance_zero():
    ways = [(r, c, v, w) for r in (0, 3, 8) for c in (1, 7) for v, w in ((1, 0), (0, -1))]
    rows = np.stack([bouncing(r, v) for r, _, v, _ in ways])
    columns = np.stack([bouncing(c, w) for _, c, _, w in ways])
    distances = path_distances(dots(rows, 4 + columns), room=ROOM, speed=1)
    np.testing.assert_allclose(distances, 0, atol=1e-6)
    assert motion_accuracy(distances, speed=1) == 1


def test_still_clip_is_as_far_as_its_nearest_path_is_wide():
    still = np.full((1, FRAMES), 5)
    (distance,) = path_distances(dots(still, still), room=ROOM, speed=1)
    assert distance == pytest.approx(
        bouncing_paths(room=ROOM, speed=1, frames=FRAMES).std(axis=1).min()
    )
    assert motion_accuracy(np.array([distance]), speed=1) == 0


def test_path_of_another_speed_or_order_is_far():
    straight, still = bouncing(0, 1), np.full(FRAMES, 3)
    fast = bouncing(0, 2)
    order = np.random.default_rng(0).permutation(FRAMES)
    for rows, columns in ((fast, still), (straight[order], still), (straight, straight)):
        (distance,) = path_distances(dots(rows[None], columns[None]), room=ROOM, speed=1)
        assert distance > 1


def test_error_in_one_frame_counts_by_its_share():
    rows, columns = bouncing(0, 1), np.full(FRAMES, 3)
    columns[6] += 1
    (distance,) = path_distances(dots(rows[None], columns[None]), room=ROOM, speed=1)
    assert distance == pytest.approx(columns.std())


def test_accuracy_is_the_share_within_a_step():
    assert motion_accuracy(np.array([0, 1.0, 1.01, 3]), speed=1) == 0.5
    assert motion_accuracy(np.array([0, 1.0, 1.01, 3]), speed=3) == 1
    with pytest.raises(ValueError, match="expected distances of at least 1 clip"):
        motion_accuracy(np.zeros(0), speed=1)
    with pytest.raises(ValueError, match="expected clips of shape"):
        path_distances(np.zeros((2, 1, 8, 8), np.uint8), room=ROOM, speed=1)


def test_content_is_consistent_if_all_frames_have_one_class():
    classes = np.array([[1, 1, 1], [2, 2, 3], [0, 0, 0], [4, 5, 6]])
    assert content_consistency(classes) == 0.5
    with pytest.raises(ValueError, match="expected classes of shape"):
        content_consistency(classes[0])
