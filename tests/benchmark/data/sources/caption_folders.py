"""Make and read folders of images with captions."""

from PIL import Image

from benchmark import config
from benchmark.data.sources import caption_folders


def shade(level):
    """Make an image of one colour."""
    return Image.new("RGB", (12, 10), (level, 0, 255 - level))


def read(root, *, coco=False, classes=False, **keywords):
    """Read a folder in the layout of CUB, or of COCO."""
    more = {"path": f"{root}/pictures", "captions": f"{root}/captions.json"} if coco else {}
    block = config.Captions(**{"path": str(root), "side": 8} | more | keywords)
    return caption_folders.load_dataset(block, classes=classes)
