"""rows.yaml: the rows of params.yaml, and optional leaderboards once they are made."""

import pytest
from ruamel.yaml import YAML

from benchmark import config
from benchmark.pipeline import rows

SETTINGS = config.load_params()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def read():
    return YAML(typ="safe").load(rows.FILE)


def test_optional_leaderboards_enter_when_they_are_named_and_stay():
    default = set(SETTINGS.datasets) - SETTINGS.optional_datasets
    assert rows.write_rows(SETTINGS) and set(read()["datasets"]) == default
    assert not rows.write_rows(SETTINGS)
    assert rows.write_rows(SETTINGS, {"mnist", "digits"})
    assert set(read()["datasets"]) == default | {"mnist"}
    assert "mnist-dcgan" in read()["rows"] and not rows.write_rows(SETTINGS)


def test_data_sets_of_small_images_are_measured_once_they_are_listed():
    rows.write_rows(SETTINGS)
    assert read()["sensitivity"] == {"digits": {"track": "images"}}
    rows.write_rows(SETTINGS, {"mnist", "cifar10"})
    assert list(read()["sensitivity"]) == ["digits", "mnist"]
    rows.FILE.unlink()
    without = SETTINGS.model_copy(update={"images": None})
    assert rows.write_rows(without) and read()["sensitivity"] == {}


def test_the_rows_are_those_of_the_leaderboards():
    rows.write_rows(SETTINGS, SETTINGS.optional_datasets)
    assert list(read()["rows"]) == list(SETTINGS.rows)
    assert "cifar10-biggan" in read()["rows"] and "stl10-biggan" not in read()["rows"]


@pytest.mark.parametrize("text", ["", "datasets: [", "rows: {}", "- 1", "datasets: 3"])
def test_a_damaged_file_is_written_anew(text):
    rows.FILE.write_text(text)
    assert rows.write_rows(SETTINGS) and "digits" in read()["datasets"]
