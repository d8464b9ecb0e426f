r"""Cosine decay: the learning rate falls to 0 along a cosine.

Loshchilov and Hutter, 2017, arXiv:1608.03983, equation 5, without restarts.

Smaller steps at the end are said to let both players settle.

$$\eta_t = \tfrac{\eta}{2} (1 + \cos \pi t) \text{ after the share } t \text{ of the budget}$$
"""

from gans.tricks._base import Base


class CosineDecay(Base):
    """The base; its entry in params.yaml has ``schedule: cosine``."""
