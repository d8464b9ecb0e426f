"""Archives from a server: whole, broken off, changed, damaged, or out of reach."""

import hashlib
import io
import re
import tarfile
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from PIL import Image

from benchmark import config
from benchmark.data.sources import downloads, folders
from tests.benchmark.data.sources.archives import make_tar, make_zip


def picture(level):
    out = io.BytesIO()
    Image.new("RGB", (16, 8), (level,) * 3).save(out, "PNG")
    return out.getvalue()


SIDE_BY_SIDE = make_tar(
    {f"facades/{split}/{n}.png": picture(n) for split in ("train", "val") for n in range(3)}
)


COLLECTIONS = make_zip(
    {
        f"horse2zebra/{split}{name}/{n}.png": picture(n)
        for split in ("train", "test")
        for name in "AB"
        for n in range(3 if name == "A" else 4)
    }
)


class Server(BaseHTTPRequestHandler):
    """Serves ``files`` and parts of them; ends early once for each path in ``broken``."""

    files: ClassVar[dict] = {}
    broken: ClassVar[dict] = {}
    asked: ClassVar[list] = []

    def do_GET(self):
        content = self.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        start = int(re.sub(r"\D", "", self.headers.get("Range", "0")))
        self.asked.append((self.path, start))
        if start and start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start : self.broken.pop(self.path, None)])

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server with two made-up archives in the place of the authors'."""
    monkeypatch.setattr(downloads, "FOLDER", tmp_path / "downloads")
    monkeypatch.setattr(Server, "files", {"/facades": SIDE_BY_SIDE, "/horse2zebra": COLLECTIONS})
    monkeypatch.setattr(Server, "broken", {})
    monkeypatch.setattr(Server, "asked", [])
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{running.server_port}"
        for name, sha256 in (
            ("facades", None),
            ("horse2zebra", hashlib.sha256(COLLECTIONS).hexdigest()),
        ):
            known = replace(downloads.ARCHIVES[name], url=f"{url}/{name}", sha256=sha256)
            monkeypatch.setitem(downloads.ARCHIVES, name, known)
        yield Server
        running.shutdown()


def read(name, **keywords):
    return folders.load_dataset(name, config.Folder(side=8, **keywords))


def line(capsys, name):
    with pytest.raises(SystemExit) as stopped:
        read(name)
    assert stopped.value.code == 1
    (message,) = capsys.readouterr().err.splitlines()
    return message


def test_an_archive_is_downloaded_once_and_becomes_a_data_set(server):
    for _ in range(2):
        train, test = read("facades")
        assert train.images.shape == train.condition.shape == test.images.shape == (3, 3, 8, 8)
        assert train.paired
        splits = read("horse2zebra")
        assert [len(part.images) for part in splits] == [4, 4] and not splits[0].paired
        assert [len(part.condition) for part in splits] == [3, 3]
    assert server.asked == [("/facades", 0), ("/horse2zebra", 0)]
    assert len(read("horse2zebra", target="A")[0].images) == 3
    left = {path.name for path in downloads.FOLDER.iterdir()}
    assert left == {"facades.tar.gz", "facades.tar.gz.sha256", "horse2zebra.zip"}


def test_an_interrupted_download_resumes(server, capsys):
    server.broken["/facades"] = 100
    message = line(capsys, "facades")
    assert (
        message.startswith("dataset facades: expected a download, got an error (expected ")
        and "got 100)" in message
    )
    read("facades")
    assert server.asked == [("/facades", 0), ("/facades", 100)]
    assert (downloads.FOLDER / "facades.tar.gz").read_bytes() == SIDE_BY_SIDE


def test_a_part_longer_than_the_file_is_deleted(server):
    downloads.FOLDER.mkdir()
    (downloads.FOLDER / "facades.tar.gz.part").write_bytes(SIDE_BY_SIDE + b"more")
    read("facades")
    assert (downloads.FOLDER / "facades.tar.gz").read_bytes() == SIDE_BY_SIDE


