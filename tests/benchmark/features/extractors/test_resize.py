"""Resizing against clean-fid."""

import numpy as np
import pytest
from cleanfid.resize import make_resizer

from benchmark.features.extractors import resize


@pytest.mark.parametrize(("height", "width"), [(8, 8), (57, 33), (299, 299)])
def test_resize_equals_clean_fid(height, width):
    images = np.random.default_rng(0).integers(0, 256, (3, 3, 32, 48), dtype=np.uint8)
    reference = make_resizer("PIL", False, "bicubic", (width, height))
    expected = np.stack([reference(image.transpose(1, 2, 0)) for image in images])
    assert np.array_equal(resize.resize(images, (height, width)), expected.transpose(0, 3, 1, 2))
