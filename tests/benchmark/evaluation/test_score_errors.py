"""Errors of `gan-benchmark score`."""

import zipfile

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
    for name in ("sizes", "channels", "corrupt", "cut", "alpha", "deep", "frames"):
        save_folder(digits_folder / name, make_images(6, 3, 64, 64))
    save_folder(digits_folder / "good", make_images(6, 3, 64, 64))
    Image.fromarray(make_images(1, 32, 64, 3)[0]).save(digits_folder / "sizes" / "odd.png")
    Image.fromarray(make_images(1, 64, 64)[0]).save(digits_folder / "channels" / "odd.png")
    (digits_folder / "corrupt" / "odd.png").write_bytes(b"no image")
    break_file(digits_folder / "cut" / "00003.png")
    Image.fromarray(make_images(1, 64, 64, 4)[0]).save(digits_folder / "alpha" / "odd.png")
    Image.fromarray(np.zeros((64, 64), np.float32)).save(digits_folder / "deep" / "odd.tif")
    frames = [Image.fromarray(frame) for frame in make_images(2, 64, 64, 3)]
    frames[0].save(digits_folder / "frames/odd.png", save_all=True, append_images=frames[1:])
    (digits_folder / "empty").mkdir()
    np.save("good.npy", make_images(9, 8, 8))
    np.savez("good.npz", images=make_images(9, 8, 8))
    np.save("features.npy", GENERATOR.normal(size=(9, 4)))
    np.save("one.npy", GENERATOR.normal(size=(1, 4)))
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
    np.save("overshoot.npy", np.linspace(-0.03, 1, 9 * 64).reshape(9, 8, 8))
    np.save("huge.npy", np.full((9, 4), 1e160))
    np.save("same.npy", np.full((9, 4), 0.3) + 1e-9 * GENERATOR.normal(size=(9, 4)))
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
        (["digits", "nowhere"], ["nowhere: expected a file, a folder or a data set"]),
        (["digts", "digits"], ["digts: expected", "did you mean digits?"]),
        (
            ["digits:val", "digits"],
            ["digits:val: expected a split, got val", "train, validation, test"],
        ),
        (["mnist", "digits"], ["mnist:train", "gan-benchmark prepare mnist"]),
        (["good", "empty"], ["empty: expected images, such as .png or .jpg"]),
        (["digits", "data/digits"], ["expected images, such", "data/digits/test/images.npy"]),
        (["good", "sizes"], ["sizes: expected one size", "got 64x64 of", "32x64 of odd.png"]),
        (["good", "channels"], ["expected one number of channels, got 3 in", "1 in odd.png"]),
        (["good", "corrupt"], ["corrupt/odd.png: expected an image, got a damaged file"]),
        (["good", "alpha"], ["alpha/odd.png: expected", "got mode RGBA", "convert it"]),
        (["good", "deep"], ["deep/odd.tif: expected greyscale or RGB of 8", "got mode F"]),
        (["good", "frames"], ["frames/odd.png: expected one picture, got 2 frames"]),
        (["digits", "good"], ["good: expected 1 channels, as in digits:train, got 3"]),
        (
            ["digits", "features.npy"],
            ["features.npy: expected images, as in digits:train, got features"],
        ),
        (
            ["features.npy", "wider.npy"],
            ["wider.npy: expected 4 features, as in features.npy, got 5"],
        ),
        (
            ["features.npy", "nan.npy"],
            ["nan.npy: expected finite features of at", "got others, first in row 6"],
        ),
        (["digits", "cut.npz"], ["cut.npz: expected a .npz file"]),
        (["digits", "cut.npy"], ["cut.npy: expected a .npy file"]),
        (["digits", "objects.npy"], ["objects.npy: expected a .npy file of numbers", "objects"]),
        (["digits", "statistics.npz"], ["got a mean and a covariance"]),
        (["digits", "nothing.npz"], ["expected an array, got none"]),
        (["digits", "far.npy"], ["got floats from -3 to 4", "[-1, 1]"]),
        (["digits", "above.npy"], ["got floats from 0 to 1.05", "[0, 1]"]),
        (["digits", "overshoot.npy"], ["got floats from -0.03 to 1", "clip them to [0, 1]"]),
        (["features.npy", "huge.npy"], ["expected finite features of at most 1e+15, got others"]),
        (["same.npy", "features.npy"], ["same.npy: expected real samples that differ"]),
        (["digits", "nan_images.npy"], ["expected finite pixels, got others"]),
        (["digits", "integers.npy"], ["int64", "save them as uint8"]),
        (["digits", "flat.npy"], ["uint8 (9, 64)", "expected images (3 or 4 axes)"]),
        (["digits", "four.npy"], ["axis 1 or on axis 3, got none of these"]),
        (["digits", "either.npy"], ["axis 1 or on axis 3, got two of these"]),
        (["digits", "zero.npy"], ["expected one sample or more, got uint8 (0, 8, 8)"]),
        (["digits", "text.txt"], ["expected a folder or a file of arrays"]),
        (["digits", "three.npy"], ["three.npy: expected 4 or more samples", "got 3"]),
        (
            ["digits", "good.npy", "--splits", "10"],
            ["expected at least 10 samples", "10 parts, got 9"],
        ),
        (
            ["digits", "good.npy", "--space", "inceptoin"],
            ["got inceptoin; did you mean inception?"],
        ),
        (
            ["digits", "good.npy", "--space", "i3d"],
            ["got i3d; there are: classifier, inception, dinov2"],
        ),
        (["digits", "good.npy", "--space", ""], ['--space "": expected', 'got ""; there are:']),
        (["", "good.npy"], ['"": expected a file, a folder or a data set, got no such name']),
        (
            ["good.npy", "good.npz", "--space", "classifier"],
            ["expected a data set, got none", "classifier:digits"],
        ),
        (
            ["good.npy", "good.npz", "--space", "classifier:digts"],
            ["got digts; did you mean digits?"],
        ),
        (
            ["good.npy", "good.npz", "--space", "inception:digits"],
            ["got digits; write --space inception"],
        ),
        (
            ["good.npy", "good.npz", "--space", "inception", "--weights", "w"],
            ["w: expected a file"],
        ),
        (
            ["features.npy", "features.npy", "--space", "dinov2"],
            ["--space: expected none", "got dinov2; leave"],
        ),
        (
            ["good", "good", "--space", "classifier:digits"],
            ["expected images of 1 channels, got 3; convert the images"],
        ),
        (["good.npy", "good.npz", "--space", "classifier:mnist"], ["features/mnist", "make repro"]),
        (
            ["digits", "good.npy", "--held-out", "features.npy"],
            ["features.npy: expected images, as in digits:train, got features"],
        ),
        (
            ["features.npy", "features.npy", "--held-out", "wider.npy"],
            ["wider.npy: expected 4 features, as in features.npy, got 5"],
        ),
        (
            ["features.npy", "features.npy", "--held-out", "one.npy"],
            ["one.npy: expected 2 or more held-out samples, got 1; add samples"],
        ),
        (
            ["digits", "good.npy", "--held-out", "nowhere"],
            ["nowhere: expected a file, a folder or"],
        ),
    ],
)
def test_reports_errors_in_one_line(digits_folder, score_error, arguments, parts):
    make_bad(digits_folder)
    line = score_error(*arguments)
    assert all(part in line for part in parts), line


