r"""ReLU in the discriminator: in place of leaky ReLU.

Radford, Metz and Chintala, 2016, arXiv:1511.06434, section 3.

The paper has leaky ReLU in the discriminator. With ReLU, units whose input is negative pass no
gradient to the generator.

$$h \to \max(h, 0)$$
"""

from torch import nn

from gans.common.variant import Backbone, Shape
from gans.tricks._base import Base
from gans.tricks._layers import replace_layers


class ReLUDiscriminator(Base):
    """The base with ReLU in both players."""

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan"
    ) -> None:
        super().__init__(shape, latent=latent, width=width, backbone=backbone)
        replace_layers(self.discriminator, nn.LeakyReLU, lambda layer: nn.ReLU(inplace=True))
