"""Files of images, and images of one colour."""

from PIL import Image

from benchmark.data.sources import folders

RED, BLUE = (255, 0, 0), (0, 0, 255)


def make_image(colour, size=(24, 20)):
    """Make an image of one colour."""
    return Image.new("RGB", size, colour)


def save_image(image, path):
    """Save an image, and create its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


def save_images(folder, colours, *, size=(24, 20)):
    """Save an image of each colour as 000.png, 001.png, ..."""
    for number, colour in enumerate(colours):
        save_image(make_image(colour, size), folder / f"{number:03}.png")


def list_greys(count, start=0):
    """List different greys."""
    return [(start + number,) * 3 for number in range(count)]


def check_damaged(file, get_error):
    """Check the error of a file that is cut in half, empty, or no image."""
    whole = file.read_bytes()
    for content, reason in (
        (whole[: len(whole) // 2], ""),  # in Pillow's words
        (b"", "it is empty"),
        (b"<html>", "it fits no image format"),
    ):
        file.write_bytes(content)
        line = get_error()
        assert line.startswith(f"{file}: expected an image, got a damaged file ({reason}")
        assert line.endswith(f"{reason}); replace it or delete it") and "<" not in line


def read_folder(path, *, target="B", paired=True, side=8):
    """Read a folder of pairs, or of images without pairs, in a small size."""
    return folders.read_folder(path, side=side, target=target, paired=paired)
