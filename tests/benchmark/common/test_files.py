"""JSON is read in UTF-8, whatever the locale."""

import pytest

from benchmark.common.files import read_json


def test_json_is_read_in_utf8(tmp_path):
    file = tmp_path / "a.json"
    file.write_bytes('{"Fréchet": [1, null]}'.encode())
    assert read_json(file) == {"Fréchet": [1, None]}
    file.write_bytes(b"{")
    with pytest.raises(ValueError, match="Expecting"):
        read_json(file)
