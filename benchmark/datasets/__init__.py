"""The data sets that come with the benchmark or are downloaded: board -> name -> what makes it.

`folders` and `photo_folders` make one of a user's own images, `text_files` of text; `downloads`
fetches archives.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmark.datasets import domains, images, points, superresolution, text, translation

SOURCES: dict[str, dict[str, Callable[[], Any]]] = {
    "images": {**images.SOURCES},
    "toy": {name: partial(points.drawn, name) for name in points.SOURCES},
    "translation": {**translation.SOURCES},
    "domains": {**domains.SOURCES},
    "superresolution": {**superresolution.SOURCES},
    "text": {**text.SOURCES},
}
