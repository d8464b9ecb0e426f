r"""A latent of 8: a quarter of the components of the base.

No paper. A rule of tutorials.

A small latent is said to limit what a generator can make.

$$z \in \mathbb{R}^8$$
"""

from gans.tricks._base import Base


class Latent8(Base):
    """The base; its entry in params.yaml has ``latent: 8``."""
