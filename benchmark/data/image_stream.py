"""Images of files that are read when they are written, so that they need not fit into memory."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps

from benchmark.common.messages import stop
from benchmark.common.progress import ProgressBar
from benchmark.data.image_files import load_rgb
from benchmark.data.repeats import digest_pixels

CHUNK = 512  # images in memory at a time


@dataclass(eq=False)
class ImageFiles:
    """Images of files, as an array uint8 ``(n, channels, side, side)`` that is read in chunks.

    Attributes:
        files: one image each.
        side: of the images, in pixels: the shorter edge is scaled to it (bicubic, antialiased), and
            the longer edge is cropped at both ends.
        channels: 3 for RGB, 1 for greyscale.
        crop: side of a central square that each image is cropped to first, in pixels, or None.
        digests: one of each image that was read, in the order of ``files``.
    """

    files: Sequence[Path]
    side: int
    channels: int = 3
    crop: int | None = None
    digests: list[bytes] = field(default_factory=list)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Shape of the array."""
        return len(self.files), self.channels, self.side, self.side

    def __len__(self) -> int:
        return len(self.files)

    def select(self, rows: np.ndarray) -> "ImageFiles":
        """Return some of the images, by their indices; none of them is read yet."""
        return replace(self, files=[self.files[row] for row in rows], digests=[])

    def chunks(self, title: str) -> Iterator[np.ndarray]:
        """Read the images in their order, uint8 ``(k, channels, side, side)``, with a progress bar.

        Exits with one line if a file is damaged.
        """
        self.digests.clear()
        with (
            ThreadPoolExecutor() as pool,  # Pillow decodes without Python's lock
            ProgressBar(title, total=len(self), unit="image") as progress,
        ):
            for start in range(0, len(self), CHUNK):
                try:
                    images = np.stack(list(pool.map(self.load, self.files[start : start + CHUNK])))
                except ValueError as error:
                    stop(str(error))
                self.digests += map(digest_pixels, images)
                yield images
                progress.advance(len(images))

    def load(self, file: Path) -> np.ndarray:
        """Load an image, uint8 ``(channels, side, side)``.

        Raises:
            ValueError: the file is damaged.
        """
        image = load_rgb(file)
        if self.crop is not None:
            image = crop_centre(image, min(self.crop, *image.size))
        image = image.convert("RGB" if self.channels == 3 else "L")
        pixels = np.asarray(ImageOps.fit(image, (self.side, self.side), Image.Resampling.BICUBIC))
        return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)

    def write(self, file: BinaryIO, title: str) -> None:
        """Write the array in the format of an .npy file."""
        header = {"descr": "|u1", "fortran_order": False, "shape": self.shape}
        np.lib.format.write_array_header_1_0(file, header)
        for images in self.chunks(title):
            file.write(np.ascontiguousarray(images).data)


def crop_centre(image: Image.Image, side: int) -> Image.Image:
    """Crop a central square of a side in pixels, at most the shorter edge of the image."""
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side))
