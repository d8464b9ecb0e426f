"""The data sets that come with the benchmark or are downloaded: track -> name -> what makes it.

`folders`, `photo_folders` and `caption_folders` make one of a user's own images, `text_files` of
text; `downloads`
fetches archives.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmark.data.sources import (
    domains,
    images,
    multimodal,
    points,
    superresolution,
    text,
    text_to_image,
    translation,
    videos,
)

SOURCES: dict[str, dict[str, Callable[[], Any]]] = {
    "images": {**images.SOURCES},
    "toy": {name: partial(points.draw_splits, name) for name in points.SOURCES},
    "translation": {**translation.SOURCES},
    "multimodal": {**multimodal.SOURCES},
    "domains": {**domains.SOURCES},
    "superresolution": {**superresolution.SOURCES},
    "text_to_image": {**text_to_image.SOURCES},
    "video": {**videos.SOURCES},
    "text": {**text.SOURCES},
}
