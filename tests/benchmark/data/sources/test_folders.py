"""Folders of images: every kind of file, both layouts, and one line for what cannot be read."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from ruamel.yaml import YAML

from benchmark import config, tracks
from benchmark.data.batches import make_batches
from benchmark.data.pixels import to_bytes
from benchmark.data.sources import folders
from benchmark.data.splits import is_paired
from benchmark.evaluation import evaluate
from benchmark.features import extractors
from benchmark.features.extractors import classifier
from benchmark.training import train
from benchmark.training.checkpoints import delete_checkpoint
from tests.benchmark.config.test_params import REAL
from tests.command import run_command

RED, BLUE = (255, 0, 0), (0, 0, 255)


def plain(colour, size=(24, 20)):
    return Image.new("RGB", size, colour)


def save_image(image, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


def fill(folder, colours, *, size=(24, 20)):
    """An image of each colour, 000.png, 001.png and so on."""
    for number, colour in enumerate(colours):
        save_image(plain(colour, size), folder / f"{number:03}.png")


def greys(count, start=0):
    return [(start + number,) * 3 for number in range(count)]


def read(path, *, target="B", paired=True, side=8):
    return folders.read_folder(path, side=side, target=target, paired=paired)


def line(capsys, path, **keywords):
    with pytest.raises(SystemExit) as stopped:
        read(path, **keywords)
    assert stopped.value.code == 1
    (said,) = capsys.readouterr().err.splitlines()
    return said


def check_damaged(file, said):
    """Hold the line that is said when a file is half of itself, empty or something else."""
    whole = file.read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"<html>"):
        file.write_bytes(content)
        line = said()
        assert line.startswith(f"{file}: not a whole image (")
        assert line.endswith("); replace it or delete it")


def shown(path, side=8):
    return folders.load_pixels([path], side)[0][0]


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        (Image.new("L", (9, 31), 77), (77, 77, 77)),
        (Image.new("1", (9, 31), 1), (255, 255, 255)),
        (Image.new("RGBA", (31, 9), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("RGBA", (31, 9), (255, 0, 0, 255)), RED),
        (Image.new("LA", (31, 9), (0, 0)), (255, 255, 255)),
        (plain(BLUE).convert("P"), BLUE),
        (Image.fromarray(np.full((9, 13), 77 * 257, np.uint16)), (77, 77, 77)),
        (plain(RED, (1, 1)), RED),
        (plain(RED, (700, 1)), RED),
    ],
)
def test_every_kind_of_image_becomes_rgb(tmp_path, image, wanted):
    pixels = shown(save_image(image, tmp_path / "a.png"))
    assert pixels.shape == (3, 8, 8) and pixels.dtype == np.uint8
    assert np.array_equal(pixels, np.broadcast_to(np.array(wanted)[:, None, None], (3, 8, 8)))


def test_transparent_pixels_and_palettes_are_blended_with_white(tmp_path):
    half = save_image(Image.new("RGBA", (8, 8), (0, 0, 0, 51)), tmp_path / "half.png")
    assert (shown(half) == 204).all()
    palette = plain(BLUE).convert("P")
    palette.save(tmp_path / "palette.png", transparency=palette.getpixel((0, 0)))
    assert (shown(tmp_path / "palette.png") == 255).all()


def test_an_image_is_rotated_by_its_exif_data(tmp_path):
    image = plain(RED, (16, 16))
    image.paste(BLUE, (0, 0, 16, 8))  # above
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    image.save(tmp_path / "a.png", exif=exif)
    pixels = shown(tmp_path / "a.png")
    assert tuple(pixels[:, 4, 7]) == BLUE and tuple(pixels[:, 4, 0]) == RED


def test_an_image_is_cropped_centrally_and_scaled_with_antialiasing(tmp_path):
    image = plain(RED, (64, 32))
    image.paste((0, 255, 0), (16, 0, 48, 32))
    assert (shown(save_image(image, tmp_path / "a.png"))[1] > 200).all()
    stripes = np.zeros((32, 32), np.uint8)
    stripes[:, ::2] = 255
    inner = shown(save_image(Image.fromarray(stripes), tmp_path / "b.png"))[:, :, 1:-1]
    assert abs(inner.astype(int) - 127).max() < 16  # without antialiasing, all 0 or all 255


@pytest.mark.parametrize(("target", "wanted"), [("B", 100), ("A", 0)])
def test_pairs_in_two_folders(tmp_path, target, wanted):
    fill(tmp_path / "A", greys(30))
    fill(tmp_path / "B", greys(30, start=100), size=(48, 40))
    (tmp_path / "B/007.png").rename(tmp_path / "B/007.PNG")
    parts = read(tmp_path, target=target)
    assert [len(part.images) for part in parts] == [27, 3]
    for part in parts:
        images, labels, condition = part.images, part.labels, part.condition
        assert images.shape == condition.shape == (len(labels), 3, 8, 8)
        assert not labels.any() and labels.dtype == np.int64 and part.paired
        numbers = images[:, 0, 0, 0].astype(int) - wanted
        assert np.array_equal(numbers, condition[:, 0, 0, 0].astype(int) - (100 - wanted))
    again = read(tmp_path, target=target)
    assert all(np.array_equal(a.images, b.images) for a, b in zip(parts, again, strict=True))


def test_folders_of_training_and_test_images_without_pairs(tmp_path):
    for name, colours in (
        ("trainA", greys(5)),
        ("trainB", greys(9, 50)),
        ("testA", greys(2, 100)),
        ("testB", greys(3, 150)),
    ):
        fill(tmp_path / name, colours)
    parts = read(tmp_path, paired=False)
    for part, own, others in zip(parts, ((9, 50), (3, 150)), ((5, 0), (2, 100)), strict=True):
        assert not part.paired and len(part.labels) == len(part.images)
        for found, (count, start) in ((part.images, own), (part.condition, others)):
            assert found[:, 0, 0, 0].tolist() == list(range(start, start + count))


def test_of_folders_without_test_images_a_tenth_is_held_out(tmp_path):
    fill(tmp_path / "A", greys(20))
    fill(tmp_path / "B", greys(41, 100))
    train, test = read(tmp_path, paired=False)
    assert (len(train.images), len(test.images)) == (37, 4)
    assert (len(train.condition), len(test.condition)) == (18, 2)
    assert {*train.images[:, 0, 0, 0]} | {*test.images[:, 0, 0, 0]} == set(range(100, 141))


@pytest.mark.parametrize("held_out", ["val", "test", None])
@pytest.mark.parametrize("target", ["left", "right"])
def test_images_side_by_side(tmp_path, target, held_out):
    for part, count in (("train", 20), *([(held_out, 4)] if held_out else [])):
        for number in range(count):
            image = plain((number, 0, 0), (40, 20))
            image.paste((0, number, 0), (20, 0, 40, 20))
            save_image(image, tmp_path / part / f"{number:02}.png")
    (tmp_path / "trainA").mkdir()  # some lay the halves beside them too
    parts = read(tmp_path, target=target)
    assert [len(part.images) for part in parts] == ([20, 4] if held_out else [18, 2])
    for part in parts:
        halves = part.images, part.condition
        left, right = halves if target == "left" else reversed(halves)
        assert np.array_equal(left[:, 0], right[:, 1])
        assert not left[:, 1:].any() and not right[:, 0].any()


def test_images_side_by_side_directly_in_the_folder(tmp_path):
    fill(tmp_path, greys(20), size=(40, 20))
    assert [len(part.images) for part in read(tmp_path, target="right")] == [18, 2]


def test_a_damaged_file_is_named(tmp_path, capsys):
    fill(tmp_path / "A", greys(12))
    fill(tmp_path / "B", greys(12))
    check_damaged(tmp_path / "B/004.png", lambda: line(capsys, tmp_path))


def test_floating_point_pixels_are_refused(tmp_path, capsys):
    fill(tmp_path / "A", greys(2))
    fill(tmp_path / "B", greys(1))
    save_image(Image.new("F", (8, 8)), tmp_path / "B/001.tif")
    said = line(capsys, tmp_path)
    assert said == f"{tmp_path}/B/001.tif: mode F; save it with 8 or 16 bits a channel"


def test_names_that_do_not_match(tmp_path, capsys):
    fill(tmp_path / "A", greys(5))
    fill(tmp_path / "B", greys(5))
    (tmp_path / "A/003.png").rename(tmp_path / "A/3.png")
    said = line(capsys, tmp_path)
    assert said == (
        f"{tmp_path}/B/003.png: no image of that name in {tmp_path}/A; give pairs the same names"
    )
    assert len(read(tmp_path, paired=False)) == 2
    save_image(plain(RED), tmp_path / "B/003.jpg")
    assert "003.jpg has the same name; expected one image a side" in line(capsys, tmp_path)


def test_the_images_of_a_pair_have_one_aspect_ratio(tmp_path, capsys):
    fill(tmp_path / "A", greys(12))
    fill(tmp_path / "B", greys(12))
    save_image(plain(RED, (20, 20)), tmp_path / "B/004.png")
    said = line(capsys, tmp_path)
    assert said == (
        f"{tmp_path}/B/004.png: expected the aspect ratio of {tmp_path}/A/004.png, 1.2, got 1; crop"
        " the two images of a pair alike"
    )


def test_a_missing_or_empty_folder_is_one_line(tmp_path, capsys):
    assert line(capsys, tmp_path / "no") == f"{tmp_path}/no: no such folder"
    assert ": expected folders trainA and trainB, or A and B; for" in line(capsys, tmp_path)
    (tmp_path / "A").mkdir()
    fill(tmp_path / "B", greys(1))
    assert line(capsys, tmp_path).startswith(f"{tmp_path}/A: no image in it (.bmp, ")
    said = line(capsys, tmp_path, target="left")
    assert "expected images side by side, got a folder A; write target: A or B" in said
    fill(tmp_path / "A", greys(1))
    assert line(capsys, tmp_path).endswith("2 images or more, as one is held out, got 1")
    fill(tmp_path / "trainA", greys(1))
    assert line(capsys, tmp_path) == f"{tmp_path}/trainB: no such folder"


def test_an_image_of_odd_width_has_no_halves(tmp_path, capsys):
    for split in ("train", "val"):
        fill(tmp_path / split, greys(3), size=(9, 5))
    said = line(capsys, tmp_path, target="left")
    assert said == f"{tmp_path}/train/000.png: expected two halves, got a width of 9 pixels"


class Means:
    """A feature space that needs no weights: means of the quarters of an image."""

    name, features = "inception", 12

    def __init__(self, file):
        self.file = file

    def embed(self, images):
        means = torch.from_numpy(images).double()
        return torch.nn.functional.adaptive_avg_pool2d(means, 2).flatten(1).numpy(), None

    def describe_preprocessing(self, shape):
        return []


def pick(monkeypatch, root, *, paired):
    """params.yaml with a data set ``mine`` alone, a feature space, and the folder of the data."""
    monkeypatch.chdir(root)
    (root / ".checkpoints").mkdir()
    tree = YAML().load(REAL.read_text())
    del tree["toy"]
    track = tree["translation"]
    block = {"path": "photos", "paired": paired, "side": 16}
    track["datasets"] = {
        "mine": {
            "samples_seen": 96,
            "networks": {"width": 4},
            "feature_space": "inception",
            "folder": block,
        }
    }
    track["seeds"] = [0]
    track["training"] |= {"logs": 4, "snapshots": 2, "snapshot_samples": 6}
    kept = ("unet", "cyclegan") if paired else ("cyclegan",)
    track["variants"] = {name: track["variants"][name] for name in kept}
    tree["search"].pop("budget", None)
    with (root / "params.yaml").open("w") as file:
        YAML().dump(tree, file)
    (root / "weights").write_bytes(b"none")
    load = extractors.load

    def told(name, **keywords):
        return Means(root / "weights") if name == "inception" else load(name, **keywords)

    monkeypatch.setattr(extractors, "load", told)


@pytest.mark.parametrize("paired", [True, False])
def test_from_a_folder_to_the_scores(tmp_path, monkeypatch, paired):
    pick(monkeypatch, tmp_path, paired=paired)
    for name, count in (("A", 50), ("B", 50 if paired else 70)):
        generator = np.random.default_rng(count)
        for number in range(count):
            pixels = generator.integers(0, 256, (24, 20, 3), dtype=np.uint8)
            save_image(Image.fromarray(pixels), tmp_path / f"photos/{name}/{number}.png")
    run_command("prepare", "mine")
    run_command("features", "mine")
    assert json.loads((tmp_path / "features/mine.json").read_text()) == {}
    assert classifier.pinned_path("mine").is_file()
    assert is_paired("mine") == paired
    run_command("references", "mine")
    rows = json.loads((tmp_path / "references/mine.json").read_text())
    assert set(rows) == {"held_out", "identity", "memoriser", "noise"}

    settings = config.load()
    for run in settings.runs:
        if run.track != "translation":
            continue
        train.train(run, settings)
        delete_checkpoint(run.name)
        evaluate.evaluate(run, settings)
        scores = json.loads(run.metrics.read_text())
        assert (
            {"fid", "kid", "recall"}
            <= set(scores)
            <= set(tracks.load("translation").higher_is_better)
        )
        assert ({"l1", "psnr", "ssim"} <= set(scores)) == paired
        assert not {"perceptual", "modes", "class_accuracy", "output_diversity"} & set(scores)
        facts = json.loads((run.scored / "evaluation.json").read_text())
        assert facts["samples"] == 5  # one of each image that is given, held out
        with Image.open(run.scored / "samples.png") as picture:
            assert picture.size == (16 * 16, (3 if paired else 2) * 16)


def test_unpaired_batches_come_from_all_images(tmp_path, monkeypatch):
    pick(monkeypatch, tmp_path, paired=False)
    fill(tmp_path / "photos/A", greys(40))
    fill(tmp_path / "photos/B", greys(60, 100))
    run_command("prepare", "mine")
    cpu = torch.device("cpu")
    batches = make_batches("mine", 6, 0, cpu, condition_key="condition", paired=False)
    seen, condition = set(), set()
    for _ in range(30):
        images, others = (to_bytes(part)[:, 0, 0, 0].tolist() for part in next(batches))
        seen, condition = seen | set(images), condition | set(others)
    assert (len(seen), len(condition)) == (54, 36) and min(seen) >= 100 > max(condition)
    with pytest.raises(ValueError, match="mine is unpaired; the variant needs pairs"):
        make_batches("mine", 6, 0, cpu, condition_key="condition")


def test_the_images_of_a_pair_come_together(tmp_path, monkeypatch):
    pick(monkeypatch, tmp_path, paired=True)
    fill(tmp_path / "photos/A", greys(40))
    fill(tmp_path / "photos/B", greys(40, 100))
    run_command("prepare", "mine")
    batches = make_batches("mine", 6, 0, torch.device("cpu"), condition_key="condition")
    for _ in range(10):
        images, others = next(batches)
        assert torch.equal(to_bytes(images) - 100, to_bytes(others))


def test_too_few_images_are_reported_before_training(tmp_path, monkeypatch, capsys):
    pick(monkeypatch, tmp_path, paired=True)
    fill(tmp_path / "photos/A", greys(20))
    fill(tmp_path / "photos/B", greys(20))
    with pytest.raises(SystemExit):
        run_command("prepare", "mine")
    # cyclegan takes the images of a batch from two halves
    wanted = "mine: 18 images to train on; training.batch and metrics need 32"
    assert capsys.readouterr().err.splitlines() == [wanted]
    assert not (tmp_path / "data").exists()
