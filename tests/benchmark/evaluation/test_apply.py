"""Trained translators on images of one's own: any size, any kind, clear errors."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn.functional import avg_pool2d, interpolate

import gans
from benchmark.data.pixels import to_bytes
from benchmark.data.sources.domains import DOMAINS
from benchmark.evaluation import apply
from benchmark.training import weights
from tests.command import mistake_of, run_command


def blurred(part):
    """Something local: no pixel depends on one that is more than 8 away."""
    return avg_pool2d(part, 17, stride=1, padding=8, count_include_pad=False)


@pytest.mark.parametrize("size", [(5, 7), (32, 32), (96, 200), (250, 131)])
def test_tiles_make_what_the_whole_would_make(size):
    image = torch.rand(1, 3, *size)
    made = apply.apply_tiled(blurred, image, scale=1, tile=96)
    assert made.shape == image.shape
    inner = slice(8, -8)  # at the border the last pixel is repeated, where the whole ends
    assert torch.allclose(made[..., inner, inner], blurred(image)[..., inner, inner], atol=1e-6)


@pytest.mark.parametrize("scale", [2, 4])
def test_larger_images_are_put_together_in_place(scale):
    image = torch.rand(1, 1, 70, 101)
    made = apply.apply_tiled(
        lambda part: interpolate(part, scale_factor=scale), image, scale=scale, tile=96
    )
    assert torch.equal(made, interpolate(image, scale_factor=scale))


def test_a_network_is_given_sides_that_it_can_halve():
    seen = []
    apply.apply_tiled(
        lambda part: seen.append(part.shape) or part, torch.rand(1, 1, 150, 33), scale=1
    )
    assert all(side % apply.MULTIPLE == 0 for shape in seen for side in shape[2:])


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """A run of a U-Net that turns grey into colour, not trained."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "runs/multimodal/colours/unet/trained/0"
    folder.mkdir(parents=True)
    model = {"source": [1, 16, 16], "width": 4}
    variant = gans.load("unet")((3, 16, 16), **model)
    card = {"variant": "unet", "shape": [3, 16, 16], "model": model}
    weights.save(variant, folder / "weights.safetensors", card)
    return tmp_path


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
    assert (to_bytes(apply.load_image(folder.parent / "clear.png", 1)) == 255).all()


def test_an_image_is_turned_as_its_camera_says(trained):
    pixels = np.zeros((4, 6, 3), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.fromarray(pixels).save("turned.png", exif=exif)
    assert apply.load_image(trained / "turned.png", 3).shape == (1, 3, 6, 4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["colours-unet", "gone.png", "out.png"], "gone.png: expected an image or a folder"),
        (
            ["colours-unet", "torn.png", "out.png"],
            "torn.png: expected an image, got a damaged file",
        ),
        (["colours-unet", "torn.png", "out"], "out: expected a file that ends in .bmp, "),
        (["colours-unet", "empty", "out"], "empty: expected images (.bmp, "),
        (
            ["colour-unet", "torn.png", "out.png"],
            "colour-unet --seed 0: expected trained weights in runs/, got none; ",
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
    folder = tmp_path / "runs/domains/renderings/stargan/trained/0"
    folder.mkdir(parents=True)
    model = {"source": [3 + 2 * len(DOMAINS), 16, 16], "width": 4, "blocks": 1}
    variant = gans.load("stargan")((3, 16, 16), **model)
    card = {"variant": "stargan", "shape": [3, 16, 16], "model": model}
    weights.save(variant, folder / "weights.safetensors", card)
    Image.new("L", (40, 300), 99).save("own.png")
    return variant


def test_an_image_is_translated_to_the_target_domain(stargan, monkeypatch):
    seen = []
    monkeypatch.setattr(
        type(stargan), "sample", lambda _, n, condition: seen.append(condition) or condition[:, :3]
    )
    domains = ("--source-domain", "red", "--target-domain", "inverted")
    run_command("apply", "renderings-stargan", "own.png", "out.png", *domains)
    with Image.open("out.png") as image:
        assert image.size == (40, 300) and image.mode == "RGB"
    for condition in seen:
        assert (condition[:, 3:] == condition[:, 3:, :1, :1]).all()
        _, target, source = stargan.unpack(condition)
        assert DOMAINS[target] == "inverted" and DOMAINS[source] == "red"
    assert len(seen) > 1, "tiles"


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
    folder = trained / "runs/images/digits/dcgan/trained/0"
    folder.mkdir(parents=True)
    card = {"variant": "dcgan", "shape": [1, 8, 8], "model": {"latent": 4, "width": 4}}
    variant = gans.load("dcgan")((1, 8, 8), latent=4, width=4)
    weights.save(variant, folder / "weights.safetensors", card)
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
    assert line.startswith(f"{target}: expected a file ")
