"""Find and read the image files of users, by the same rules for all commands and data sets.

Files of every format that Pillow reads by itself count as images. Pixels are upright, as their EXIF
data says, and have 8 bits.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageOps, PngImagePlugin, UnidentifiedImageError

from benchmark.common.messages import stop, summarise_error
from benchmark.common.paths import advise, describe, expect_reachable, is_file, is_link

EXPECTED = "images, such as .png or .jpg"
# formats that Pillow recognises, but cannot decode without other programs
UNREADABLE = {"BUFR", "EPS", "GRIB", "HDF5", "IPTC", "MPEG", "WMF"}
UNREADABLE |= {"FITS"}  # whose levels have no known range
LAYERED = {"ICNS", "ICO", "MPO", "PSD"}  # formats whose further frames show the same picture
DEEP = ("I;16", "I;16L", "I;16B", "I;16N")  # Pillow's modes of 16 bits
# thumbnails, deleted files and metadata of operating systems, under the names of images
SYSTEM_FOLDERS = (
    "__MACOSX",
    "@eaDir",
    "#recycle",
    "$RECYCLE.BIN",
    "System Volume Information",
    "lost+found",
)
BITS, PHOTOMETRIC, SAMPLE_FORMAT = 258, 262, 339  # tags of TIFF
WHITE_IS_ZERO, SIGNED = 0, 2  # values of the last two tags
MAX_PIXELS = 2**29  # of an image, which take 1.6 GB as RGB
NAMED = 3  # files that a message names

Image.MAX_IMAGE_PIXELS = None  # `open_image` checks the size
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY  # text of editors may be long


@cache
def list_suffixes() -> frozenset[str]:
    """List the suffixes of the formats that Pillow reads, in lower case."""
    suffixes = Image.registered_extensions()
    readable = Image.OPEN.keys() - UNREADABLE
    return frozenset(suffix for suffix, form in suffixes.items() if form in readable)


def find_images(folder: Path, *, report: Callable[[str], None] = print) -> list[Path]:
    """Find the image files of a folder and its subfolders by suffix, sorted.

    Hidden files and folders, those of ``SYSTEM_FOLDERS``, and files that are no images are left
    out. A subfolder may be a link; no folder is read twice. Exits with one line if a folder cannot
    be read.

    Args:
        folder: to search.
        report: gets a line that names what is left out, if anything is.
    """
    images, left_out, links = [], [], [folder]
    seen: set[tuple[int, int]] = set()

    def refuse(error: OSError) -> None:
        advice = advise(error, "correct the path")
        stop(
            f"{error.filename}: expected a folder to read, got an error ({describe(error)});"
            f" {advice}"
        )

    while links:  # the folders themselves come before links to them
        for name, subfolders, files in os.walk(links.pop(0), onerror=refuse):
            place = Path(name)
            if is_repeated(place, seen):
                left_out.append(f"{place.relative_to(folder)}/")
                subfolders.clear()
                continue
            hidden = [each for each in subfolders if is_hidden(each)]
            left_out += [f"{(place / each).relative_to(folder)}/" for each in hidden]
            links += [
                place / each
                for each in sorted(set(subfolders) - set(hidden))
                if is_link(place / each)
            ]
            subfolders[:] = sorted(set(subfolders) - set(hidden))
            for file in (place / each for each in sorted(files)):
                is_image = file.suffix.lower() in list_suffixes() and is_file(file)
                if is_image and not is_hidden(file.name):
                    images.append(file)
                else:
                    left_out.append(str(file.relative_to(folder)))
    if left_out:
        report(f"{folder}: {summarise_names(left_out)} left out")
    return sorted(images)


def is_hidden(name: str) -> bool:
    """Whether a file or folder of this name is not meant for users."""
    return name.startswith(".") or name in SYSTEM_FOLDERS


def is_repeated(folder: Path, seen: set[tuple[int, int]]) -> bool:
    """Whether a folder was seen before, perhaps under another path; it is added to ``seen``."""
    with expect_reachable(folder):
        status = folder.stat()
    identity = status.st_dev, status.st_ino
    repeated = identity in seen
    seen.add(identity)
    return repeated


def summarise_names(names: list[str]) -> str:
    """Name the first few of some files, and count the others."""
    named, more = ", ".join(names[:NAMED]), len(names) - NAMED
    return f"{named} and {more} more" if more > 0 else named


@contextmanager
def open_image(file: Path) -> Iterator[Image.Image]:
    """Open an image file, so that the block can read its header and its pixels.

    Raises:
        ValueError: the file is damaged, has more than one frame or too many pixels, or the block
            cannot read it; the message is one line with the name of the file.
    """
    try:
        # an opened file: Pillow would map an uncompressed one by its turned size
        with file.open("rb") as stream, Image.open(stream) as image:
            if read_tag(image, SAMPLE_FORMAT) == SIGNED:
                raise ValueError("signed levels")
            width, height = image.size
            frames = 1 if image.format in LAYERED else getattr(image, "n_frames", 1)
            if width * height <= MAX_PIXELS and frames == 1:
                yield image
                return
    except Exception as error:  # Pillow's plugins raise many kinds, all about the file
        if advice := advise(error, ""):
            raise ValueError(
                f"{file}: expected an image, got a file that cannot be read ({describe(error)});"
                f" {advice}"
            ) from error
        raise ValueError(
            f"{file}: expected an image, got a damaged file ({describe_damage(error, file)});"
            " replace it or delete it"
        ) from error
    if frames > 1:
        raise ValueError(
            f"{file}: expected one picture, got {frames} frames; save each in a file of its own"
        )
    raise ValueError(
        f"{file}: expected at most {MAX_PIXELS:,} pixels, got {width} x {height}; scale it down or"
        " crop it"
    )


def describe_damage(error: Exception, file: Path) -> str:
    """Describe in words why Pillow cannot read a file."""
    if not isinstance(error, UnidentifiedImageError):
        return summarise_error(error).removesuffix(".")
    # its message shows the Python object of the opened file
    return "it fits no image format" if file.stat().st_size else "it is empty"


def read_tag(image: Image.Image, tag: int) -> Any:
    """Read the first value of a tag of an opened TIFF; None without it, and of other formats."""
    values = getattr(image, "tag_v2", {}).get(tag)
    return values[0] if isinstance(values, tuple) else values


def is_deep(image: Image.Image) -> bool:
    """Whether an opened image has grey levels of more than 8 bits."""
    # Pillow scales the levels of a PGM of more than 8 bits to 16, in its mode of 32 bits
    return image.mode in DEEP or (image.mode == "I" and image.format == "PPM")


def is_reduced(image: Image.Image) -> bool:
    """Whether an opened image has more than 8 bits, of which 8 are read; Pillow cuts colours."""
    tiles = getattr(image, "tile", ())
    return is_deep(image) or any(";16" in str(arguments) for *_, arguments in tiles)


def read_size(image: Image.Image) -> tuple[int, int]:
    """Read height and width of an opened image, upright, without its pixels."""
    is_turned = image.getexif().get(ExifTags.Base.Orientation) in (5, 6, 7, 8)
    if is_turned and image.format != "TIFF":  # of which Pillow gives the size upright
        return image.size
    return image.height, image.width


def read_pixels(image: Image.Image) -> Image.Image:
    """Read the pixels of an opened image, upright; grey levels of more than 8 bits are rounded."""
    deep, inverted = is_deep(image), read_tag(image, PHOTOMETRIC) == WHITE_IS_ZERO
    largest = 2 ** (read_tag(image, BITS) or 16) - 1
    image = ImageOps.exif_transpose(image)
    if not deep:
        image.load()
        return image
    levels = np.rint(np.asarray(image).astype(np.float64) * (255 / largest)).astype(np.uint8)
    return Image.fromarray(255 - levels if inverted else levels)


def load_rgb(file: Path) -> Image.Image:
    """Load an image as RGB, upright, blended with white where it is transparent.

    Raises:
        ValueError: the file is damaged, has several frames or too many pixels, or its levels have
            neither 8 nor 16 bits.
    """
    with open_image(file) as opened:
        mode = opened.mode
        if mode != "F" and (mode != "I" or is_deep(opened)):
            image = read_pixels(opened)
            if not image.has_transparency_data:
                return image.convert("RGB")
            ground = Image.new("RGBA", image.size, "white")
            return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    raise ValueError(f"{file}: expected 8 or 16 bits a channel, got mode {mode}; convert it")
