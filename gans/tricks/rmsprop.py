r"""RMSprop: in place of Adam.

Arjovsky, Chintala and Bottou, 2017, arXiv:1701.07875, section 3.

Momentum is said to harm where the loss of a player changes with the other.

$$\theta \leftarrow \theta - \eta \, \frac{g}{\sqrt{\mathrm{mean}(g^2)}}$$
"""

from gans.tricks._base import Base


class RMSpropGAN(Base):
    """The base; its entry in params.yaml has ``optimizer: RMSprop``."""
