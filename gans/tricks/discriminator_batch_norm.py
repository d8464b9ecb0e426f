r"""Batch normalisation in D: real and generated samples in separate batches.

Radford, Metz and Chintala, 2016, arXiv:1511.06434, section 3; for batches of one kind, Chintala et
al., 2016, https://github.com/soumith/ganhacks, tip 4.

All convolutions but the first are normalised. A batch is all real or all generated.

$$h_i \to \gamma \, \frac{h_i - \mu}{\sigma} + \beta, \qquad
  \mu, \sigma \text{ of the batch of real samples, or of that of generated ones}$$
"""

from torch import nn

from gans.common.variant import Backbone, Shape
from gans.tricks._base import Base


class DiscriminatorBatchNorm(Base):
    """The base with batch normalisation after all convolutions of the discriminator but the first."""

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan"
    ) -> None:
        super().__init__(shape, latent=latent, width=width, backbone=backbone)
        features = self.discriminator.get_submodule("features")
        layers = [layer for _, layer in features.named_children()]
        linear = [layer for layer in layers if isinstance(layer, nn.Linear | nn.Conv2d)]
        for layer in linear[1:]:
            norm: nn.Module
            if isinstance(layer, nn.Conv2d):
                norm = nn.BatchNorm2d(layer.out_channels)
            else:
                norm = nn.BatchNorm1d(layer.out_features)
            layers.insert(layers.index(layer) + 1, norm)
        self.discriminator.add_module("features", nn.Sequential(*layers))
