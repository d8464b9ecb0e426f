"""benchmark.evaluation.score: what it takes, what it says, and where it stops."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from benchmark import config
from benchmark.common import progress
from benchmark.data.splits import SplitArrays, save_split
from benchmark.evaluation import inputs
from benchmark.features import extractors, features
from benchmark.features.extractors import classifier, dinov2, embed_batches
from benchmark.metrics.frechet import frechet_distance
from benchmark.tracks.images.scoring import Scorer
from tests.command import run_command

RANDOM = np.random.default_rng(0)


def pixels(n, *shape):
    return RANDOM.integers(0, 256, (n, *shape), dtype=np.uint8)


def save_folder(folder, images):
    """Images ``(n, c, h, w)`` as PNGs."""
    folder.mkdir(parents=True, exist_ok=True)
    for index, image in enumerate(images):
        flat = image[0] if len(image) == 1 else image.transpose(1, 2, 0)
        Image.fromarray(flat).save(folder / f"{index:05}.png")


def read_all(name, size=7):
    return np.concatenate(list(inputs.load_input(str(name)).batches(size)))


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working directory with the data set ``digits``, its classifier and its embeddings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INCEPTION_WEIGHTS", raising=False)
    for split, count in (("train", 90), ("test", 80)):
        save_split("digits", split, SplitArrays(pixels(count, 1, 8, 8), np.arange(count) % 10))
    from safetensors.torch import save_file

    torch.manual_seed(0)
    classifier.pinned_path("digits").parent.mkdir(parents=True)
    save_file(classifier.Classifier((1, 8, 8), 10).state_dict(), classifier.pinned_path("digits"))
    features.embed_real_images("digits", extractors.load("classifier", dataset="digits"))
    return tmp_path


@pytest.fixture(scope="module")
def dinov2_weights(tmp_path_factory):
    """A small random DINOv2."""
    file = tmp_path_factory.mktemp("weights") / "random.pth"
    torch.manual_seed(0)
    network = dinov2.VisionTransformer(width=64, depth=1, grid=2)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_(std=0.1)
    torch.save(network.state_dict(), file)
    return file


@pytest.fixture
def run(capsys):
    """Run with arguments; what it prints on stdout and stderr."""

    def call(*arguments):
        capsys.readouterr()
        run_command("score", *arguments)
        said = capsys.readouterr()
        return said.out, said.err

    return call


@pytest.fixture
def stops(capsys):
    """The one line with which a run stops."""

    def call(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            run_command("score", *arguments)
        said = capsys.readouterr()
        assert stopped.value.code == 1 and said.out == ""
        (line,) = said.err.splitlines()
        return line

    return call


def test_a_board_and_score_say_the_same(here, run):
    images = pixels(70, 1, 8, 8)
    np.savez("samples.npz", images=images)
    expected = Scorer("digits", config.Metrics(neighbours=3, splits=1)).scores(images)
    report = json.loads(run("digits", "samples.npz", "--json")[0])
    # which class an image is of is asked of a track's own classifier, not of any space
    assert {"modes", "label_divergence"} == expected.keys() - report["scores"].keys()
    assert report["scores"] == pytest.approx({name: expected[name] for name in report["scores"]})
    assert report["feature_space"] == "classifier" and report["features"] == 64
    assert report["real"] == {"name": "digits:train", "count": 90, "shape": [1, 8, 8]}
    assert report["warnings"] == [] and report["notes"] == []


def test_the_table(here, run):
    out, err = run("digits:test", "digits")
    assert "fid" in out and "precision" in out and "lower" in out
    assert "real       digits:test: 80 images of 8x8x1" in out
    assert "space      classifier, 64 features; k = 3" in out and err == ""


def test_every_form_of_the_same_images_scores_the_same(here, run):
    images = pixels(80, 1, 8, 8)
    save_folder(here / "folder", images)
    np.save("bytes.npy", images[:, 0])
    np.save("last.npy", images.transpose(0, 2, 3, 1))
    np.savez("first.npz", whatever=images)
    np.savez("two.npz", labels=np.zeros(80), images=images)
    np.save("unit.npy", (images / 255).astype(np.float32))
    np.save("signed.npy", (images / 127.5 - 1).astype(np.float32))
    np.save("whole.npy", images.astype(np.float64))
    reports = [
        json.loads(run("digits", name, "--json")[0])
        for name in ("folder", "bytes.npy", "last.npy", "first.npz", "two.npz", "unit.npy",
                     "signed.npy", "whole.npy")
    ]  # fmt: skip
    for report in reports:
        assert report["scores"] == reports[0]["scores"], report["generated"]
    assert "floats in [0, 1] rounded to 256 levels" in reports[5]["notes"][0]
    assert "floats in [-1, 1] rounded to 256 levels" in reports[6]["notes"][0]


def test_colour_in_every_form(here):
    images = pixels(5, 3, 6, 4)
    save_folder(here / "nested" / "deeper", images)
    (here / "nested" / "notes.txt").write_text("not an image")
    np.save("last.npy", images.transpose(0, 2, 3, 1))
    np.save("first.npy", images)
    for name in ("nested", "last.npy", "first.npy"):
        assert inputs.load_input(name).shape == (3, 6, 4)
        assert np.array_equal(read_all(name, size=2), images)


def test_palettes_and_single_bits_are_read(here):
    image = Image.fromarray(pixels(1, 8, 8, 3)[0])
    (here / "palette").mkdir()
    image.convert("P").save(here / "palette" / "a.png")
    (here / "bits").mkdir()
    image.convert("1").save(here / "bits" / "a.png")
    assert inputs.load_input("palette").shape == (3, 8, 8)
    assert set(np.unique(read_all("bits"))) <= {0, 255} and inputs.load_input("bits").shape == (
        1,
        8,
        8,
    )


def test_features_are_scored_as_they_are(here, run):
    real, generated = RANDOM.normal(size=(60, 5)), RANDOM.normal(size=(50, 5)) + 1
    np.save("real.npy", real)
    np.savez("generated.npz", features=generated.astype(np.float32), labels=np.arange(50))
    report = json.loads(run("real.npy", "generated.npz", "--json")[0])
    assert report["scores"]["fid"] == pytest.approx(frechet_distance(real, generated), rel=1e-5)
    assert "is" not in report["scores"] and report["feature_space"] == "given features"
    assert any("no Inception Score" in note for note in report["notes"])


def test_stored_embeddings_of_a_data_set_are_taken(here, run, monkeypatch):
    embedded = []
    monkeypatch.setattr(
        extractors, "embed_batches", lambda *args, **told: embedded.append(told["title"])
    )
    run("digits", "digits:test")
    assert embedded == []


def test_other_weights_are_not_those_of_the_stored_embeddings(here, run):
    from safetensors.torch import save_file

    save_file(classifier.Classifier((1, 8, 8), 10).state_dict(), here / "other.safetensors")
    stored = json.loads(run("digits", "digits:test", "--json")[0])
    other = json.loads(run("digits", "digits:test", "--json", "--weights", "other.safetensors")[0])
    assert other["scores"]["fid"] != stored["scores"]["fid"]
    assert other["weights"]["sha256"] != stored["weights"]["sha256"]


def test_another_space(here, run, dinov2_weights):
    save_folder(here / "grey", pixels(80, 1, 10, 10))
    space = ("--space", "dinov2", "--weights", dinov2_weights)
    report = json.loads(run("digits:test", "grey", *space, "--json")[0])
    assert report["feature_space"] == "dinov2" and report["features"] == 64
    assert "digits:test: one channel repeated to three" in report["notes"]
    (warning,) = report["warnings"]
    assert "real images are 8x8, generated ones 10x10" in warning


def test_a_classifier_of_other_sizes(here, run):
    np.save("large.npy", pixels(80, 16, 16))
    np.save("large_too.npy", pixels(80, 16, 16))
    report = json.loads(
        run("large.npy", "large_too.npy", "--space", "classifier:digits", "--json")[0]
    )
    assert any("16x16 resized to 8x8 (bicubic, antialiased" in note for note in report["notes"])


def test_few_images_are_a_warning_with_the_bias_and_the_number_needed(here, run):
    np.save("ten.npy", pixels(10, 8, 8))
    out, err = run("digits", "ten.npy")
    (line,) = err.splitlines()
    assert line.startswith("WARNING: 10 samples for 64 features") and "biased upward" in line
    assert "at least 65 of each are needed" in line and "on every second sample" in line
    assert "fid" in out
    assert json.loads(run("digits", "ten.npy", "--json")[0])["warnings"] == [line[9:]]


def test_batches_come_one_at_a_time_and_are_told_about(here, monkeypatch, capsys):
    """Nothing reads ahead, and without a terminal progress is plain lines on stderr."""
    monkeypatch.setattr(progress, "PLAIN_SECONDS", -1)
    space = extractors.load("classifier", dataset="digits")
    asked = []

    def batches():
        for index in range(3):
            asked.append(index)
            yield pixels(4, 1, 8, 8)

    def embed(images, own=space.embed):
        done.append(len(asked))
        return own(images)

    done = []
    monkeypatch.setattr(space, "embed", embed)
    embedded, probabilities = embed_batches(space, batches(), total=12, title="some:train: in it")
    assert done == [1, 2, 3] and embedded.shape == (12, 64) and probabilities.shape == (12, 10)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("some:train: in it: image 4 of 12, ") and len(lines) == 3


def break_file(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def make_bad(here):
    """One thing that is wrong for each name."""
    for name in ("sizes", "channels", "corrupt", "cut", "alpha", "deep"):
        save_folder(here / name, pixels(6, 3, 64, 64))
    save_folder(here / "good", pixels(6, 3, 64, 64))
    Image.fromarray(pixels(1, 32, 64, 3)[0]).save(here / "sizes" / "odd.png")
    Image.fromarray(pixels(1, 64, 64)[0]).save(here / "channels" / "odd.png")
    (here / "corrupt" / "odd.png").write_bytes(b"no image")
    break_file(here / "cut" / "00003.png")
    Image.fromarray(pixels(1, 64, 64, 4)[0]).save(here / "alpha" / "odd.png")
    Image.fromarray(np.zeros((64, 64), dtype=np.uint16)).save(here / "deep" / "odd.png")
    (here / "empty").mkdir()
    np.save("good.npy", pixels(9, 8, 8))
    np.savez("good.npz", images=pixels(9, 8, 8))
    np.save("features.npy", RANDOM.normal(size=(9, 4)))
    np.save("wider.npy", RANDOM.normal(size=(9, 5)))
    bad = RANDOM.normal(size=(9, 4))
    bad[6, 2] = np.nan
    np.save("nan.npy", bad)
    np.savez("cut.npz", images=pixels(9, 8, 8))
    break_file(here / "cut.npz")
    np.save("cut.npy", pixels(9, 8, 8))
    break_file(here / "cut.npy")
    np.save("objects.npy", np.array([{}, {}], dtype=object))
    np.savez("statistics.npz", mu=np.zeros(4), sigma=np.eye(4))
    np.savez("nothing.npz")
    np.save("far.npy", np.linspace(-3, 4, 9 * 64).reshape(9, 8, 8))
    np.save("above.npy", np.linspace(0, 1.05, 9 * 64).reshape(9, 8, 8))
    np.save("nan_images.npy", np.full((9, 8, 8), np.nan))
    np.save("integers.npy", np.zeros((9, 8, 8), dtype=np.int64))
    np.save("flat.npy", pixels(9, 64))
    np.save("four.npy", pixels(9, 8, 8, 4))
    np.save("either.npy", pixels(9, 3, 8, 3))
    np.save("zero.npy", np.zeros((0, 8, 8), dtype=np.uint8))
    np.save("three.npy", pixels(3, 8, 8))
    (here / "text.txt").write_text("text")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["digits", "nowhere"], ["nowhere: expected a file, a folder or a data set"]),
        (["digts", "digits"], ["digts: expected", "did you mean digits?"]),
        (["digits:val", "digits"], ["digits:val: expected a split, got val", "train, test"]),
        (["mnist", "digits"], ["mnist:train", "gan-benchmark prepare mnist"]),
        (["good", "empty"], ["empty: expected images (", ".png"]),
        (["digits", "data/digits"], ["expected images (", "data/digits/test/images.npy"]),
        (["good", "sizes"], ["sizes: expected one size", "got 64x64 of", "32x64 of odd.png"]),
        (["good", "channels"], ["expected one number of channels, got 3 in", "1 in odd.png"]),
        (["good", "corrupt"], ["corrupt/odd.png: expected an image, got a damaged file"]),
        (["good", "alpha"], ["alpha/odd.png: expected", "got mode RGBA", "convert it"]),
        (["good", "deep"], ["deep/odd.png: expected 8-bit", "got mode I;16"]),
        (["digits", "good"], ["different channels: digits:train has 1, good has 3"]),
        (["digits", "features.npy"], ["digits:train holds images, features.npy features"]),
        (["features.npy", "wider.npy"], ["different numbers of features", "has 4", "has 5"]),
        (
            ["features.npy", "nan.npy"],
            ["nan.npy: expected finite features, got others, first in row 6"],
        ),
        (["digits", "cut.npz"], ["cut.npz: expected a .npz file"]),
        (["digits", "cut.npy"], ["cut.npy: expected a .npy file"]),
        (["digits", "objects.npy"], ["objects.npy: expected a .npy file of numbers", "objects"]),
        (["digits", "statistics.npz"], ["got a mean and a covariance"]),
        (["digits", "nothing.npz"], ["expected an array, got none"]),
        (["digits", "far.npy"], ["got floats from -3 to 4", "[-1, 1]"]),
        (["digits", "above.npy"], ["got floats from 0 to 1.05", "[0, 1]"]),
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
def test_what_is_wrong_is_one_line(here, stops, arguments, parts):
    make_bad(here)
    line = stops(*arguments)
    assert all(part in line for part in parts), line


def test_a_file_whose_pixels_end_early(here, stops, dinov2_weights):
    make_bad(here)
    line = stops("good", "cut", "--space", "dinov2", "--weights", dinov2_weights)
    assert line.startswith("cut/00003.png: expected an image, got a damaged file (")


def test_weights_that_give_no_numbers(here, stops, dinov2_weights, tmp_path):
    np.save("good.npy", pixels(9, 8, 8))
    state = torch.load(dinov2_weights)
    state["norm.bias"][0] = torch.nan
    torch.save(state, tmp_path / "nan.pth")
    line = stops("good.npy", "good.npy", "--space", "dinov2", "--weights", "nan.pth")
    assert "good.npy: 9 of 9 images have features that are not finite" in line


@pytest.mark.parametrize("arguments", [["digits"], ["digits", "digits", "--splits", "0"]])
def test_arguments_that_are_missing_or_no_numbers(here, capsys, arguments):
    with pytest.raises(SystemExit) as stopped:
        run_command("score", *arguments)
    assert stopped.value.code == 2 and "Traceback" not in capsys.readouterr().err
