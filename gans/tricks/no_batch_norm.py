r"""No batch normalisation: the generator without it.

Radford, Metz and Chintala, 2016, arXiv:1511.06434, section 3.

Batch normalisation is said to be what lets deep generators start to learn and keeps them from
collapsing to one point. This variant leaves it out.

$$h \to h$$
"""

from torch import nn

from gans.common.variant import Backbone, Shape
from gans.tricks._base import Base
from gans.tricks._layers import replace_layers


class NoBatchNorm(Base):
    """The base without batch normalisation."""

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan"
    ) -> None:
        super().__init__(shape, latent=latent, width=width, backbone=backbone)
        replace_layers(self.generator, nn.BatchNorm2d, lambda layer: nn.Identity())
