"""The films of runs in the plane: what is written says what was recorded, and fits."""

import numpy as np
import pandas as pd
import pytest

from benchmark.config import Run
from benchmark.evaluation import films
from benchmark.records.limits import FILM_LIMIT
from tests.benchmark.evaluation.film_records import (
    STEP,
    TERMS,
    draw_real_points,
    load_film,
    make_records,
    unpack_points,
    unpack_scores,
    write_records,
)

pytestmark = pytest.mark.usefixtures("empty_folder")


AXIS = np.linspace(-1.5, 1.5, 24)


def test_points_are_restored_within_half_a_step():
    arrays, *tables = make_records()
    write_records(arrays, *tables)
    film, size = load_film()
    assert 100_000 < size < FILM_LIMIT
    shown = unpack_points(film["points"], film["count"])
    assert shown == pytest.approx(arrays["images"].clip(-1.5, 1.5), abs=STEP / 2 + 1e-6)
    assert unpack_points(film["real"], 400)[0] == pytest.approx(
        draw_real_points()[:400], abs=STEP / 2 + 1e-6
    )
    assert film["samples_seen"] == arrays["samples_seen"].tolist()
    assert film["of"] == 8 and film["diverged"] is False


def test_scores_are_restored_within_half_a_level_or_clipped():
    arrays, *tables = make_records()
    write_records(arrays, *tables)
    film, _ = load_film()
    for scores, levels, low, high in zip(
        arrays["discriminator_scores"], unpack_scores(film), film["low"], film["high"], strict=True
    ):
        assert low < high
        back = low + levels * (high - low) / 254
        assert back == pytest.approx(scores.clip(low, high), abs=(high - low) / 508 * 1.001)
        beyond = (scores < low) | (scores > high)
        assert 0 < beyond.mean() < 0.15  # points lie in the middle, so more of the plane is beyond


def test_levels_do_not_depend_on_the_scale_of_the_critic():
    arrays, *tables = make_records(moments=4)
    write_records(arrays, *tables)
    first, _ = load_film()
    arrays["discriminator_scores"] = (1024 * arrays["discriminator_scores"]).astype(np.float32)
    write_records(arrays, *tables)
    second, _ = load_film()
    assert np.array_equal(unpack_scores(first), unpack_scores(second))
    assert second["high"] == pytest.approx([1024 * value for value in first["high"]], rel=1e-6)


def test_the_boundary_halves_the_points():
    # scores rise to the right: the median of all points shown is that of their x
    arrays, *tables = make_records(moments=3)
    arrays["discriminator_scores"] = np.broadcast_to(AXIS, (3, 24, 24)).astype(np.float32)
    write_records(arrays, *tables)
    film, _ = load_film()
    for moment, drawn in enumerate(arrays["images"]):
        x = np.concatenate([draw_real_points()[:400, 0], drawn[:, 0].clip(-1.5, 1.5)])
        assert film["boundary"][moment] == pytest.approx(np.median(x), abs=1e-6)
    assert (np.diff(unpack_scores(film)[0].astype(int), axis=1) >= 0).all()


def test_scores_between_places_are_bilinear():
    scores = 2 + 3 * AXIS[None, :] - AXIS[:, None] + 0.5 * AXIS[None, :] * AXIS[:, None]
    points = np.random.default_rng(0).uniform(-1.5, 1.5, (50, 2))
    points = np.concatenate([points, [[1.5, 1.5], [-1.5, -1.5], [9, 0]]])
    x, y = points.clip(-1.5, 1.5).T
    expected = 2 + 3 * x - y + 0.5 * x * y  # within a run, the product is bilinear in itself
    moments = np.stack([points, points]), np.stack([scores, -scores])
    result = films.interpolate_scores(*moments)
    assert result == pytest.approx(np.stack([expected, -expected]))
    points[0], moments[1][1, 0, 0] = np.nan, np.inf
    lost = ~np.isfinite(films.interpolate_scores(np.stack([points, points]), moments[1]))
    at_corner = (points <= AXIS[1]).all(axis=1)
    assert (lost == [np.isnan(x + points[:, 0]), at_corner | np.isnan(points[:, 0])]).all()


def test_losses_are_the_sums_of_a_players_terms_at_the_moments():
    arrays, losses, trajectory = make_records(more_losses=5)
    write_records(arrays, losses, trajectory)
    film, _ = load_film()
    assert list(film["losses"]) == list(TERMS)
    for player, values in film["losses"].items():
        own = losses[losses["player"] == player].groupby("samples_seen")["value"].sum()
        assert values == pytest.approx(own[arrays["samples_seen"]].tolist(), rel=1e-3)
    assert film["modes"] == trajectory["modes"].tolist()
    assert film["high_quality"] == pytest.approx(trajectory["high_quality"].tolist(), rel=1e-3)


