"""Folders of photographs to enlarge: how they are cut, what is wrong with them, and a run."""

import hashlib
import io
import json
import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from ruamel.yaml import YAML

from benchmark import config, tracks
from benchmark.data.bicubic import resize_bicubic
from benchmark.data.sources import downloads, photo_folders
from benchmark.data.splits import load_condition
from benchmark.evaluation import evaluate
from benchmark.training import train
from benchmark.training.checkpoints import delete_checkpoint
from tests.benchmark.config.test_params import REAL
from tests.benchmark.data.sources.test_downloads import packed, tar
from tests.benchmark.data.sources.test_folders import check_damaged, save_image
from tests.command import run_command


def places(height, width):
    """A photograph whose pixels say where they lie: row, column and file size."""
    rows, columns = np.indices((height, width), dtype=np.uint8)
    return np.stack([rows, columns, np.full_like(rows, width)], axis=2)


def noise(height, width, seed=0):
    """A photograph with something of all sizes in it."""
    generator = np.random.default_rng(seed)
    coarse = generator.integers(0, 256, (1, 3, height // 8 + 1, width // 8 + 1), dtype=np.uint8)
    return Image.fromarray(resize_bicubic(coarse, 8)[0, :, :height, :width].transpose(1, 2, 0))


@pytest.fixture
def folders(tmp_path):
    """Photographs of odd sizes."""
    for number, size in enumerate([(51, 70), (49, 33), (85, 57)]):
        save_image(Image.fromarray(places(*size)), tmp_path / f"train/{number}.png")
    save_image(Image.fromarray(places(53, 79)), tmp_path / "test/one.png")
    save_image(Image.fromarray(places(26, 51)), tmp_path / "test/inner/two.bmp")
    return tmp_path


def read(root, *, scale=2, side=24, **keywords):
    block = {"train": f"{root}/train", "test": f"{root}/test", "scale": scale, "side": side}
    return photo_folders.load_dataset(config.Photographs(**block | keywords))


def line(capsys, root, **keywords):
    with pytest.raises(SystemExit) as stopped:
        read(root, **keywords)
    assert stopped.value.code == 1
    (said,) = capsys.readouterr().err.splitlines()
    return said


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_patches_and_their_conditions_are_of_one_place(folders, scale):
    train, test = read(folders, scale=scale, patches=30)
    assert len(train.images) == 30
    # 2x3 of 53x79; 1x2 of 26x51
    assert len(test.images) == 2 * 3 + 1 * 2
    whole = {
        width: places(height - height % scale, width)[:, : width - width % scale]
        for height, width in [(51, 70), (49, 33), (85, 57), (53, 79), (26, 51)]
    }
    for part in (train, test):
        images, labels, condition = part.images, part.labels, part.condition
        assert images.dtype == condition.dtype == part.classifier_inputs.dtype == np.uint8
        assert images.shape == part.classifier_inputs.shape == (len(labels), 3, 24, 24)
        assert condition.shape == (len(labels), 3, 24 // scale, 24 // scale) and part.paired
        assert part.classifier_targets.shape == labels.shape and not labels.any()
        for image, small in zip(images, condition, strict=True):
            top, left, width = image[:, 0, 0].astype(int)
            assert top % scale == left % scale == 0
            photograph = whole[width].transpose(2, 0, 1)
            assert np.array_equal(image, photograph[:, top : top + 24, left : left + 24])
            shrunk = resize_bicubic(photograph[None], Fraction(1, scale))[0]
            rows, columns = (slice(start // scale, (start + 24) // scale) for start in (top, left))
            assert np.abs(small.astype(int) - shrunk[:, rows, columns]).max() <= 1


def test_test_patches_lie_side_by_side_and_training_patches_at_drawn_places(folders):
    train, test = read(folders, patches=11)
    corners = sorted(tuple(corner) for corner in test.images[:, :, 0, 0].tolist())
    assert corners == sorted(
        [(top, left, 79) for top in (0, 24) for left in (0, 24, 48)] + [(0, 0, 51), (0, 24, 51)]
    )
    widths, counts = np.unique(train.images[:, 2, 0, 0], return_counts=True)
    assert dict(zip(widths.tolist(), counts.tolist(), strict=True)) == {70: 4, 33: 4, 57: 3}
    for part, again in zip(read(folders, patches=11), (train, test), strict=True):
        expected = again.to_dict()
        assert part.to_dict().keys() == expected.keys()
        assert all(np.array_equal(array, expected[key]) for key, array in part.to_dict().items())


def test_no_patch_is_drawn_twice_and_a_photograph_may_give_none(folders):
    train, _ = read(folders, patches=100_000)
    assert len({image.tobytes() for image in train.images}) == len(train.images)
    # all places of a grid of 2 pixels, in 50x70, 48x32 and 84x56
    assert len(train.images) == 14 * 24 + 13 * 5 + 31 * 17
    assert len(read(folders, patches=2)[0].images) == 2


def test_the_classifier_learns_how_patches_were_degraded(tmp_path):
    for name in ("train", "test"):
        save_image(noise(97, 130, seed=len(name)), tmp_path / f"{name}/a.png")
    for part in read(tmp_path, patches=80):
        same = (part.images == part.classifier_inputs).all(axis=(1, 2, 3))
        kinds = part.classifier_targets
        assert same[kinds == 0].all() and not same[kinds != 0].any()
        assert kinds.dtype == np.int64 and kinds.max() > 0


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        (Image.new("L", (31, 25), 77), (77, 77, 77)),
        (Image.new("RGBA", (31, 25), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("LA", (31, 25), (9, 255)), (9, 9, 9)),
        (Image.fromarray(np.full((25, 31), 77 * 257, np.uint16)), (77, 77, 77)),
    ],
)
def test_every_kind_of_photograph_becomes_rgb(folders, image, wanted):
    save_image(image, folders / "test/one.png")
    (folders / "test/inner/two.bmp").unlink()
    _, test = read(folders)
    assert test.images.shape == (1, 3, 24, 24)
    for array in (test.images, test.condition):
        assert np.array_equal(array, np.broadcast_to(np.array(wanted)[:, None, None], array.shape))


def test_a_damaged_file_is_named(folders, capsys):
    check_damaged(folders / "train/1.png", lambda: line(capsys, folders))


def test_a_photograph_smaller_than_a_patch_is_named(folders, capsys):
    assert line(capsys, folders, side=32) == (
        f"{folders}/test/inner/two.bmp: expected 32x32 pixels or more, got 51x26; remove it, or"
        " choose a smaller side"
    )
    # 49 is 48 where it is a multiple of 4
    assert ": expected 48x48 pixels or more, got 33x49;" in line(capsys, folders, side=48, scale=4)


def test_missing_empty_and_repeated_folders_are_one_line(folders, capsys):
    said = line(capsys, folders, train=f"{folders}/no")
    assert said.startswith(
        f"{folders}/no: expected a folder or an archive, got no such name; there are: div2k,"
    )
    assert line(capsys, folders, test="sett14").endswith("name; did you mean set14?")
    (folders / "empty").mkdir()
    said = line(capsys, folders, test=f"{folders}/empty")
    assert said.startswith(f"{folders}/empty: expected images (.bmp, ")
    assert line(capsys, folders, test=f"{folders}/train").startswith(
        f"{folders}/train/0.png: expected"
    )


def test_archives_are_downloaded_by_their_names(tmp_path, monkeypatch, capsys):
    def png(seed):
        out = io.BytesIO()
        noise(40, 50, seed).save(out, "PNG")
        return out.getvalue()

    archives = {
        "div2k": packed({f"DIV2K_train_HR/{n:04}.png": png(n) for n in range(3)}),
        "set14": tar({f"Set14_HR/{n}.png": png(9 + n) for n in range(2)}),
    }
    monkeypatch.setattr(downloads, "FOLDER", tmp_path / "downloads")
    for name, content in archives.items():
        (tmp_path / name).write_bytes(content)
        known = replace(
            downloads.PHOTOS[name],
            url=(tmp_path / name).as_uri(),
            sha256=hashlib.sha256(content).hexdigest() if name == "div2k" else None,
        )
        monkeypatch.setitem(downloads.PHOTOS, name, known)
    for _ in range(2):  # the second time from what was kept
        parts = read(tmp_path, train="div2k", test="set14", patches=10)
        assert [len(part.images) for part in parts] == [10, 4]
        (tmp_path / "div2k").unlink(missing_ok=True)
    left = {path.name for path in downloads.FOLDER.iterdir()}
    assert left == {"DIV2K_train_HR.zip", "Set14_HR.tar.gz", "Set14_HR.tar.gz.sha256"}

    (downloads.FOLDER / "DIV2K_train_HR.zip").unlink()
    known = downloads.PHOTOS["div2k"]
    said = line(capsys, tmp_path, train="div2k", test="set14")
    assert said.startswith("dataset div2k: expected a download, got an error (")
    assert said.endswith(
        f"; put DIV2K_train_HR.zip (sha256 {known.sha256}) from {known.url} in {downloads.FOLDER}"
        " and run again"
    )
    (downloads.FOLDER / "DIV2K_train_HR.zip").write_bytes(packed({"a/b.png": png(0)}))
    assert f"expected sha256 {known.sha256}, got " in line(
        capsys, tmp_path, train="div2k", test="set14"
    )


def test_photographs_come_over_https_and_from_one_commit():
    for name, archive in downloads.PHOTOS.items():
        assert re.fullmatch(r"https://(data\.vision\.ee\.ethz\.ch|huggingface\.co)/.*", archive.url)
        assert archive.url.endswith(f"/{archive.file}")
        assert ("div2k" in name) != bool(re.search("/resolve/[0-9a-f]{40}/data/", archive.url))
        assert archive.sha256 is None or re.fullmatch("[0-9a-f]{64}", archive.sha256)


def mine(tree, *, name="mine", **folder):
    """Put a data set of folders on the track."""
    block = {"train": "sharp", "test": "held", "scale": 2, "side": 24} | folder
    tree["superresolution"]["datasets"][name] = {
        "samples_seen": 160,
        "networks": {"width": 4},
        "folder": block,
    }


def write(tree, root):
    with (root / "params.yaml").open("w") as file:
        YAML().dump(tree, file)
    return root / "params.yaml"


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (
            lambda t: mine(t, scale=5),
            r"superresolution.datasets.mine.folder.scale: expected 2, 3 or 4, got 5; write one .*",
        ),
        (
            lambda t: mine(t, size=9),
            r"superresolution.datasets.mine.folder.size: expected a key .*, got size; did you"
            r" .* side\?",
        ),
        (
            lambda t: mine(t, patches=0),
            r"superresolution.datasets.mine.folder.patches: expected a number greater .*, got"
            r" 0; .*",
        ),
        (
            lambda t: mine(t, test=3),
            r"superresolution.datasets.mine.folder.test: expected a valid string, got 3; .*",
        ),
        (
            lambda t: mine(t, name="photographs_x2"),
            r"superresolution.datasets.photographs_x2.folder: expected a new name, got .*",
        ),
        (
            lambda t: mine(t, scale=3, side=64),
            r"superresolution.datasets.mine.folder.side: expected a multiple .* \(3\), got 64; .*",
        ),
        (
            lambda t: (mine(t, scale=3), t["superresolution"]["variants"].pop("esrgan")),
            r"superresolution.variants.srresnet: expected .* mine, got .* enlarged 2 or 4"
            r" times; .*\n"
            r"superresolution.variants.srgan: expected .* mine, got .* enlarged 2 or 4 times; .*",
        ),
        (
            lambda t: t["superresolution"]["datasets"].update(
                div2k={"samples_seen": 1, "networks": {}}
            ),
            r"superresolution.datasets.div2k: expected a data set, got div2k; .*, or give it a"
            r" folder:",
        ),
    ],
)
def test_an_invalid_block_is_one_line(tmp_path, capsys, change, wanted):
    tree = YAML().load(REAL.read_text())
    change(tree)
    path = write(tree, tmp_path)
    with pytest.raises(SystemExit):
        config.load(path)
    assert re.fullmatch(wanted, capsys.readouterr().err.replace(f"{path}: ", "").strip())


def test_the_block_for_a_gpu_is_valid(tmp_path):
    text = re.sub(r"(?m)^    # (div2k_x4: )", r"    \1", REAL.read_text())
    (tmp_path / "params.yaml").write_text(text)
    track = config.load(tmp_path / "params.yaml").superresolution
    assert {track.datasets["div2k_x4"].folder.train, track.datasets["div2k_x4"].folder.test} <= set(
        downloads.PHOTOS
    )


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """params.yaml with one data set of folders and one variant."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".checkpoints").mkdir()
    tree = YAML().load(REAL.read_text())
    for track in set(tree) - {"features", "search", "superresolution"}:
        del tree[track]
    track = tree["superresolution"]
    track["datasets"].clear()
    mine(tree, patches=120)
    track["seeds"] = [0]
    track["training"] |= {"logs": 4, "snapshots": 2, "snapshot_samples": 6}
    track["variants"] = {"srresnet": {"kind": "controlled", "lr": 1e-3, "model": {"blocks": 1}}}
    tree["search"] = {}
    tree["features"]["epochs"] = 1
    write(tree, tmp_path)
    for number in range(3):
        save_image(noise(67, 90, seed=number), tmp_path / f"sharp/{number}.png")
    save_image(noise(75, 99, seed=7).convert("L"), tmp_path / "held/a.png")
    return config.load()


def test_from_folders_to_the_scores(tmp_path, settings):
    run_command("prepare", "mine")
    run_command("features", "mine")
    assert "accuracy" in json.loads((tmp_path / "features/mine.json").read_text())
    assert load_condition("mine", "test").shape == (12, 3, 12, 12)
    run_command("references", "mine")
    rows = json.loads((tmp_path / "references/mine.json").read_text())
    assert set(rows) == {"held_out", "bicubic", "memoriser", "noise"}
    (run,) = settings.runs
    train.train(run, settings)
    delete_checkpoint(run.name)
    evaluate.evaluate(run, settings)
    scores = json.loads(run.metrics.read_text())
    assert (
        {"perceptual", "psnr_y", "fid"}
        <= set(scores)
        <= set(tracks.load("superresolution").higher_is_better)
    )
    assert json.loads((run.scored / "evaluation.json").read_text())["samples"] == 12


def test_too_few_patches_are_reported_before_training(tmp_path, settings, capsys):
    text = (tmp_path / "params.yaml").read_text()
    (tmp_path / "params.yaml").write_text(text.replace("patches: 120", "patches: 3"))
    with pytest.raises(SystemExit):
        run_command("prepare", "mine")
    wanted = (
        "mine: expected 6 images or more to train on, as training.batch and metrics need,"
        " got 3; add images, or lower these"
    )
    assert capsys.readouterr().err.splitlines() == [wanted]
    assert not (tmp_path / "data").exists()
