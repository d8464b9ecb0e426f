"""rows.yaml: the rows that are made by default, and optional ones once they are named."""

import pytest
from ruamel.yaml import YAML

from benchmark import config
from benchmark.pipeline import rows

SETTINGS = config.load_params()
OPTIONAL = SETTINGS.optional_rows


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def read():
    return YAML(typ="safe").load(rows.FILE)


def test_rows_that_are_made_by_default_are_listed_with_their_data_sets():
    assert rows.write_rows(SETTINGS) and not rows.write_rows(SETTINGS)
    assert set(read()["datasets"]) == set(SETTINGS.datasets) - SETTINGS.optional_datasets
    assert list(read()["rows"]) == [row for row in SETTINGS.rows if row not in OPTIONAL]


def test_optional_rows_enter_when_they_are_named_and_stay():
    rows.write_rows(SETTINGS)
    default = read()
    named = {"digits-unrolled", "mnist-dcgan", "digits-dcgan"}
    assert rows.write_rows(SETTINGS, named) and not rows.write_rows(SETTINGS)
    assert set(read()["rows"]) == {*default["rows"]} | named
    assert set(read()["datasets"]) == {*default["datasets"], "mnist"}
    assert list(read()["rows"]) == [row for row in SETTINGS.rows if row in read()["rows"]]


def test_rows_that_params_yaml_lists_no_longer_leave_the_file():
    rows.write_rows(SETTINGS, {"mnist-dcgan"})
    without = SETTINGS.model_copy(update={"images": None})
    assert rows.write_rows(without) and set(read()["datasets"]) == {"ring8"}


def test_data_sets_of_small_images_are_measured_once_they_are_listed():
    rows.write_rows(SETTINGS)
    assert read()["sensitivity"] == {"digits": {"track": "images"}}
    rows.write_rows(SETTINGS, {"mnist-dcgan", "cifar10-dcgan"})
    assert list(read()["sensitivity"]) == ["digits", "mnist"]
    rows.FILE.unlink()
    without = SETTINGS.model_copy(update={"images": None})
    assert rows.write_rows(without) and read()["sensitivity"] == {}


def test_the_rows_are_those_of_the_leaderboards():
    rows.write_rows(SETTINGS, OPTIONAL)
    assert list(read()["rows"]) == list(SETTINGS.rows)
    assert "cifar10-biggan" in read()["rows"] and "stl10-biggan" not in read()["rows"]


@pytest.mark.parametrize("text", ["", "datasets: [", "rows: {}", "- 1", "datasets: 3"])
def test_a_damaged_file_is_written_anew(text):
    rows.FILE.write_text(text)
    assert rows.write_rows(SETTINGS) and "digits" in read()["datasets"]
