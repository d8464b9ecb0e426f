r"""Dropout of 30 %: in the hidden layers of the discriminator.

Goodfellow et al., 2014, arXiv:1406.2661, section 5; Srivastava et al., 2014,
https://jmlr.org/papers/v15/srivastava14a.html.

Dropout is said to keep the discriminator from fitting the training data by heart, and from becoming
too strong.

$$h_i \to \frac{b_i}{1 - r} \, h_i, \qquad b_i \sim \text{Bernoulli}(1 - r)$$
"""

from torch import nn

from gans.common.variant import Backbone, Shape
from gans.tricks._base import Base
from gans.tricks._layers import replace_layers


class Dropout03(Base):
    """Dropout of a share ``rate`` of units after each activation of the discriminator."""

    rate = 0.3

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan"
    ) -> None:
        super().__init__(shape, latent=latent, width=width, backbone=backbone)
        replace_layers(
            self.discriminator,
            nn.LeakyReLU,
            lambda layer: nn.Sequential(layer, nn.Dropout(self.rate)),
        )
