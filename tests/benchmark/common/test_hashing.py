"""Digests of files against hashlib."""

import hashlib

import pytest

from benchmark.common.hashing import sha256


@pytest.mark.parametrize("content", [b"", b"weights", bytes(range(256)) * 5000])
def test_sha256_is_that_of_the_bytes(tmp_path, content):
    file = tmp_path / "file"
    file.write_bytes(content)
    assert sha256(file) == hashlib.sha256(content).hexdigest()
