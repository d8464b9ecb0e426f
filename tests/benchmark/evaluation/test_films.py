"""The films of runs in the plane: what is written says what was recorded, and fits."""

import json
import re
from base64 import b64decode
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmark.config import Run
from benchmark.data.sources.points import SOURCES
from benchmark.evaluation import films

RUN = Run("toy", "ring8", "dcgan", 0)
TERMS = {"discriminator": ("real", "fake"), "generator": ("adversarial",)}
STEP = 3 / 4094  # of a coordinate
AXIS = np.linspace(-1.5, 1.5, 24)


def real_points(n=500):
    return SOURCES["ring8"].draw(n, np.random.default_rng(0))


def make_records(moments=60, *, has_discriminator=True, count=400, more_losses=0):
    """What training and scoring leave of a run: the arrays, the losses and the trajectory."""
    generator = np.random.default_rng(1)
    seen = 500 * np.arange(1, moments + 1)
    points = generator.normal(scale=0.6, size=(moments, count, 2)).astype(np.float32)
    scale = np.exp(generator.normal(size=moments) * 3)[:, None, None]
    scores = (scale * generator.normal(size=(moments, 24, 24))).astype(np.float32)
    losses = [
        (images, player, term, float(generator.normal()))
        for images in [*seen, *(seen[-1] + 1 + np.arange(more_losses) if moments else [])]
        for player, terms in TERMS.items()
        for term in terms
    ]
    trajectory = pd.DataFrame(
        {
            "samples_seen": seen,
            "modes": generator.integers(0, 9, moments),
            "high_quality": generator.random(moments),
            "jensen_shannon": 0.5,
        }
    )
    arrays = {"samples_seen": seen, "images": points}
    arrays["discriminator_scores"] = scores if has_discriminator else np.zeros(0, dtype=np.float32)
    return (
        arrays,
        pd.DataFrame(losses, columns=["samples_seen", "player", "term", "value"]),
        trajectory,
    )


def write_records(arrays, losses, trajectory, run=RUN, status="ok"):
    """Write it where the film looks for it."""
    for folder in (run.trained, run.losses.parent, run.trajectory.parent):
        folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(run.trained / "snapshots.npz", **arrays)
    (run.trained / "training.json").write_text(json.dumps({"status": status}))
    losses.to_csv(run.losses, index=False)
    trajectory.to_csv(run.trajectory, index=False)


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def load_film(run=RUN, real=None):
    """The film as a page gets it, and its size."""
    target = Path("films/film.js")
    films.write_film(run, real_points() if real is None else real, target)
    text = target.read_bytes()
    assert text.isascii()
    called = re.fullmatch(r"film\((.*)\)\n", text.decode())[1]
    *who, film = json.loads(f"[{called}]")
    assert who == [run.dataset, run.variant, run.seed]
    return film, len(text)


def coordinates(text, count):
    """Points as the page unpacks them, ``(t, count, 2)``; NaN where there is none."""
    packed = np.frombuffer(b64decode(text), dtype=np.uint8).reshape(-1, 3).astype(int)
    x = packed[:, 0] << 4 | packed[:, 1] >> 4
    y = (packed[:, 1] & 15) << 8 | packed[:, 2]
    steps = np.stack([x, y], axis=1).reshape(-1, count, 2)
    return np.where(steps == 4095, np.nan, -1.5 + steps * STEP)


def landscape(film):
    levels = np.frombuffer(b64decode(film["discriminator_scores"]), dtype=np.uint8)
    return levels.reshape(-1, film["side"], film["side"])


def test_points_come_back_within_half_a_step():
    arrays, *tables = make_records()
    write_records(arrays, *tables)
    film, size = load_film()
    assert 100_000 < size < 200_000
    shown = coordinates(film["points"], film["count"])
    assert shown == pytest.approx(arrays["images"].clip(-1.5, 1.5), abs=STEP / 2 + 1e-6)
    assert coordinates(film["real"], 400)[0] == pytest.approx(
        real_points()[:400], abs=STEP / 2 + 1e-6
    )
    assert film["samples_seen"] == arrays["samples_seen"].tolist()
    assert film["of"] == 8 and film["diverged"] is False


def test_scores_come_back_within_half_a_level_or_beyond_the_scale():
    arrays, *tables = make_records()
    write_records(arrays, *tables)
    film, _ = load_film()
    for scores, levels, low, high in zip(
        arrays["discriminator_scores"], landscape(film), film["low"], film["high"], strict=True
    ):
        assert low < high
        back = low + levels * (high - low) / 254
        assert back == pytest.approx(scores.clip(low, high), abs=(high - low) / 508 * 1.001)
        beyond = (scores < low) | (scores > high)
        assert 0 < beyond.mean() < 0.15  # points lie in the middle, so more of the plane is beyond


