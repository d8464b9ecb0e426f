r"""A latent of 128: four times the components of the base.

No paper. A rule of tutorials.

A large latent is said to make room for variety.

$$z \in \mathbb{R}^{128}$$
"""

from gans.tricks._base import Base


class Latent128(Base):
    """The base; its entry in params.yaml has ``latent: 128``."""
