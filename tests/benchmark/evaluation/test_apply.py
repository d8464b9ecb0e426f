"""Trained translators on images of one's own: any size, any kind, clear errors."""

import os

import numpy as np
import pytest
from PIL import Image

import gans
from benchmark.data.sources.domains import DOMAINS
from benchmark.evaluation import any_size, apply
from benchmark.training import weights
from tests.command import mistake_of, run_command


def save_run(root, track, dataset, name, shape, model):
    """Save a run that is not trained, and return its variant."""
    folder = root / f"runs/{track}/{dataset}/{name}/trained/0"
    folder.mkdir(parents=True)
    variant = gans.load(name)(shape, **model)
    card = {"variant": name, "shape": shape, "model": model}
    weights.save(variant, folder / "weights.safetensors", card)
    return variant


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """Runs that turn grey into colour, one of them with noise, and one that enlarges."""
    monkeypatch.chdir(tmp_path)
    for name in ("unet", "pix2pix"):
        model = {"source": [1, 16, 16], "width": 4}
        save_run(tmp_path, "multimodal", "colours", name, (3, 16, 16), model)
    model = {"source": [1, 16, 16], "width": 4, "blocks": 1}
    save_run(tmp_path, "superresolution", "photographs_x2", "srresnet", (1, 32, 32), model)
    return tmp_path


@pytest.fixture
def photos(trained):
    """A folder of three images, one of them in a subfolder."""
    for number, name in enumerate(("a.png", "b.png", "deeper/c.png")):
        (trained / "photos" / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 18), (number, 70, 150)).save(trained / "photos" / name)
    return trained / "photos"


def read_all(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_of_any_images_becomes_a_folder(trained, capsys):
    folder = trained / "own" / "deeper"
    folder.mkdir(parents=True)
    Image.new("RGB", (19, 30), "red").save(folder / "odd.jpg")
    Image.new("L", (33, 16), 9).save(folder.parent / "grey.png")
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(folder.parent / "clear.png")
    run_command("apply", "colours-unet", "own", "made")
    made = {
        path.relative_to(trained / "made").as_posix() for path in trained.rglob("made/**/*.png")
    }
    assert made == {"deeper/odd.png", "grey.png", "clear.png"}
    with Image.open(trained / "made/deeper/odd.png") as image:
        assert image.size == (19, 30) and image.mode == "RGB"
    assert "3 images in made" in capsys.readouterr().out
    assert (apply.load_image(folder.parent / "clear.png", 1) == 255).all()


def test_an_image_is_turned_as_its_camera_says(trained):
    pixels = np.zeros((4, 6, 3), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.fromarray(pixels).save("turned.png", exif=exif)
    assert apply.load_image(trained / "turned.png", 3).shape == (3, 6, 4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["colours-unet", "gone.png", "out.png"], "gone.png: expected an image or a folder"),
        (
            ["colours-unet", "torn.png", "out.png"],
            "torn.png: expected an image, got a damaged file",
        ),
        (["colours-unet", "torn.png", "out"], "out: expected a file that ends in .bmp, "),
        (
            ["colours-unet", "empty", "out"],
            "empty: expected images, such as .png or .jpg, ",
        ),
        (
            ["colour-unet", "torn.png", "out.png"],
            "colour-unet --seed 0: expected weights in runs/ or fetched/, got none; ",
        ),
    ],
)
def test_reports_errors_in_one_line(trained, capsys, arguments, message):
    (trained / "empty").mkdir()
    (trained / "torn.png").write_bytes(b"\x89PNG torn")
    with pytest.raises(SystemExit) as ended:
        run_command("apply", *arguments)
    captured = capsys.readouterr()
    assert ended.value.code != 0 and message in captured.err + str(ended.value.code)
    assert not (trained / "out").exists() and not (trained / "out.png").exists()


@pytest.fixture
def stargan(tmp_path, monkeypatch):
    """An untrained run of StarGAN between the domains of renderings, and an image."""
    monkeypatch.chdir(tmp_path)
    model = {"source": [3 + 2 * len(DOMAINS), 16, 16], "width": 4, "blocks": 1}
    variant = save_run(tmp_path, "domains", "renderings", "stargan", (3, 16, 16), model)
    Image.new("L", (40, 300), 99).save("own.png")
    return variant


def test_an_image_is_translated_to_the_target_domain(stargan, monkeypatch):
    seen = []

    def sample(_, n, condition):  # depends on all pixels, as with instance normalisation
        seen.append(condition)
        return condition[:, :3] - condition[:, :3].mean()

    monkeypatch.setattr(type(stargan), "sample", sample)
    domains = ("--source-domain", "red", "--target-domain", "inverted")
    run_command("apply", "renderings-stargan", "own.png", "out.png", *domains)
    with Image.open("out.png") as image:
        assert image.size == (40, 300) and image.mode == "RGB"
    (condition,) = [each for each in seen if each.shape[2:] == (300, 40)]
    assert (condition[:, 3:] == condition[:, 3:, :1, :1]).all()
    _, target, source = stargan.unpack(condition)
    assert DOMAINS[target] == "inverted" and DOMAINS[source] == "red"


