r"""Linear decay: the learning rate falls to 0 over the second half.

Zhu, Park, Isola and Efros, 2017, arXiv:1703.10593, section 4.

Smaller steps at the end are said to let both players settle.

$$\eta_t = \eta \min(1, 2 - 2 t) \text{ after the share } t \text{ of the budget}$$
"""

from gans.tricks._base import Base


class LinearDecay(Base):
    """The base; its entry in params.yaml has ``schedule: linear``."""
