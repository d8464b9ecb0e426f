"""Errors of `gan-benchmark score`."""

import numpy as np
import pytest
import torch
from PIL import Image

from tests.benchmark.evaluation.image_files import GENERATOR, make_images, save_folder
from tests.command import run_command


def break_file(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def make_bad(digits_folder):
    """One thing that is wrong for each name."""
    for name in ("sizes", "channels", "corrupt", "cut", "alpha", "deep"):
        save_folder(digits_folder / name, make_images(6, 3, 64, 64))
    save_folder(digits_folder / "good", make_images(6, 3, 64, 64))
    Image.fromarray(make_images(1, 32, 64, 3)[0]).save(digits_folder / "sizes" / "odd.png")
    Image.fromarray(make_images(1, 64, 64)[0]).save(digits_folder / "channels" / "odd.png")
    (digits_folder / "corrupt" / "odd.png").write_bytes(b"no image")
    break_file(digits_folder / "cut" / "00003.png")
    Image.fromarray(make_images(1, 64, 64, 4)[0]).save(digits_folder / "alpha" / "odd.png")
    Image.fromarray(np.zeros((64, 64), dtype=np.uint16)).save(digits_folder / "deep" / "odd.png")
    (digits_folder / "empty").mkdir()
    np.save("good.npy", make_images(9, 8, 8))
    np.savez("good.npz", images=make_images(9, 8, 8))
    np.save("features.npy", GENERATOR.normal(size=(9, 4)))
    np.save("wider.npy", GENERATOR.normal(size=(9, 5)))
    bad = GENERATOR.normal(size=(9, 4))
    bad[6, 2] = np.nan
    np.save("nan.npy", bad)
    np.savez("cut.npz", images=make_images(9, 8, 8))
    break_file(digits_folder / "cut.npz")
    np.save("cut.npy", make_images(9, 8, 8))
    break_file(digits_folder / "cut.npy")
    np.save("objects.npy", np.array([{}, {}], dtype=object))
    np.savez("statistics.npz", mu=np.zeros(4), sigma=np.eye(4))
    np.savez("nothing.npz")
    np.save("far.npy", np.linspace(-3, 4, 9 * 64).reshape(9, 8, 8))
    np.save("above.npy", np.linspace(0, 1.05, 9 * 64).reshape(9, 8, 8))
    np.save("nan_images.npy", np.full((9, 8, 8), np.nan))
    np.save("integers.npy", np.zeros((9, 8, 8), dtype=np.int64))
    np.save("flat.npy", make_images(9, 64))
    np.save("four.npy", make_images(9, 8, 8, 4))
    np.save("either.npy", make_images(9, 3, 8, 3))
    np.save("zero.npy", np.zeros((0, 8, 8), dtype=np.uint8))
    np.save("three.npy", make_images(3, 8, 8))
    (digits_folder / "text.txt").write_text("text")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["digits", "nowhere"], ["nowhere: no such file or folder"]),
        (["digts", "digits"], ["digts: no such", "did you mean digits?"]),
        (["digits:val", "digits"], ["digits:val: no such split", "train, test"]),
        (["mnist", "digits"], ["mnist:train", "gan-benchmark prepare mnist"]),
        (["good", "empty"], ["empty: no image in it", ".png"]),
        (["digits", "data/digits"], ["no image in it", "data/digits/test/images.npy"]),
        (["good", "sizes"], ["sizes: mixed sizes", "64x64, odd.png is 32x64"]),
        (["good", "channels"], ["channels: different channel counts", "odd.png has 1"]),
        (["good", "corrupt"], ["corrupt/odd.png: not a whole image"]),
        (["good", "alpha"], ["alpha/odd.png: mode RGBA", "convert it"]),
        (["good", "deep"], ["deep/odd.png: mode I;16", "8-bit"]),
        (["digits", "good"], ["different channels: digits:train has 1, good has 3"]),
        (["digits", "features.npy"], ["digits:train holds images, features.npy features"]),
        (["features.npy", "wider.npy"], ["different numbers of features", "has 4", "has 5"]),
        (["features.npy", "nan.npy"], ["nan.npy: features that are not finite, first in row 6"]),
        (["digits", "cut.npz"], ["cut.npz: not a whole .npz file"]),
        (["digits", "cut.npy"], ["cut.npy: not a whole .npy file"]),
        (["digits", "objects.npy"], ["objects.npy: not a whole .npy file of numbers", "objects"]),
        (["digits", "statistics.npz"], ["mean and covariance only"]),
        (["digits", "nothing.npz"], ["no array in it"]),
        (["digits", "far.npy"], ["float images from -3 to 4", "[-1, 1]"]),
        (["digits", "above.npy"], ["float images from 0 to 1.05", "[0, 1]"]),
        (["digits", "nan_images.npy"], ["pixels that are not finite"]),
        (["digits", "integers.npy"], ["int64", "save them as uint8"]),
        (["digits", "flat.npy"], ["uint8 (9, 64)", "neither images"]),
        (["digits", "four.npy"], ["neither axis 1 nor axis 3 is the channels"]),
        (["digits", "either.npy"], ["both axis 1 and axis 3 could be the channels"]),
        (["digits", "zero.npy"], ["nothing in it"]),
        (["digits", "text.txt"], ["neither a folder nor a file of arrays"]),
        (["digits", "three.npy"], ["three.npy: expected 4 or more samples", "got 3"]),
        (
            ["digits", "good.npy", "--splits", "10"],
            ["expected at least 10 samples", "10 parts, got 9"],
        ),
        (["digits", "good.npy", "--space", "inceptoin"], ["did you mean inception?"]),
        (["good.npy", "good.npz", "--space", "classifier"], ["of which data set?"]),
        (["good.npy", "good.npz", "--space", "classifier:digts"], ["did you mean digits?"]),
        (["good.npy", "good.npz", "--space", "inception:digits"], ["write --space inception"]),
        (["good.npy", "good.npz", "--space", "inception", "--weights", "w"], ["w: no such file"]),
        (["features.npy", "features.npy", "--space", "dinov2"], ["leave --space and --weights"]),
        (
            ["good", "good", "--space", "classifier:digits"],
            ["expected images of 1 channels, got 3"],
        ),
        (["good.npy", "good.npz", "--space", "classifier:mnist"], ["features/mnist", "make repro"]),
    ],
)
def test_reports_errors_in_one_line(digits_folder, score_error, arguments, parts):
    make_bad(digits_folder)
    line = score_error(*arguments)
    assert all(part in line for part in parts), line


def test_reports_a_truncated_image(digits_folder, score_error, dinov2_weights):
    make_bad(digits_folder)
    line = score_error("good", "cut", "--space", "dinov2", "--weights", dinov2_weights)
    assert line.startswith("cut/00003.png: not a whole image (")


def test_reports_features_that_are_not_finite(digits_folder, score_error, dinov2_weights, tmp_path):
    np.save("good.npy", make_images(9, 8, 8))
    state = torch.load(dinov2_weights)
    state["norm.bias"][0] = torch.nan
    torch.save(state, tmp_path / "nan.pth")
    line = score_error("good.npy", "good.npy", "--space", "dinov2", "--weights", "nan.pth")
    assert "good.npy: 9 of 9 images have features that are not finite" in line


@pytest.mark.parametrize("arguments", [["digits"], ["digits", "digits", "--splits", "0"]])
def test_refuses_missing_and_invalid_arguments(digits_folder, capsys, arguments):
    with pytest.raises(SystemExit) as stopped:
        run_command("score", *arguments)
    assert stopped.value.code == 2 and "Traceback" not in capsys.readouterr().err
