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
from gans.tricks._layers import replace_layers

REFERENCE = 64  # latents, which come first in every batch of the generator


class VirtualBatchNorm(nn.Module):
    """Normalises all samples but the first ones, the reference, by these and by themselves."""

    def __init__(self, channels: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.weight, self.bias = (
            nn.Parameter(torch.ones(channels)),
            nn.Parameter(torch.zeros(channels)),
        )
        self.eps = eps

    def forward(self, values: Tensor) -> Tensor:
        axes = tuple(range(2, values.dim()))
        means = values.mean(axes, keepdim=True), values.square().mean(axes, keepdim=True)
        m, s = (each[:REFERENCE].mean(0, keepdim=True) for each in means)
        share = 1 / (REFERENCE + 1)
        m, s = ((1 - share) * of + share * each for of, each in zip((m, s), means, strict=True))
        normal = (values - m) / (s - m.square() + self.eps).sqrt()
        form = (-1, *[1] * len(axes))
        return normal * self.weight.view(form) + self.bias.view(form)


class VirtualBatchNormGAN(Base):
    """The base with virtual batch normalisation in place of batch normalisation."""

    reference: Tensor

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan"
    ) -> None:
        super().__init__(shape, latent=latent, width=width, backbone=backbone)
        replace_layers(
            self.generator, nn.BatchNorm2d, lambda layer: VirtualBatchNorm(len(layer.weight))
        )
        self.register_buffer("reference", torch.randn(REFERENCE, latent))

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        latents = torch.cat([self.reference, self.noise(n)])
        return self.generator(latents)[REFERENCE:]
