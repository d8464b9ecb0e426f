"""Weights from a server of this machine: their bytes, their samples, and what is refused."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.common.hashing import sha256
from benchmark.evaluation.sample import find_weights
from benchmark.pipeline import fetch, published
from tests.benchmark.pipeline.published_weights import (
    COMMIT,
    RUNS,
    WEIGHTS,
    alter,
    edit_index,
    find_published,
    list_files,
    make_params,
    serve,
    tear,
    write_record,
    write_runs,
    write_weights,
)
from tests.command import mistake_of, run_command

RING = "ring8-dcgan"


@pytest.fixture(scope="module")
def publisher(tmp_path_factory):
    """A folder with made-up runs and published weights."""
    folder = tmp_path_factory.mktemp("publisher")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_runs()
        published.publish_weights(make_params())
    return folder


@pytest.fixture(scope="module")
def address(publisher):
    """The address of a server of the publisher's folder."""
    with serve(publisher) as address:
        yield address


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(fetch.VARIABLE, raising=False)
    return tmp_path


@pytest.fixture
def changed(publisher, request):
    """A copy of the published weights on the same server, for a test that changes it."""
    folder = publisher / request.node.name.partition("[")[0]
    shutil.rmtree(folder, ignore_errors=True)
    return shutil.copytree(publisher / "weights", folder)


def test_fetched_weights_draw_the_samples_of_the_publisher(
    publisher, address, clone, capsys, monkeypatch
):
    url = f"{address}/weights/"
    run_command("fetch", "digits-dcgan", "ring8-dcgan", "--from", url)
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"digits-dcgan: 0.0 MB in fetched/images/digits/dcgan, trained at commit {COMMIT[:12]}",
        f"ring8-dcgan: 0.0 MB in fetched/toy/ring8/dcgan, trained at commit {COMMIT[:12]}",
    ]
    for name in ("digits-dcgan", "ring8-dcgan"):
        run = RUNS[name]
        for file in (WEIGHTS, "training.json"):
            fetched = Path("fetched", run.track, run.dataset, run.variant, "trained/0", file)
            assert fetched.read_bytes() == (publisher / run.trained / file).read_bytes()
        run_command("sample", name, "--count", 9, "--out", "here.npz")
        with monkeypatch.context() as patch:
            patch.chdir(publisher)
            run_command("sample", name, "--count", 9, "--out", clone / "there.npz")
        with np.load("here.npz") as here, np.load("there.npz") as there:
            assert np.array_equal(here["images"], there["images"])
    walk = Path("fetched/images/digits/dcgan/scored/0")
    assert {path.name for path in walk.iterdir()} == {"walk.png", "walk.json", "network.js"}


def test_fetching_twice_changes_nothing(address, clone, capsys, monkeypatch):
    monkeypatch.setenv(fetch.VARIABLE, f"{address}/weights")
    run_command("fetch", "digits-dcgan", "digits-dcgan")
    before = {path: path.stat().st_mtime_ns for path in list_files(Path("fetched"))}
    capsys.readouterr()
    run_command("fetch", "digits-dcgan")
    assert capsys.readouterr().out == "digits-dcgan: already in fetched/images/digits/dcgan\n"
    assert {path: path.stat().st_mtime_ns for path in list_files(Path("fetched"))} == before


def test_weights_that_were_published_anew_replace_fetched_ones(
    address, clone, changed, publisher, monkeypatch
):
    url = f"{address}/{changed.name}"
    run_command("fetch", "ring8-dcgan", "--from", url)
    with monkeypatch.context() as patch:
        patch.chdir(changed)
        write_runs()
        write_weights(RUNS["ring8-dcgan"], seed=1)
        published.publish_weights(make_params())
    run_command("fetch", "ring8-dcgan", "--from", f"{url}/weights")
    fetched = Path("fetched/toy/ring8/dcgan/trained/0", WEIGHTS)
    assert sha256(fetched) == sha256(changed / RUNS["ring8-dcgan"].trained / WEIGHTS)
    assert sha256(fetched) != sha256(publisher / RUNS["ring8-dcgan"].trained / WEIGHTS)


