"""Folders of photographs to enlarge: how they are cut, what is wrong with them, and a run."""

import hashlib
import io
import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from benchmark import config
from benchmark.data.bicubic import resize_bicubic
from benchmark.data.sources import downloads, photo_folders
from benchmark.data.sources.superresolution import ERROR, TO_TRAIN, load_photograph
from tests.benchmark.config.params import load_repository_params
from tests.benchmark.data.sources.archives import make_tar, make_zip
from tests.benchmark.data.sources.images import (
    check_damaged,
    save_image,
)
from tests.benchmark.data.sources.photographs import make_photograph
from tests.benchmark.pipeline.project import ROOT
from tests.command import error_line

SET5 = ROOT.parent / "shared" / "datasets" / "Set5"


def places(height, width):
    """A photograph whose pixels say where they lie: row, column and file size."""
    rows, columns = np.indices((height, width), dtype=np.uint8)
    return np.stack([rows, columns, np.full_like(rows, width)], axis=2)


@pytest.fixture
def folders(tmp_path):
    """Photographs of odd sizes."""
    for number, size in enumerate([(51, 70), (49, 33), (85, 57)]):
        save_image(Image.fromarray(places(*size)), tmp_path / f"train/{number}.png")
    save_image(Image.fromarray(places(53, 79)), tmp_path / "test/one.png")
    save_image(Image.fromarray(places(26, 51)), tmp_path / "test/inner/two.bmp")
    return tmp_path


def is_cut(patch, photograph):
    """Whether a patch, (3, side, side), lies in a photograph, (3, h, w)."""
    side = patch.shape[-1]
    corners = photograph[:, : 1 - side, : 1 - side] == patch[:, :1, :1]
    return any(
        np.array_equal(photograph[:, top : top + side, left : left + side], patch)
        for top, left in np.argwhere(corners.all(axis=0))
    )


def read(root, *, scale=2, side=24, **keywords):
    block = {"train": f"{root}/train", "test": f"{root}/test", "scale": scale, "side": side}
    return photo_folders.load_dataset(config.Photographs(**block | keywords))


def read_error(capsys, root, **keywords):
    """Return the error of reading a folder."""
    return error_line(capsys, lambda: read(root, **keywords))


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


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_test_photographs_are_kept_whole(folders, scale):
    train, test = read(folders, scale=scale, patches=11)
    assert train.photographs is None
    for whole, (height, width) in zip(test.photographs, [(26, 51), (53, 79)], strict=True):
        height, width = height - height % scale, width - width % scale
        expected = places(*(53, 79) if whole[2, 0, 0] == 79 else (26, 51))[:height, :width]
        assert np.array_equal(whole, expected.transpose(2, 0, 1))


def test_no_patch_is_drawn_twice_and_a_photograph_may_give_none(folders):
    train, _ = read(folders, patches=100_000)
    assert len({image.tobytes() for image in train.images}) == len(train.images)
    # all places of a grid of 2 pixels, in 50x70, 48x32 and 84x56
    assert len(train.images) == 14 * 24 + 13 * 5 + 31 * 17
    assert len(read(folders, patches=2)[0].images) == 2


def test_the_classifier_learns_how_patches_were_degraded(tmp_path):
    for name in ("train", "test"):
        save_image(make_photograph(97, 130, seed=len(name)), tmp_path / f"{name}/a.png")
    train, test = read(tmp_path, patches=80)
    for part in (train, test):
        kinds = part.classifier_targets
        assert kinds.dtype == np.int64 and set(kinds) == {0, 1, 2, 3}
    means = [array.mean(axis=(2, 3)) for array in (train.images, train.classifier_inputs)]
    assert np.abs(np.corrcoef(*(each.ravel() for each in means))[0, 1]) < 0.3, "recoloured"
    kinds = test.classifier_targets
    errors = test.classifier_inputs.astype(int) - test.images
    assert np.abs(errors[kinds == 3]).max() == ERROR and np.abs(errors.mean()) < 1


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        (Image.new("L", (31, 25), 77), (77, 77, 77)),
        (Image.new("RGBA", (31, 25), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("LA", (31, 25), (9, 255)), (9, 9, 9)),
        (Image.fromarray(np.full((25, 31), 77 * 257, np.uint16)), (77, 77, 77)),
    ],
)
def test_converts_every_kind_of_photograph_to_rgb(folders, image, wanted):
    save_image(image, folders / "test/one.png")
    (folders / "test/inner/two.bmp").unlink()
    _, test = read(folders)
    assert test.images.shape == (1, 3, 24, 24)
    for array in (test.images, test.condition):
        assert np.array_equal(array, np.broadcast_to(np.array(wanted)[:, None, None], array.shape))


