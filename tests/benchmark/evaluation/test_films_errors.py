"""Films refuse records that do not fit."""

import numpy as np
import pytest

from benchmark.config import Run
from benchmark.evaluation import films
from tests.benchmark.evaluation.film_records import (
    RUN,
    draw_real_points,
    load_film,
    make_records,
    write_records,
)
from tests.command import error_line

pytestmark = pytest.mark.usefixtures("empty_folder")


BROKEN = {
    "images": (
        lambda result: result.update(images=result["images"][:2]),
        r"images of shape .*got \(2,",
    ),
    "pictures": (
        lambda result: result.update(images=np.zeros((3, 9, 1, 8, 8))),
        "expected images of shape",
    ),
    "scores": (
        lambda result: result.update(discriminator_scores=result["discriminator_scores"][:, :5]),
        "expected discriminator_scores of shape",
    ),
    "fewer": (
        lambda result: result.update(discriminator_scores=result["discriminator_scores"][:2]),
        "expected discriminator_scores of shape",
    ),
    "order": (
        lambda result: result.update(samples_seen=np.array([2, 1, 3])),
        "expected increasing integers",
    ),
    "whole": (
        lambda result: result.update(samples_seen=np.array([0.5, 1, 3])),
        "expected increasing integers",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_refuses_invalid_snapshots(case):
    arrays, *tables = make_records(moments=3)
    break_arrays, message = BROKEN[case]
    break_arrays(arrays)
    write_records(arrays, *tables)
    with pytest.raises(ValueError, match=message):
        load_film()


def test_refuses_damaged_files(capsys):
    arrays, losses, trajectory = make_records(moments=3)
    write_records(arrays, losses.drop(columns="term"), trajectory)
    assert "got a damaged file (no column term)" in error_line(capsys, load_film)
    write_records(arrays, losses, trajectory[["samples_seen"]])
    assert "got a damaged file (no column modes, high_quality)" in error_line(capsys, load_film)
    write_records(arrays, losses, trajectory)
    RUN.losses.unlink()
    assert "0.csv: expected a table of CSV, got no file" in error_line(capsys, load_film)
    del arrays["discriminator_scores"]
    write_records(arrays, losses, trajectory)
    assert "0/snapshots.npz: expected arrays" in error_line(capsys, load_film)


def test_refuses_invalid_tables():
    arrays, losses, trajectory = make_records(moments=3)
    write_records(arrays, losses.assign(samples_seen=7), trajectory)
    with pytest.raises(ValueError, match="expected losses at the moments"):
        load_film()
    write_records(arrays, losses, trajectory, status="stopped")
    with pytest.raises(ValueError, match=r"training\.json: expected status .*got 'stopped'"):
        load_film()


@pytest.mark.parametrize(
    "real", [np.zeros((0, 2)), np.zeros(2), np.zeros((4, 3)), np.full((4, 2), np.nan)], ids=str
)
def test_refuses_invalid_real_points(real):
    write_records(*make_records(moments=2))
    with pytest.raises(ValueError, match="got shape"):
        load_film(real=real)


def test_refuses_films_of_images():
    with pytest.raises(ValueError, match="expected a data set of ring8"):
        films.build_film(Run("images", "digits", "dcgan", 0), draw_real_points())
