"""Random images, and folders of them."""

import numpy as np
from PIL import Image

GENERATOR = np.random.default_rng(0)


def make_images(n, *shape):
    return GENERATOR.integers(0, 256, (n, *shape), dtype=np.uint8)


def save_folder(folder, images):
    """Images ``(n, c, h, w)`` as PNGs."""
    folder.mkdir(parents=True, exist_ok=True)
    for index, image in enumerate(images):
        flat = image[0] if len(image) == 1 else image.transpose(1, 2, 0)
        Image.fromarray(flat).save(folder / f"{index:05}.png")