def test_a_scale_is_the_same_whatever_the_unit_of_the_critic():
    arrays, *tables = make_records(moments=4)
    write_records(arrays, *tables)
    first, _ = load_film()
    arrays["discriminator_scores"] = (1024 * arrays["discriminator_scores"]).astype(np.float32)
    write_records(arrays, *tables)
    second, _ = load_film()
    assert np.array_equal(landscape(first), landscape(second))
    assert second["high"] == pytest.approx([1024 * value for value in first["high"]], rel=1e-6)


def test_the_boundary_halves_the_points():
    # scores rise to the right: the median of all points shown is that of their x
    arrays, *tables = make_records(moments=3)
    arrays["discriminator_scores"] = np.broadcast_to(AXIS, (3, 24, 24)).astype(np.float32)
    write_records(arrays, *tables)
    film, _ = load_film()
    for moment, drawn in enumerate(arrays["images"]):
        x = np.concatenate([real_points()[:400, 0], drawn[:, 0].clip(-1.5, 1.5)])
        assert film["boundary"][moment] == pytest.approx(np.median(x), abs=1e-6)
    assert (np.diff(landscape(film)[0].astype(int), axis=1) >= 0).all()


def test_scores_between_places_are_bilinear():
    scores = 2 + 3 * AXIS[None, :] - AXIS[:, None] + 0.5 * AXIS[None, :] * AXIS[:, None]
    points = np.random.default_rng(0).uniform(-1.5, 1.5, (50, 2))
    points = np.concatenate([points, [[1.5, 1.5], [-1.5, -1.5], [9, 0]]])
    x, y = points.clip(-1.5, 1.5).T
    expected = 2 + 3 * x - y + 0.5 * x * y  # within a run, the product is bilinear in itself
    moments = np.stack([points, points]), np.stack([scores, -scores])
    found = films.interpolate_scores(*moments)
    assert found == pytest.approx(np.stack([expected, -expected]))
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


def test_a_run_without_a_judge_has_no_landscape():
    write_records(*make_records(has_discriminator=False))
    film, size = load_film()
    assert [film[key] for key in ("discriminator_scores", "side", "low", "high", "boundary")] == [
        None
    ] * 5
    assert size < 120_000 and len(film["modes"]) == 60


@pytest.mark.parametrize("has_discriminator", [True, False])
def test_a_run_that_diverged_has_fewer_moments(has_discriminator):
    write_records(*make_records(moments=7, has_discriminator=has_discriminator), status="diverged")
    film, _ = load_film()
    assert film["diverged"]
    assert len(film["samples_seen"]) == len(film["modes"]) == len(film["losses"]["generator"]) == 7
    assert coordinates(film["points"], 400).shape == (7, 400, 2)


def test_a_run_that_diverged_at_once_has_none():
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


def test_what_is_not_finite_is_left_out():
    arrays, losses, trajectory = make_records(moments=3)
    arrays["images"][1, :3] = [[np.nan, 0], [np.inf, 0], [0, -np.inf]]
    arrays["images"][1, 3] = [1e30, -1e30]
    arrays["discriminator_scores"][1, 0, :2] = np.nan, np.inf
    arrays["discriminator_scores"][2] = np.nan
    losses.loc[(losses["samples_seen"] == 1000) & (losses["term"] == "fake"), "value"] = np.nan
    trajectory.loc[1, "modes"] = np.nan
    write_records(arrays, losses, trajectory)
    film, _ = load_film()
    shown = coordinates(film["points"], 400)
    assert np.isnan(shown[1, :3]).all() and not np.isnan(shown[1, 3:]).any()
    assert shown[1, 3] == pytest.approx([1.5, -1.5])
    levels = landscape(film)
    assert (levels[1, 0, :2] == 255).all() and np.count_nonzero(levels[1] == 255) == 2
    assert (levels[2] == 255).all()
    assert film["low"][2] is film["high"][2] is film["boundary"][2] is None
    assert film["boundary"][1] is not None
    assert film["losses"]["discriminator"][1] is None
    assert film["losses"]["generator"][1] is not None
    assert film["modes"][1] is None


def test_a_moment_of_no_finite_point_keeps_its_landscape():
    arrays, *tables = make_records(moments=2)
    arrays["images"][0] = np.nan
    write_records(arrays, *tables)
    film, _ = load_film()
    assert film["low"][0] < film["high"][0]


