"""The weights of rows as a DVC remote: all files under their digests, and an index of them."""

import hashlib
import json
from pathlib import Path

import pytest

from benchmark.common.fingerprints import fingerprint_row
from benchmark.common.hashing import sha256
from benchmark.pipeline import published
from tests.benchmark.pipeline.project import run as run_program
from tests.benchmark.pipeline.published_weights import (
    COMMIT,
    RUNS,
    make_params,
    write_fingerprint,
    write_record,
    write_runs,
    write_weights,
)
from tests.benchmark.records.conftest import read_row_settings, write_recipe
from tests.benchmark.website.made_up import write_settings
from tests.command import error_line


@pytest.fixture
def trained(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_runs()
    return make_params()


def list_files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_every_file_has_its_digest_as_name_and_a_place_in_the_index(trained, capsys):
    published.publish_weights(trained)
    index = json.loads(Path("weights/index.json").read_text())
    assert index["version"] == 1 and set(index["rows"]) == set(RUNS)
    named = {"index.json"}
    for name, row in index["rows"].items():
        assert row["commit"] == COMMIT and row["seed"] == 0
        words = {"words.npy", "separator.npy"} if row["track"] == "text" else set()
        assert set(row["files"]) == {"weights.safetensors", "training.json"} | words
        for file, digests in row["files"].items():
            address = f"files/md5/{digests['md5'][:2]}/{digests['md5'][2:]}"
            content = (Path("weights") / address).read_bytes()
            assert hashlib.md5(content).hexdigest() == digests["md5"]
            assert hashlib.sha256(content).hexdigest() == digests["sha256"]
            assert len(content) == digests["size"]
            if file not in words:
                assert content == (RUNS[name].trained / file).read_bytes()
            named.add(address)
    assert list_files(Path("weights")) == named
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in Path("weights").rglob("*"))
    size = sum(path.stat().st_size for path in Path("weights/files").rglob("*") if path.is_file())
    assert capsys.readouterr().out == f"weights: 4 rows, {size / 1e6:.1f} MB\n"
    assert not list(Path(".dvc/tmp").iterdir())


def test_dvc_pulls_from_the_folder(trained, tmp_path):
    published.publish_weights(trained)
    file = published.PublishedIndex.model_validate_json(Path("weights/index.json").read_bytes())
    weights = file.rows["ring8-dcgan"].files["weights.safetensors"]
    clone = tmp_path / "clone"
    clone.mkdir()
    run_program(clone, "dvc", "init", "--quiet", "--no-scm")
    run_program(clone, "dvc", "remote", "add", "--quiet", "--default", "published", "../weights")
    output = {"md5": weights.md5, "size": weights.size, "hash": "md5", "path": "pulled"}
    (clone / "pulled.dvc").write_text(json.dumps({"outs": [output]}))
    run_program(clone, "dvc", "pull", "--quiet")
    assert sha256(clone / "pulled") == weights.sha256


def test_earlier_weights_are_replaced(trained):
    published.publish_weights(trained)
    before = list_files(Path("weights"))
    write_weights(RUNS["digits-dcgan"], seed=1)
    published.publish_weights(trained)
    after = list_files(Path("weights"))
    assert len(after) == len(before) and len(after - before) == 1


@pytest.mark.parametrize("name", ["mine.pth", "files/mine.pth", "mine/a.pth"])
def test_a_folder_of_other_files_is_kept(trained, capsys, name):
    file = Path("weights") / name
    file.parent.mkdir(parents=True)
    file.touch()
    line = error_line(capsys, lambda: published.publish_weights(trained))
    first = name.partition("/")[0]
    assert line == (
        f"weights: expected no path or published weights, got other files ({first}); move them, or"
        " rename it"
    )
    assert list_files(Path("weights")) == {name}


def test_other_files_beside_published_ones_are_kept(trained, capsys):
    published.publish_weights(trained)
    Path("weights/mine.pth").touch()
    before = list_files(Path("weights"))
    line = error_line(capsys, lambda: published.publish_weights(trained))
    assert "got other files (mine.pth); " in line
    assert list_files(Path("weights")) == before


def test_a_publication_that_fails_keeps_the_earlier_one(trained, monkeypatch):
    published.publish_weights(trained)
    before = list_files(Path("weights"))

    def fail(run: object, md5s: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(published, "describe_row", fail)
    with pytest.raises(KeyboardInterrupt):
        published.publish_weights(trained)
    assert list_files(Path("weights")) == before
    assert not list(Path().glob(".weights*"))


def test_rows_that_others_could_not_use_are_left_out_and_named(trained, capsys):
    write_recipe("ring8-dcgan", read_row_settings(trained, "ring8-dcgan"))
    write_settings(RUNS["ring8-dcgan"], trained)
    write_record(RUNS["digits-dcgan"], weights="0" * 64)
    write_record(RUNS["outline-pix2pix"])
    digest = sha256(RUNS["grammar-mle"].trained / "weights.safetensors")
    write_record(RUNS["grammar-mle"], weights=digest)
    published.publish_weights(trained)
    index = json.loads(Path("weights/index.json").read_text())
    assert list(index["rows"]) == ["grammar-mle"]
    assert capsys.readouterr().out.splitlines()[:2] == [
        'left out, not made with the present code and settings; run make repro ROWS="ring8-dcgan"',
        "left out, not the weights of their records; run gan-benchmark record digits-dcgan"
        " outline-pix2pix",
    ]
    write_fingerprint(RUNS["ring8-dcgan"], fingerprint_row("ring8-dcgan"))
    published.publish_weights(trained)
    index = json.loads(Path("weights/index.json").read_text())
    assert set(index["rows"]) == {"ring8-dcgan", "grammar-mle"}


def test_nothing_to_publish_is_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    line = error_line(capsys, lambda: published.publish_weights(make_params()))
    assert line == "runs: expected trained weights to publish, got none; run make repro first"
    assert not list(tmp_path.iterdir())