@pytest.mark.parametrize("damage", [tear, alter, Path.unlink])
@pytest.mark.parametrize("name", [WEIGHTS, "training.json"])
def test_a_damaged_file_is_refused_by_name_and_leaves_nothing(
    address, clone, changed, capsys, damage, name
):
    file = find_published(changed, "digits-dcgan", name)
    damage(file)
    url = f"{address}/{changed.name}"
    line = mistake_of(capsys, "fetch", "digits-dcgan", "--from", url)
    assert line.startswith(f"digits-dcgan: {name}: expected ") and line.endswith(fetch.AGAIN)
    assert f" at {url}/{file.relative_to(changed)}, got " in line
    assert file.exists() == (" bytes with sha256 " in line)
    assert not list_files(clone)


def test_a_failed_fetch_keeps_earlier_weights(address, clone, changed, capsys):
    run_command("fetch", "digits-dcgan", "--from", f"{address}/weights")
    path = find_weights("digits-dcgan", 0)
    before, files = sha256(path), list_files(clone)

    def change(index):
        index["rows"]["digits-dcgan"]["files"][WEIGHTS]["sha256"] = "0" * 64

    edit_index(changed, change)
    mistake_of(capsys, "fetch", "digits-dcgan", "--from", f"{address}/{changed.name}")
    assert sha256(path) == before and list_files(clone) == files


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda index: index.update(version=2), "version: "),
        (lambda index: index.pop("rows"), "rows: "),
        (lambda index: index["rows"].update(other=index["rows"][RING]), "rows: "),
        (lambda index: index["rows"][RING].update(track="../.."), f"rows.{RING}.track: "),
        (
            lambda index: index["rows"][RING]["files"][WEIGHTS].update(md5="../../x"),
            f"rows.{RING}.files.{WEIGHTS}.md5: ",
        ),
        (lambda index: index["rows"][RING]["files"].pop(WEIGHTS), f"rows.{RING}.files: "),
        (
            lambda index: index["rows"][RING]["files"].update({"../x.py": {}}),
            f"rows.{RING}.files.../x.py.[key]: ",
        ),
    ],
)
def test_an_index_of_another_form_is_one_line(address, clone, changed, capsys, change, reason):
    edit_index(changed, change)
    url = f"{address}/{changed.name}"
    line = mistake_of(capsys, "fetch", "ring8-dcgan", "--from", url)
    start = f"{url}/index.json: expected an index of weights, got another file ({reason}"
    assert line.startswith(start)
    assert not list_files(clone)


@pytest.mark.parametrize("text", ["{", "[" * 100_000])
def test_an_index_that_is_no_json_is_one_line(address, clone, changed, capsys, text):
    (changed / "index.json").write_text(text)
    line = mistake_of(capsys, "fetch", "ring8-dcgan", "--from", f"{address}/{changed.name}")
    assert "/index.json: expected an index of weights, got another file (" in line


@pytest.mark.parametrize(
    ("row", "hint"),
    [
        ("digits-dcgn", "digits-dcgn: expected a row of {}, got no such name; did you mean"),
        ("digits-wgan", "digits-wgan: expected a row of {}, got no such name; did you mean"),
        ("?", "?: expected a row of {}, got no such name; there are 4, such as digits-dcgan"),
        ("", '"": expected a row of {}, got no such name; there are 4, such as digits-dcgan'),
    ],
)
def test_an_unknown_row_is_one_line(address, clone, capsys, row, hint):
    url = f"{address}/weights"
    line = mistake_of(capsys, "fetch", "ring8-dcgan", row, "--from", url)
    assert line.startswith(hint.format(url))
    assert not list_files(clone)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "{}/none", "gopher://x", "none/here"])
def test_an_address_without_weights_is_one_line(address, clone, capsys, url):
    url = url.format(address)
    line = mistake_of(capsys, "fetch", "digits-dcgan", "--from", url)
    assert line.startswith(f"index.json: expected a file at {url}/index.json, got ")
    assert line.endswith(f"; check network and address: {fetch.ADDRESS}")


