"""Digests of files against hashlib."""

import hashlib

import pytest

from benchmark.common.hashing import sha256, sha256_of_folder


@pytest.mark.parametrize("content", [b"", b"weights", bytes(range(256)) * 5000])
def test_sha256_is_that_of_the_bytes(tmp_path, content):
    file = tmp_path / "file"
    file.write_bytes(content)
    assert sha256(file) == hashlib.sha256(content).hexdigest()


def test_the_digest_of_a_folder_tells_names_and_contents(tmp_path):
    digests = set()
    for name, files in {"one": {"a": b"1", "b": b"2"}, "two": {"a": b"2", "b": b"1"}}.items():
        for file, content in files.items():
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / file).write_bytes(content)
        digests.add(sha256_of_folder(tmp_path / name))
    assert len(digests) == 2
    (tmp_path / "two" / "b").rename(tmp_path / "two" / "c")
    assert sha256_of_folder(tmp_path / "two") not in digests
