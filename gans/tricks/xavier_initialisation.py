r"""Xavier initialisation: variances between those for inputs and outputs.

Glorot and Bengio, 2010, https://proceedings.mlr.press/v9/glorot10a.html, equation 16.

Signals and gradients keep their size through linear layers. Biases start at 0.

$$w \sim N\!\left(0, \frac{2}{n_\text{in} + n_\text{out}}\right)$$
"""

from torch import nn

from gans.common.variant import Backbone, Shape
from gans.tricks._base import Base
from gans.tricks._layers import list_linear


class XavierInitialisation(Base):
    """The base with other initial weights, in both players."""

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan"
    ) -> None:
        super().__init__(shape, latent=latent, width=width, backbone=backbone)
        for layer in list_linear(self):
            nn.init.xavier_normal_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