def test_no_address_is_one_line(clone, capsys):
    line = mistake_of(capsys, "fetch", "digits-dcgan")
    assert line == (
        f"--from: expected the address of published weights, got none; add it or set"
        f" {fetch.VARIABLE}, or train the weights with make repro ROWS=digits-dcgan"
    )


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"dataset": "grid25"},
            "ring8-dcgan: expected weights of ring8 dcgan seed 0, got others; ",
        ),
        ({"model": {"latent": 3, "width": 4}}, "ring8-dcgan: expected weights that fit the code"),
        ({"model": {"depth": 9}}, "ring8-dcgan: expected weights that fit the code of this clone"),
        ({"model": {"depth": 9}, "changed_since": True}, "ring8-dcgan: expected weights that fit"),
    ],
)
def test_weights_that_do_not_fit_are_refused(
    address, clone, changed, capsys, monkeypatch, changes, line
):
    with monkeypatch.context() as patch:
        patch.chdir(changed)
        write_runs()
        write_weights(RUNS["ring8-dcgan"], **changes)
        published.publish_weights(make_params())
    url = f"{address}/{changed.name}/weights"
    shown = mistake_of(capsys, "fetch", "ring8-dcgan", "--from", url)
    assert shown.startswith(line)
    has_commit = "model" in changes and "changed_since" not in changes
    assert has_commit == (f"git checkout {COMMIT}" in shown)
    assert not list_files(clone)


@pytest.mark.parametrize(("facts", "got"), [({"weights": "0" * 64}, "0" * 64), ({}, "none")])
def test_weights_other_than_those_of_the_record_are_refused(address, clone, capsys, facts, got):
    run = RUNS["ring8-dcgan"]
    write_record(run, **facts)
    before = list_files(clone)
    line = mistake_of(capsys, "fetch", run.row, "--from", f"{address}/weights")
    assert line.startswith(
        f"ring8-dcgan: expected weights with the sha256 of its record, {got}, got "
    )
    assert line.endswith(
        "; git pull gets the latest records, else ask the publisher to publish again"
    )
    assert list_files(clone) == before


def test_weights_of_the_record_are_fetched(address, clone, publisher):
    run = RUNS["ring8-dcgan"]
    write_record(run, weights=sha256(publisher / run.trained / WEIGHTS))
    run_command("fetch", run.row, "--from", f"{address}/weights")
    assert published.read_recorded_sum(run) == sha256(
        Path("fetched/toy/ring8/dcgan/trained/0", WEIGHTS)
    )
    other = replace(run, seed=5)
    assert published.read_recorded_sum(other) is None, "the record has no such seed"


def test_weights_that_are_trained_here_come_first(address, clone, capsys):
    arguments = "fetch", "ring8-dcgan", "--from", f"{address}/weights"
    run_command(*arguments)
    assert find_weights("ring8-dcgan", 0).parts[0] == "fetched"
    write_runs()
    assert find_weights("ring8-dcgan", 0).parts[0] == "runs"
    shutil.rmtree("fetched")
    capsys.readouterr()
    run_command(*arguments)
    line = "ring8-dcgan: sample and apply use runs/toy/ring8/dcgan/trained/0, which was trained"
    assert line in capsys.readouterr().out


def test_sentences_come_with_their_words(address, clone, capsys):
    run_command("fetch", "grammar-mle", "--from", f"{address}/weights")
    capsys.readouterr()
    run_command("sample", "grammar-mle", "--count", 20)
    words = capsys.readouterr().out.split()
    assert words and set(words) <= {"a", "cat"}


def test_rows_that_read_images_name_the_command_that_prepares_them(address, clone, capsys):
    run_command("fetch", "outline-pix2pix", "--from", f"{address}/weights")
    line = (
        "outline-pix2pix: sample reads held-out images in data/outline; run gan-benchmark prepare"
    )
    assert f"{line} outline\n" in capsys.readouterr().out
    line = mistake_of(capsys, "sample", "outline-pix2pix")
    assert line.endswith("run gan-benchmark prepare outline first")
    Image.new("L", (8, 8)).save("in.png")
    run_command("apply", "outline-pix2pix", "in.png", "out.png")
    assert Image.open("out.png").size == (8, 8)
