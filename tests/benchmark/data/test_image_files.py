"""Image files of users: which are found, and how each is read."""

import io
import os
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, PngImagePlugin

from benchmark.data import image_files
from benchmark.data.image_files import find_images, load_rgb, open_image, read_size
from tests.command import error_line

PICTURE = Image.fromarray(np.arange(6 * 4 * 3, dtype=np.uint8).reshape(4, 6, 3))


def save(path, image=PICTURE, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


@pytest.mark.parametrize(
    "suffix",
    [".png", ".PNG", ".jpg", ".jfif", ".jpe", ".gif", ".avif", ".jp2", ".tga", ".tif", ".webp"],
)
def test_every_format_that_pillow_reads_is_an_image(tmp_path, suffix):
    file = save(tmp_path / f"a{suffix}")
    assert find_images(tmp_path) == [file]
    assert load_rgb(file).size == PICTURE.size


def test_files_that_need_other_programs_are_no_images():
    assert {".png", ".jpeg", ".bmp", ".pgm"} <= image_files.list_suffixes()
    assert not {".eps", ".h5", ".mpg", ".txt", ".npy"} & image_files.list_suffixes()


def test_what_is_no_image_is_left_out_and_named(tmp_path, capsys):
    kept = [save(tmp_path / name) for name in ("a.png", "b/c.png")]
    for name in (".ipynb_checkpoints/a.png", "b/__MACOSX/d.png", "._a.png"):
        save(tmp_path / name)
    (tmp_path / "notes.txt").touch()
    assert find_images(tmp_path) == kept
    (line,) = capsys.readouterr().out.splitlines()
    assert line == (f"{tmp_path}: .ipynb_checkpoints/, ._a.png, notes.txt and 1 more left out")
    notes = []
    assert find_images(tmp_path / "b", report=notes.append) == kept[1:]
    assert notes == [f"{tmp_path}/b: __MACOSX/ left out"] and not capsys.readouterr().out


def test_a_folder_without_other_files_needs_no_word(tmp_path, capsys):
    save(tmp_path / "a.png")
    find_images(tmp_path)
    assert capsys.readouterr().out == ""


def test_linked_folders_are_read_once(tmp_path, capsys):
    folder, elsewhere = tmp_path / "set", tmp_path / "elsewhere"
    save(folder / "z/a.png")
    save(elsewhere / "deeper/b.png")
    (folder / "linked").symlink_to(elsewhere)
    assert find_images(folder) == [folder / "linked/deeper/b.png", folder / "z/a.png"]
    assert capsys.readouterr().out == ""
    (folder / "again").symlink_to(folder / "z")  # a link to a folder that is there anyway
    (elsewhere / "loop").symlink_to(folder)
    assert find_images(folder) == [folder / "linked/deeper/b.png", folder / "z/a.png"]
    assert capsys.readouterr().out == f"{folder}: again/, linked/loop/ left out\n"
    (folder / "gone.png").symlink_to(tmp_path / "missing.png")
    find_images(folder)
    assert "gone.png" in capsys.readouterr().out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_cannot_be_read_is_one_line(tmp_path, capsys):
    save(tmp_path / "closed/a.png")
    (tmp_path / "closed").chmod(0)
    assert "closed: expected a folder to read" in error_line(capsys, lambda: find_images(tmp_path))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_images_are_upright_and_so_are_their_sizes(tmp_path, orientation):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    file = save(tmp_path / "a.png", exif=exif)
    upright = load_rgb(file)
    assert upright.size == (PICTURE.size if orientation < 5 else PICTURE.size[::-1])
    with open_image(file) as opened:
        assert read_size(opened) == (upright.height, upright.width)
    if orientation == 6:  # the camera was turned, so that the top is at the right
        assert np.array_equal(np.asarray(upright), np.rot90(np.asarray(PICTURE), -1))


@pytest.mark.parametrize("maximum", [4095, 65535])
@pytest.mark.parametrize("kind", ["P2", "P5"])
def test_pgm_of_more_than_8_bits(tmp_path, maximum, kind):
    levels = np.array([[0, maximum // 2, maximum]])
    data = levels.astype(">u2").tobytes() if kind == "P5" else b"0 %d %d" % (maximum // 2, maximum)
    (tmp_path / "a.pgm").write_bytes(b"%s 3 1 %d\n" % (kind.encode(), maximum) + data)
    assert np.asarray(load_rgb(tmp_path / "a.pgm"))[0, :, 0].tolist() == [0, 127, 255]


@pytest.mark.parametrize("suffix", [".tif", ".png", ".webp", ".gif"])
def test_several_frames_are_one_line(tmp_path, suffix):
    other = PICTURE.transpose(Image.Transpose.ROTATE_180)
    file = save(tmp_path / f"a{suffix}", save_all=True, append_images=[other, PICTURE])
    with pytest.raises(ValueError, match=f"a{suffix}: expected one picture, got 3 frames; save"):
        load_rgb(file)


def test_the_preview_in_a_photograph_is_no_second_picture(tmp_path):
    file = save(tmp_path / "a.mpo", save_all=True, append_images=[PICTURE.resize((3, 2))])
    assert load_rgb(file).size == PICTURE.size


def test_long_texts_in_a_file_do_no_harm(tmp_path):
    texts = PngImagePlugin.PngInfo()
    texts.add_text("workflow", "x" * 2_000_000, zip=True)
    file = save(tmp_path / "a.png", pnginfo=texts)
    assert np.array_equal(np.asarray(load_rgb(file)), np.asarray(PICTURE))


def test_the_number_of_pixels_is_limited_by_memory_alone(tmp_path, recwarn):
    # more pixels than Pillow reads by default, all equal: a small file
    large = save(tmp_path / "large.png", Image.new("1", (13_500, 13_500)))
    with open_image(large) as opened:
        assert read_size(opened) == (13_500, 13_500)
    assert not recwarn.list
    header = io.BytesIO()
    Image.new("1", (1, 1)).save(header, "PNG")
    content = bytearray(header.getvalue())
    content[16:24] = (40_000).to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    Path(tmp_path / "bomb.png").write_bytes(content)
    with pytest.raises(ValueError, match=r"bomb.png: expected at most 536,870,912 pixels, got 40"):
        load_rgb(tmp_path / "bomb.png")


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
@pytest.mark.parametrize("kind", ["L", "RGB", "I;16"])
def test_tiff_is_upright_like_png(tmp_path, orientation, compression, kind):
    grey = np.arange(96, dtype=np.uint8).reshape(8, 12)
    pixels = {"L": grey, "RGB": np.stack([grey] * 3, axis=2), "I;16": grey.astype(np.uint16) * 257}
    image, exif = Image.fromarray(pixels[kind]), Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    tags = {int(ExifTags.Base.Orientation): orientation}
    tiff = save(tmp_path / "a.tif", image, tiffinfo=tags, compression=compression)
    png = load_rgb(save(tmp_path / "a.png", image, exif=exif))
    assert np.array_equal(np.asarray(load_rgb(tiff)), np.asarray(png))
    with open_image(tiff) as opened:
        assert read_size(opened) == (png.height, png.width)


def make_tiff(file, levels, **tags):
    """Write an uncompressed TIFF of 16 bits a pixel, with tags by their numbers."""
    Image.fromarray(np.array([levels], np.uint16)).save(file)
    content = bytearray(file.read_bytes())
    with Image.open(file) as image:
        start = int.from_bytes(content[4:8], "little") + 2
        entries = {
            int.from_bytes(content[place : place + 2], "little"): place
            for place in range(start, start + 12 * len(image.tag_v2), 12)
        }
    for tag, value in tags.items():
        place = entries[int(tag.removeprefix("tag"))]
        content[place + 8 : place + 12] = value.to_bytes(4, "little")
    file.write_bytes(content)
    return file


def test_tiff_that_counts_from_white(tmp_path):
    file = make_tiff(tmp_path / "a.tif", [0, 257, 65535], tag262=0)
    assert np.asarray(load_rgb(file))[0, :, 0].tolist() == [255, 254, 0]


@pytest.mark.parametrize("name", ["@eaDir", "#recycle", "$RECYCLE.BIN", "lost+found"])
def test_folders_of_operating_systems_hold_no_images(tmp_path, capsys, name):
    save(tmp_path / name / "a.png")
    file = save(tmp_path / "b.png")
    assert find_images(tmp_path) == [file] and f"{name}/ left out" in capsys.readouterr().out
