"""Load params.yaml."""

import pytest

from benchmark import config
from tests.benchmark.config.params import PARAMS_FILE, read_params, write_params
from tests.command import error_line


def test_reports_each_error_in_a_line(tmp_path, capsys):
    path = tmp_path / "params.yaml"
    path.write_text(
        PARAMS_FILE.read_text().replace("seeds: [0, 1, 2]", "seeds: 3").replace("lr:", "lrr:")
    )
    with pytest.raises(SystemExit):
        config.load_params(path)
    assert len(capsys.readouterr().err.splitlines()) > 3


@pytest.mark.parametrize("text", ["images: [", "", "3"])
def test_refuses_files_without_a_mapping(tmp_path, capsys, text):
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(SystemExit):
        config.load_params(path)
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_reports_a_missing_file(tmp_path, capsys):
    with pytest.raises(SystemExit):
        config.load_params(tmp_path / "params.yaml")
    assert "expected a file, got none" in capsys.readouterr().err


def test_variants_are_inherited_replaced_and_removed(tmp_path):
    tree = read_params()
    del tree["toy"]["variants"]["dcgan"]
    tree["toy"]["variants"]["progan"] = None
    left_out = {name for name, entry in tree["toy"]["variants"].items() if entry is None}
    write_params(tree, tmp_path)
    params = config.load_params(tmp_path / "params.yaml")
    images, toy = params.tracks["images"].variants, params.tracks["toy"].variants
    assert toy["dcgan"] == images["dcgan"] and toy["gan"] != images["gan"]
    assert list(toy) == [name for name in images if name not in left_out]
    assert left_out == {"progan", "diffaugment", "ada"}


def test_a_key_that_stands_twice_is_named_with_its_line(tmp_path, capsys):
    path = tmp_path / "params.yaml"
    lines = PARAMS_FILE.read_text().splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("    dcgan:"))
    lines.insert(place, lines[place])
    path.write_text("\n".join(lines))
    assert error_line(capsys, lambda: config.load_params(path)) == (
        f"{path}: line {place + 2}: expected each key once, got dcgan twice; remove one"
    )
