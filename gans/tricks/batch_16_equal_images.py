r"""A batch of 16, as many images: a batch of 16 with four times the updates.

No paper. A rule of tutorials.

Rows of equal updates see other numbers of images. Here the number of images is that of the base.

$$n = 16$$
"""

from gans.tricks._base import Base


class Batch16EqualImages(Base):
    """The base; its entry in params.yaml has ``batch: 16`` and ``updates``."""