def test_names_a_damaged_file(folders, capsys):
    check_damaged(folders / "train/1.png", lambda: read_error(capsys, folders))


def test_names_a_photograph_smaller_than_a_patch(folders, capsys):
    assert read_error(capsys, folders, side=32) == (
        f"{folders}/test/inner/two.bmp: expected 32x32 pixels or more, got 51x26; remove it, or"
        " choose a smaller side"
    )
    # 49 is 48 where it is a multiple of 4
    assert ": expected 48x48 pixels or more, got 33x49;" in read_error(
        capsys, folders, side=48, scale=4
    )


def test_reports_missing_empty_and_repeated_folders(folders, capsys):
    error = read_error(capsys, folders, train=f"{folders}/no")
    assert error.startswith(
        f"{folders}/no: expected a folder or an archive, got no such name; there are: div2k,"
    )
    assert read_error(capsys, folders, test="sett14").endswith("name; did you mean set14?")
    (folders / "empty").mkdir()
    error = read_error(capsys, folders, test=f"{folders}/empty")
    assert error.startswith(f"{folders}/empty: expected images, such as")
    assert read_error(capsys, folders, test=f"{folders}/train").startswith(
        f"{folders}/train/0.png: expected"
    )


def test_downloads_archives_by_name(tmp_path, monkeypatch, capsys):
    def png(seed):
        out = io.BytesIO()
        make_photograph(40, 50, seed).save(out, "PNG")
        return out.getvalue()

    archives = {
        "div2k": make_zip({f"DIV2K_train_HR/{n:04}.png": png(n) for n in range(3)}),
        "set14": make_tar({f"Set14_HR/{n}.png": png(9 + n) for n in range(2)}),
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
    error = read_error(capsys, tmp_path, train="div2k", test="set14")
    assert error.startswith("dataset div2k: expected a download, got an error (")
    assert error.endswith(
        f"; put DIV2K_train_HR.zip (sha256 {known.sha256}) from {known.url} in {downloads.FOLDER}"
        " and run again"
    )
    (downloads.FOLDER / "DIV2K_train_HR.zip").write_bytes(make_zip({"a/b.png": png(0)}))
    assert f"expected sha256 {known.sha256}, got " in read_error(
        capsys, tmp_path, train="div2k", test="set14"
    )


def test_photographs_of_packages_are_trained_on_by_name(folders):
    block = {"train": photo_folders.PACKAGED, "test": f"{folders}/test", "scale": 2, "side": 24}
    train, _ = photo_folders.load_dataset(config.Photographs(**block, patches=12))
    assert np.array_equal(np.bincount(train.groups), [2] * 6)
    wholes = [load_photograph(name)[0] for name in sorted(TO_TRAIN)]
    for image, group in zip(train.images, train.groups, strict=True):
        assert [number for number in range(6) if is_cut(image, wholes[number])] == [group]


@pytest.mark.skipif(not SET5.is_dir(), reason="../shared/datasets holds no Set5")
def test_the_leaderboard_of_set5_tests_on_the_photographs_of_its_archive(tmp_path, monkeypatch):
    block = load_repository_params().superresolution.datasets["set5_x4"].folder
    photographs = {path.name: path.read_bytes() for path in SET5.glob("*.png")}
    content = make_tar({f"Set5_HR/{name}": data for name, data in photographs.items()})
    (tmp_path / "Set5_HR.tar.gz").write_bytes(content)
    (tmp_path / "Set5_HR.tar.gz.sha256").write_text(hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(downloads, "FOLDER", tmp_path)
    train, test = photo_folders.load_dataset(block.model_copy(update={"patches": 12}))
    assert train.condition.shape == (12, 3, block.side // 4, block.side // 4)
    sizes = sorted(whole.shape for whole in test.photographs)
    assert sizes == [(3, 256, 256), (3, 280, 280), (3, 288, 288), (3, 344, 228), (3, 512, 512)]


def test_urls_of_photographs_use_https_and_fix_a_commit():
    for name, archive in downloads.PHOTOS.items():
        assert re.fullmatch(r"https://(data\.vision\.ee\.ethz\.ch|huggingface\.co)/.*", archive.url)
        assert archive.url.endswith(f"/{archive.file}")
        assert ("div2k" in name) != bool(re.search("/resolve/[0-9a-f]{40}/data/", archive.url))
        assert archive.sha256 is None or re.fullmatch("[0-9a-f]{64}", archive.sha256)