@pytest.mark.parametrize(
    ("dataset", "flags", "line"),
    [
        (
            "renderings",
            ["--source-domain", "red"],
            "--target-domain: expected a domain of renderings, got none; choose from plain,"
            " inverted, red, rotated",
        ),
        (
            "renderings",
            ["--target-domain", "red"],
            "--source-domain: expected a domain of renderings, got none; choose from plain,"
            " inverted, red, rotated",
        ),
        (
            "renderings",
            ["--source-domain", "plain", "--target-domain", "blue"],
            "--target-domain: expected a domain of renderings, got blue; there are: plain,"
            " inverted, red, rotated",
        ),
        (
            "colours",
            ["--target-domain", "red"],
            "--target-domain: expected none, as colours has no domains, got red; leave it out",
        ),
    ],
)
def test_missing_or_surplus_domains_are_one_line(stargan, capsys, dataset, flags, line):
    with pytest.raises(SystemExit):
        run_command("apply", f"{dataset}-stargan", "own.png", "out.png", *flags)
    assert capsys.readouterr().err.strip() == line


def test_a_variant_of_noise_is_refused(trained, capsys):
    save_run(trained, "images", "digits", "dcgan", (1, 8, 8), {"latent": 4, "width": 4})
    Image.new("L", (8, 8)).save("own.png")
    with pytest.raises(SystemExit):
        run_command("apply", "digits-dcgan", "own.png", "out.png")
    assert "dcgan: expected a variant that makes images of images" in capsys.readouterr().err


@pytest.mark.parametrize("target", ["file.txt/out.png", "/proc/out.png", "folder.png"])
def test_an_output_that_cannot_be_written_is_one_line(trained, capsys, target):
    Image.new("RGB", (8, 8)).save(trained / "in.png")
    (trained / "file.txt").touch()
    (trained / "folder.png").mkdir()
    line = mistake_of(capsys, "apply", "colours-unet", "in.png", target)
    assert line.startswith(
        (f"{target}: expected a file ", "file.txt: expected a folder, got a file")
    )


def test_noise_depends_on_the_seed_and_the_image_alone(photos, monkeypatch):
    run_command("apply", "colours-pix2pix", "photos", "made")
    run_command("apply", "colours-pix2pix", "photos/b.png", "alone.png")
    run_command("apply", "colours-pix2pix", "photos/b.png", "other.png", "--draw", 1)
    in_folder, alone, other = (
        (photos.parent / name).read_bytes() for name in ("made/b.png", "alone.png", "other.png")
    )
    assert in_folder == alone != other


@pytest.mark.parametrize("suffix", apply.WRITABLE)
def test_writes_common_formats(photos, suffix):
    run_command("apply", "colours-unet", "photos/a.png", f"out/made{suffix.upper()}")
    with Image.open(f"out/made{suffix.upper()}") as image:
        assert image.size == (20, 18)


@pytest.mark.parametrize(
    "target", ["photos/a.png", "./photos/../photos/a.png", "soft.png", "hard.png", "link/a.png"]
)
def test_an_original_is_kept_unless_the_user_allows_it(photos, capsys, target):
    (photos.parent / "soft.png").symlink_to(photos / "a.png")
    os.link(photos / "a.png", photos.parent / "hard.png")
    (photos.parent / "link").symlink_to(photos)
    before = read_all(photos)
    line = mistake_of(capsys, "apply", "colours-unet", "photos/a.png", target)
    assert line.endswith("got a file of INPUT; choose another OUTPUT, or add --overwrite")
    assert read_all(photos) == before
    run_command("apply", "colours-unet", "photos/a.png", target, "--overwrite")
    # the output replaces a hard link, and keeps the file that it shared
    assert (read_all(photos) == before) == (target == "hard.png")


@pytest.mark.parametrize("target", ["photos", "./photos/", "link", "photos/made"])
def test_a_folder_of_originals_is_kept(photos, capsys, target):
    (photos.parent / "link").symlink_to(photos)
    (photos / "made").mkdir()
    Image.new("RGB", (20, 18)).save(photos / "made" / "a.png")
    before = read_all(photos)
    line = mistake_of(capsys, "apply", "colours-unet", "photos", target)
    assert line.startswith(f"{target.rstrip('/').removeprefix('./')}/")
    assert line.endswith("got a file of INPUT; choose another OUTPUT, or add --overwrite")
    assert read_all(photos) == before
    run_command("apply", "colours-unet", "photos", target, "--overwrite")


def test_an_earlier_output_outside_of_the_input_is_replaced(photos):
    for _ in range(2):
        run_command("apply", "colours-unet", "photos", "made")
        run_command("apply", "colours-unet", "photos/a.png", "a.png")


def test_an_image_that_is_too_large_is_refused_before_the_first(photos, capsys, monkeypatch):
    monkeypatch.setattr(any_size, "MAX_WHOLE", 24 * 24)
    Image.new("RGB", (60, 30)).save(photos / "z.png")
    line = mistake_of(capsys, "apply", "colours-unet", "photos", "made")
    assert line == (
        "photos/z.png: expected at most 576 pixels (33 x 16), as the network needs whole images,"
        " got 60 x 30; scale it or crop it"
    )
    assert not (photos.parent / "made").exists()
    run_command("apply", "photographs_x2-srresnet", "photos/z.png", "made.png")
    with Image.open("made.png") as image:
        assert image.size == (120, 60)


def test_a_format_that_holds_no_image_so_large_is_one_line(trained, capsys):
    Image.new("L", (8_200, 1), 9).save("wide.png")
    line = mistake_of(capsys, "apply", "photographs_x2-srresnet", "wide.png", "made.webp")
    assert line.startswith("made.webp: expected a file to write, got an error (")
