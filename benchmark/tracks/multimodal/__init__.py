"""Image to image, with many correct outputs."""

from benchmark.tracks.base.image_to_image import ImageToImageTrack


class Multimodal(ImageToImageTrack):
    """Images from images, with many correct outputs for one input."""
