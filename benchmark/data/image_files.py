"""Find the image files of a folder, and describe damaged ones."""

from pathlib import Path

from benchmark.common.messages import summarise_error

SUFFIXES = (".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")


def find_images(path: Path) -> list[Path]:
    """Find the image files of a folder and its subfolders by suffix, sorted."""
    return sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and file.is_file()
    )


def describe_damage(file: Path, error: Exception) -> str:
    """Describe an image file that cannot be read, in one line."""
    reason = summarise_error(error)
    return f"{file}: expected an image, got a damaged file ({reason}); replace it or delete it"
