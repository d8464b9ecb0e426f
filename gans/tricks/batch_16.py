r"""A batch of 16: a quarter of that of the base, with as many updates.

No paper. A rule of tutorials.

Small batches are said to add noise that helps the players out of bad equilibria.

$$n = 16$$
"""

from gans.tricks._base import Base


class Batch16(Base):
    """The base; its entry in params.yaml has ``batch: 16``."""