def test_a_flat_landscape_is_at_the_middle():
    arrays, *tables = make_records(moments=2)
    arrays["discriminator_scores"][:] = 0.25
    write_records(arrays, *tables)
    film, _ = load_film()
    assert (landscape(film) == 127).all() and film["low"] == film["high"] == [0.25, 0.25]


def test_points_past_the_first_400_are_left_out():
    arrays, *tables = make_records(moments=2, count=450)
    write_records(arrays, *tables)
    film, _ = load_film()
    assert film["count"] == 400
    assert coordinates(film["points"], 400)[1] == pytest.approx(
        arrays["images"][1, :400].clip(-1.5, 1.5), abs=STEP / 2 + 1e-6
    )


def test_data_without_modes_have_none_covered():
    run = Run("toy", "spiral", "vae", 1)
    arrays, losses, trajectory = make_records(moments=2, has_discriminator=False)
    write_records(arrays, losses, trajectory[["samples_seen", "jensen_shannon"]], run)
    film, _ = load_film(run)
    assert film["of"] is None and film["modes"] == film["high_quality"] == [None, None]


def test_of_many_moments_some_are_shown_from_the_first_to_the_last():
    arrays, *tables = make_records(moments=150)
    write_records(arrays, *tables)
    film, size = load_film()
    seen = arrays["samples_seen"].tolist()
    assert len(film["samples_seen"]) == films.MOMENTS and size < 200_000
    assert film["samples_seen"][0] == seen[0] and film["samples_seen"][-1] == seen[-1]
    assert set(np.diff(film["samples_seen"]) // 500) <= {2, 3}
    at = seen.index(film["samples_seen"][30])
    shown = coordinates(film["points"], film["count"])[30]
    assert shown == pytest.approx(arrays["images"][at].clip(-1.5, 1.5), abs=STEP / 2 + 1e-6)


BROKEN = {
    "images": (
        lambda found: found.update(images=found["images"][:2]),
        r"images of shape .*got \(2,",
    ),
    "pictures": (
        lambda found: found.update(images=np.zeros((3, 9, 1, 8, 8))),
        "expected images of shape",
    ),
    "scores": (
        lambda found: found.update(discriminator_scores=found["discriminator_scores"][:, :5]),
        "expected discriminator_scores of shape",
    ),
    "fewer": (
        lambda found: found.update(discriminator_scores=found["discriminator_scores"][:2]),
        "expected discriminator_scores of shape",
    ),
    "order": (
        lambda found: found.update(samples_seen=np.array([2, 1, 3])),
        "expected increasing integers",
    ),
    "whole": (
        lambda found: found.update(samples_seen=np.array([0.5, 1, 3])),
        "expected increasing integers",
    ),
    "none": (
        lambda found: found.pop("discriminator_scores"),
        "missing arrays discriminator_scores",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_snapshots_that_do_not_fit_are_refused(case):
    arrays, *tables = make_records(moments=3)
    break_arrays, message = BROKEN[case]
    break_arrays(arrays)
    write_records(arrays, *tables)
    with pytest.raises(ValueError, match=message):
        load_film()


def test_tables_that_do_not_fit_are_refused():
    arrays, losses, trajectory = make_records(moments=3)
    write_records(arrays, losses.drop(columns="term"), trajectory)
    with pytest.raises(ValueError, match=r"losses.*missing columns term"):
        load_film()
    write_records(arrays, losses, trajectory[["samples_seen"]])
    with pytest.raises(ValueError, match="missing columns modes, high_quality"):
        load_film()
    write_records(arrays, losses.assign(samples_seen=7), trajectory)
    with pytest.raises(ValueError, match="expected losses at the moments"):
        load_film()
    write_records(arrays, losses, trajectory, status="stopped")
    with pytest.raises(ValueError, match=r"training\.json: expected status .*got 'stopped'"):
        load_film()
    write_records(arrays, losses, trajectory)
    RUN.losses.unlink()
    with pytest.raises(FileNotFoundError):
        load_film()


@pytest.mark.parametrize(
    "real", [np.zeros((0, 2)), np.zeros(2), np.zeros((4, 3)), np.full((4, 2), np.nan)], ids=str
)
def test_real_points_that_do_not_fit_are_refused(real):
    write_records(*make_records(moments=2))
    with pytest.raises(ValueError, match="got shape"):
        load_film(real=real)


def test_pictures_have_no_film():
    with pytest.raises(ValueError, match="expected a data set of ring8"):
        films.build_film(Run("images", "digits", "dcgan", 0), real_points())
