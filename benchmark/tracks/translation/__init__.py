"""Image to image, with one correct output."""

from benchmark.tracks.base.image_to_image import ImageToImageTrack
from benchmark.tracks.translation.schema import TranslationConfig


class Translation(ImageToImageTrack):
    """Images from images, also from a user's folders."""

    schema = TranslationConfig