def test_reports_a_truncated_image(digits_folder, score_error, dinov2_weights):
    make_bad(digits_folder)
    line = score_error("good", "cut", "--space", "dinov2", "--weights", dinov2_weights)
    assert line.startswith("cut/00003.png: expected an image, got a damaged file (")


def test_reports_features_that_are_not_finite(digits_folder, score_error, dinov2_weights, tmp_path):
    np.save("good.npy", make_images(9, 8, 8))
    state = torch.load(dinov2_weights)
    state["norm.bias"][0] = torch.nan
    torch.save(state, tmp_path / "nan.pth")
    line = score_error("good.npy", "good.npy", "--space", "dinov2", "--weights", "nan.pth")
    assert "good.npy: expected finite features in dinov2, got others for 9 of 9 images" in line


@pytest.mark.parametrize("arguments", [["digits"], ["digits", "digits", "--splits", "0"]])
def test_refuses_missing_and_invalid_arguments(digits_folder, capsys, arguments):
    with pytest.raises(SystemExit) as stopped:
        run_command("score", *arguments)
    assert stopped.value.code == 2 and "Traceback" not in capsys.readouterr().err


def test_one_image_and_archives_under_other_names_are_no_sets(digits_folder, score_error):
    np.save("one.npy", make_images(64, 64, 3))
    assert "one.npy: expected images (n, h, w) or (n, h, w, c), got" in score_error(
        "digits", "one.npy"
    )
    np.savez("set.npz", images=make_images(9, 8, 8))
    (digits_folder / "set.npz").rename("renamed.npy")
    assert "renamed.npy: expected a .npy file of numbers" in score_error("digits", "renamed.npy")
    with zipfile.ZipFile("pictures.npz", "w") as packed:
        packed.writestr("a.png", b"no array")
    assert "pictures.npz: expected a .npz file of numbers" in score_error("digits", "pictures.npz")
