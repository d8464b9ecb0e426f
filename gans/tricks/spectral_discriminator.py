r"""Spectral normalisation: a discriminator whose layers have spectral norm 1.

Miyato, Kataoka, Koyama and Yoshida, 2018, arXiv:1802.05957, section 2.1.

It makes the discriminator 1-Lipschitz, up to its activations. The loss is that of the base; `sngan`
has the hinge loss of the paper, too.

$$W \to \frac{W}{\sigma(W)}$$
"""

from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from gans.common.variant import Backbone, Shape
from gans.tricks._base import Base


class SpectralDiscriminator(Base):
    """The base with spectral norm 1 in every layer of the discriminator."""

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan"
    ) -> None:
        super().__init__(shape, latent=latent, width=width, backbone=backbone)
        for layer in self.discriminator.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                spectral_norm(layer)
