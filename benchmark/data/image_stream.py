"""Images that are read when they are written, so that they need not fit into memory."""

from abc import ABC, abstractmethod
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

BLOCK = 512  # images in memory at a time


class StreamedImages(ABC):
    """Images as an array uint8 ``(n, channels, side, side)`` that is read in blocks.

    Attributes:
        digests: one of each image that was read, in their order.
    """

    digests: list[bytes]

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int, int, int]:
        """Shape of the array."""

    @abstractmethod
    def load(self, index: int) -> np.ndarray:
        """Load an image, uint8 ``(channels, side, side)``.

        Raises:
            ValueError: the image is damaged.
        """

    @abstractmethod
    def select(self, rows: np.ndarray) -> "StreamedImages":
        """Return the images of these indices, which are not read yet."""

    def __len__(self) -> int:
        return self.shape[0]

    def read_blocks(self, title: str) -> Iterator[np.ndarray]:
        """Read the images in their order, uint8 ``(k, channels, side, side)``, with a progress bar.

        All blocks share their memory: a block is valid until the next one. Exits with one line if
        an image is damaged.
        """
        self.digests.clear()
        block = np.empty((min(BLOCK, len(self)), *self.shape[1:]), dtype=np.uint8)

        def fill(place: int, index: int) -> None:
            block[place] = self.load(index)

        with (
            ThreadPoolExecutor() as pool,  # Pillow decodes without Python's lock
            ProgressBar(title, total=len(self), unit="image") as progress,
        ):
            for start in range(0, len(self), BLOCK):
                indices = range(start, min(start + BLOCK, len(self)))
                try:
                    list(pool.map(fill, range(len(indices)), indices))
                except ValueError as error:
                    stop(str(error))
                images = block[: len(indices)]
                self.digests += map(digest_pixels, images)
                yield images
                progress.advance(len(images))

    def write(self, file: BinaryIO, title: str) -> None:
        """Write the array in the format of an .npy file."""
        header = {"descr": "|u1", "fortran_order": False, "shape": self.shape}
        np.lib.format.write_array_header_1_0(file, header)
        for images in self.read_blocks(title):
            file.write(images.data)


@dataclass(eq=False)
class ImageFiles(StreamedImages):
    """Images of files.

    Attributes:
        files: one image each.
        side: of the images, in pixels: the shorter edge is scaled to it (bicubic, antialiased), and
            the longer edge is cropped at both ends.
        channels: 3 for RGB, 1 for greyscale.
        crop: side of a central square that each image is cropped to first, in pixels, or None.
        digests: see `StreamedImages`.
    """

    files: Sequence[Path]
    side: int
    channels: int = 3
    crop: int | None = None
    digests: list[bytes] = field(default_factory=list)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        return len(self.files), self.channels, self.side, self.side

    def select(self, rows: np.ndarray) -> "ImageFiles":
        return replace(self, files=[self.files[row] for row in rows], digests=[])

    def load(self, index: int) -> np.ndarray:
        image = load_rgb(self.files[index])
        if self.crop is not None:
            image = crop_centre(image, min(self.crop, *image.size))
        image = image.convert("RGB" if self.channels == 3 else "L")
        pixels = np.asarray(ImageOps.fit(image, (self.side, self.side), Image.Resampling.BICUBIC))
        return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


@dataclass(eq=False)
class ImagesByColumn(StreamedImages):
    """RGB images in one file of bytes without header, each ``(3, width, height)`` as in STL-10.

    Attributes:
        file: of the images.
        stored: side of the images in the file, in pixels.
        side: of the images, to which they are scaled (bicubic, antialiased).
        places: of the images in the file, counted from 0.
        digests: see `StreamedImages`.
    """

    file: Path
    stored: int
    side: int
    places: Sequence[int]
    digests: list[bytes] = field(default_factory=list)

    @classmethod
    def find_all(cls, file: Path, stored: int, side: int) -> "ImagesByColumn":
        """Find all images of a file by its size."""
        count = file.stat().st_size // (3 * stored**2)
        return cls(file, stored, side, range(count))

    @property
    def shape(self) -> tuple[int, int, int, int]:
        return len(self.places), 3, self.side, self.side

    def select(self, rows: np.ndarray) -> "ImagesByColumn":
        return replace(self, places=[self.places[row] for row in rows], digests=[])

    def load(self, index: int) -> np.ndarray:
        shape = (3, self.stored, self.stored)
        start = self.places[index] * 3 * self.stored**2
        # one image at a time is mapped: pages of a mapped file count as memory of the process
        mapped = np.memmap(self.file, np.uint8, "r", start, shape)
        image = Image.fromarray(np.ascontiguousarray(mapped.transpose(2, 1, 0)))
        small = image.resize((self.side, self.side), Image.Resampling.BICUBIC)
        return np.asarray(small).transpose(2, 0, 1)


def crop_centre(image: Image.Image, side: int) -> Image.Image:
    """Crop a central square of a side in pixels, at most the shorter edge of the image."""
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side))
