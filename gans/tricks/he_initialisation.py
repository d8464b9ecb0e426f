r"""He's initialisation: Gaussians whose variance depends on the inputs.

He, Zhang, Ren and Sun, 2015, arXiv:1502.01852, equation 10.

Signals keep their size through layers with ReLU. Biases start at 0.

$$w \sim N\!\left(0, \frac{2}{n_\text{in}}\right)$$
"""

from torch import nn

from gans.common.variant import Backbone, Shape
from gans.tricks._base import Base
from gans.tricks._layers import list_linear


class HeInitialisation(Base):
    """The base with other initial weights, in both players."""

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan"
    ) -> None:
        super().__init__(shape, latent=latent, width=width, backbone=backbone)
        for layer in list_linear(self):
            # the weights of a transposed convolution have the inputs in the place of the outputs
            transposed = isinstance(layer, nn.ConvTranspose2d)
            nn.init.kaiming_normal_(layer.weight, mode="fan_out" if transposed else "fan_in")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