def test_a_file_with_another_checksum_is_refused(server, capsys):
    for name, other in (("facades", SIDE_BY_SIDE), ("horse2zebra", COLLECTIONS)):
        read(name)
        file = downloads.FOLDER / downloads.ARCHIVES[name].file
        file.write_bytes(other + b"more")
        message = line(capsys, name)
        result = hashlib.sha256(other + b"more").hexdigest()
        wanted = hashlib.sha256(other).hexdigest()
        assert message == (
            f"dataset {name}: {file}: expected sha256 {wanted}, got {result}; delete it and run"
            f" again, or write the sum that you trust to {file}.sha256"
        )
        (file.parent / f"{file.name}.sha256").write_text(result)
        read(name)


@pytest.mark.parametrize("content", [SIDE_BY_SIDE[:-40], b"", b"<html>", make_zip({"a": b"b"})])
def test_a_damaged_archive_is_one_line_and_leaves_no_checksum(server, capsys, content):
    server.files["/facades"] = content
    message = line(capsys, "facades")
    assert message.startswith(f"dataset facades: {downloads.FOLDER}/facades.tar.gz: ")
    assert message.endswith("; delete it and run again")
    assert [path.name for path in downloads.FOLDER.iterdir()] == ["facades.tar.gz"]


@pytest.mark.parametrize("has_filters", [True, False], ids=["new Python", "before 3.11.4"])
def test_an_archive_writes_nothing_outside_its_folder(server, capsys, monkeypatch, has_filters):
    if not has_filters:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    server.files["/facades"] = make_tar({"../outside.png": picture(0)})
    assert "expected an archive, got a damaged file" in line(capsys, "facades")
    assert [path.name for path in downloads.FOLDER.iterdir()] == ["facades.tar.gz"]
    (downloads.FOLDER / "facades.tar.gz").unlink()
    server.files["/facades"] = SIDE_BY_SIDE
    read("facades")


def test_a_damaged_zip_file_is_one_line(server, capsys, monkeypatch):
    middle = COLLECTIONS.index(b"IDAT")
    content = COLLECTIONS[:middle] + b"IDOT" + COLLECTIONS[middle + 4 :]
    server.files["/horse2zebra"] = content
    known = replace(downloads.ARCHIVES["horse2zebra"], sha256=None)
    monkeypatch.setitem(downloads.ARCHIVES, "horse2zebra", known)
    assert "got a damaged file (Bad CRC-32" in line(capsys, "horse2zebra")


def test_a_missing_archive_is_one_line_with_the_file_and_folder(server, capsys):
    server.files.clear()
    url = downloads.ARCHIVES["facades"].url
    assert line(capsys, "facades") == (
        "dataset facades: expected a download, got an error (HTTP Error 404: Not Found); put"
        " facades.tar.gz from"
        f" {url} in {downloads.FOLDER} and run again"
    )


def test_a_missing_network_is_one_line_with_the_file_and_folder(server, capsys, monkeypatch):
    known = replace(downloads.ARCHIVES["facades"], url="http://127.0.0.1:9/facades.tar.gz")
    monkeypatch.setitem(downloads.ARCHIVES, "facades", known)
    message = line(capsys, "facades")
    error = "<urlopen error [Errno 111] Connection refused>"
    assert f"expected a download, got an error ({error})" in message
    (downloads.FOLDER / "facades.tar.gz").write_bytes(SIDE_BY_SIDE)
    assert len(read("facades")[0].images) == 3


def test_an_archive_without_a_url_is_not_requested(server, capsys):
    assert line(capsys, "cityscapes").startswith("dataset cityscapes: expected ")
    renamed = {
        f"cityscapes/{split}/{n}.png": picture(n) for split in ("train", "val") for n in (1,)
    }
    (downloads.FOLDER / "cityscapes.tar.gz").write_bytes(make_tar(renamed))
    assert len(read("cityscapes")[0].images) == 1


def test_every_archive_but_cityscapes_has_a_url():
    for name, archive in downloads.ARCHIVES.items():
        if name != "cityscapes":
            assert archive.url.startswith("https://efrosgans.eecs.berkeley.edu/")
            assert archive.url.endswith(f"/datasets/{archive.file}")
        assert archive.paired == (archive.sha256 is None)
        assert archive.sha256 is None or re.fullmatch("[0-9a-f]{64}", archive.sha256)