def test_a_film_without_discriminator_has_no_scores():
    write_records(*make_records(has_discriminator=False))
    film, size = load_film()
    assert [film[key] for key in ("discriminator_scores", "side", "low", "high", "boundary")] == [
        None
    ] * 5
    assert size < 120_000 and len(film["modes"]) == 60


@pytest.mark.parametrize("has_discriminator", [True, False])
def test_a_diverged_run_has_fewer_moments(has_discriminator):
    write_records(*make_records(moments=7, has_discriminator=has_discriminator), status="diverged")
    film, _ = load_film()
    assert film["diverged"]
    assert len(film["samples_seen"]) == len(film["modes"]) == len(film["losses"]["generator"]) == 7
    assert unpack_points(film["points"], 400).shape == (7, 400, 2)


def test_a_run_that_diverged_at_the_start_has_no_moments():
    arrays = {"samples_seen": np.zeros(0, dtype=np.int64)}
    arrays |= dict.fromkeys(("images", "discriminator_scores"), np.zeros(0))
    losses = pd.DataFrame(
        [(20, "generator", "adversarial", np.nan)],
        columns=["samples_seen", "player", "term", "value"],
    )
    write_records(arrays, losses, pd.DataFrame(columns=["samples_seen", "jensen_shannon"]))
    film, size = load_film()
    assert film["samples_seen"] == film["modes"] == [] and film["points"] == "" and size < 4000
    assert film["losses"] == {"generator": []}


def test_values_that_are_not_finite_are_left_out():
    arrays, losses, trajectory = make_records(moments=3)
    arrays["images"][1, :3] = [[np.nan, 0], [np.inf, 0], [0, -np.inf]]
    arrays["images"][1, 3] = [1e30, -1e30]
    arrays["discriminator_scores"][1, 0, :2] = np.nan, np.inf
    arrays["discriminator_scores"][2] = np.nan
    losses.loc[(losses["samples_seen"] == 1000) & (losses["term"] == "fake"), "value"] = np.nan
    trajectory.loc[1, "modes"] = np.nan
    write_records(arrays, losses, trajectory)
    film, _ = load_film()
    shown = unpack_points(film["points"], 400)
    assert np.isnan(shown[1, :3]).all() and not np.isnan(shown[1, 3:]).any()
    assert shown[1, 3] == pytest.approx([1.5, -1.5])
    levels = unpack_scores(film)
    assert (levels[1, 0, :2] == 255).all() and np.count_nonzero(levels[1] == 255) == 2
    assert (levels[2] == 255).all()
    assert film["low"][2] is film["high"][2] is film["boundary"][2] is None
    assert film["boundary"][1] is not None
    assert film["losses"]["discriminator"][1] is None
    assert film["losses"]["generator"][1] is not None
    assert film["modes"][1] is None


def test_a_moment_without_finite_points_keeps_its_scores():
    arrays, *tables = make_records(moments=2)
    arrays["images"][0] = np.nan
    write_records(arrays, *tables)
    film, _ = load_film()
    assert film["low"][0] < film["high"][0]


def test_constant_scores_have_the_middle_level():
    arrays, *tables = make_records(moments=2)
    arrays["discriminator_scores"][:] = 0.25
    write_records(arrays, *tables)
    film, _ = load_film()
    assert (unpack_scores(film) == 127).all() and film["low"] == film["high"] == [0.25, 0.25]


def test_points_past_the_first_400_are_left_out():
    arrays, *tables = make_records(moments=2, count=450)
    write_records(arrays, *tables)
    film, _ = load_film()
    assert film["count"] == 400
    assert unpack_points(film["points"], 400)[1] == pytest.approx(
        arrays["images"][1, :400].clip(-1.5, 1.5), abs=STEP / 2 + 1e-6
    )


def test_data_without_modes_have_no_covered_modes():
    run = Run("toy", "spiral", "vae", 1)
    arrays, losses, trajectory = make_records(moments=2, has_discriminator=False)
    write_records(arrays, losses, trajectory[["samples_seen", "jensen_shannon"]], run)
    film, _ = load_film(run)
    assert film["of"] is None and film["modes"] == film["high_quality"] == [None, None]


def test_many_moments_are_thinned_from_the_first_to_the_last():
    arrays, *tables = make_records(moments=150)
    write_records(arrays, *tables)
    film, size = load_film()
    seen = arrays["samples_seen"].tolist()
    assert len(film["samples_seen"]) == films.MOMENTS and size < FILM_LIMIT
    assert film["samples_seen"][0] == seen[0] and film["samples_seen"][-1] == seen[-1]
    assert set(np.diff(film["samples_seen"]) // 500) <= {2, 3}
    at = seen.index(film["samples_seen"][30])
    shown = unpack_points(film["points"], film["count"])[30]
    assert shown == pytest.approx(arrays["images"][at].clip(-1.5, 1.5), abs=STEP / 2 + 1e-6)
