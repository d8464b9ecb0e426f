r"""A batch of 256, as many images: a batch of 256 with a quarter of the updates.

No paper. A rule of tutorials.

Rows of equal updates see other numbers of images. Here the number of images is that of the base.

$$n = 256$$
"""

from gans.tricks._base import Base


class Batch256EqualImages(Base):
    """The base; its entry in params.yaml has ``batch: 256`` and ``updates``."""
