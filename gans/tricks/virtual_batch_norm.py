r"""Virtual batch normalisation: statistics of a fixed batch.

Salimans et al., 2016, arXiv:1606.03498, section 3.5.

Batch normalisation makes each sample depend on the others of its batch. Here the statistics are
those of a batch of latents that is drawn once, to which the sample is added.

$$h_i \to \gamma \, \frac{h_i - \mu_i}{\sigma_i} + \beta, \qquad
  \mu_i, \sigma_i \text{ of the fixed batch and sample } i$$
"""

import torch
from torch import Tensor, nn

from gans.common.variant import Backbone, Shape
from gans.tricks._base import Base
from gans.tricks._layers import VirtualBatchNorm, replace_layers


class VirtualBatchNormGAN(Base):
    """The base with virtual batch normalisation in the generator."""

    latents: Tensor

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan"
    ) -> None:
        super().__init__(shape, latent=latent, width=width, backbone=backbone)
        replace_layers(self.generator, nn.BatchNorm2d, VirtualBatchNorm)
        self.register_buffer("latents", torch.randn(VirtualBatchNorm.reference, latent))

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        samples: Tensor = self.generator(torch.cat([self.latents, self.noise(n)]))
        return samples[len(self.latents) :]
