r"""High momentum: Adam's default of 0.9.

Radford, Metz and Chintala, 2016, arXiv:1511.06434, section 4, advise against it.

A first moment that decays with 0.9 is said to make training oscillate.

$$\beta_1 = 0.9$$
"""

from gans.tricks._base import Base


class HighMomentum(Base):
    """The base; its entry in params.yaml has 0.9 as the first of ``betas``."""
