r"""No average: samples come from the last weights.

Karras, Aila, Laine and Lehtinen, 2018, arXiv:1710.10196, appendix A.1, average them.

An average of weights is said to give better samples than the last weights.

$$\bar\theta_t = \theta_t$$
"""

from gans.tricks._base import Base


class NoAverage(Base):
    """The base; its entry in params.yaml has ``half_life: 0``."""
