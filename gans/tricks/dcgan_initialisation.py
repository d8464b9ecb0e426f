r"""DCGAN's initialisation: small Gaussian weights.

Radford, Metz and Chintala, 2016, arXiv:1511.06434, section 4.

Weights start from a narrow Gaussian, and biases at 0. PyTorch's default is uniform with the variance
1 / (3 inputs).

$$w \sim N(0, 0.02^2)$$
"""

from torch import nn

from gans.common.variant import Backbone, Shape
from gans.tricks._base import Base
from gans.tricks._layers import list_linear


class DCGANInitialisation(Base):
    """The base with other initial weights, in both players."""

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan"
    ) -> None:
        super().__init__(shape, latent=latent, width=width, backbone=backbone)
        for layer in list_linear(self):
            nn.init.normal_(layer.weight, std=0.02)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
