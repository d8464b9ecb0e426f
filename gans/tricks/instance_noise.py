r"""Instance noise: the discriminator sees samples with noise that fades.

Sønderby, Caballero, Theis, Shi and Huszár, 2017, arXiv:1610.04490, section 3.1; Arjovsky and
Bottou, 2017, arXiv:1701.04862, section 3.

Data and samples lie on thin sets that hardly meet, so that a discriminator can separate them
perfectly. Noise makes them overlap.

$$D \text{ sees } x + \sigma_t \, \epsilon, \qquad \epsilon \sim N(0, I), \qquad
  \sigma_t = 0.1 \, (1 - t) \text{ after the share } t \text{ of the budget}$$
"""

import torch
from torch import Tensor

from gans.tricks._base import Base

STD = 0.1  # at the start, where samples are in [-1, 1]


class InstanceNoise(Base):
    """Noise on all samples that the discriminator scores in training."""

    def score(self, samples: Tensor) -> Tensor:
        noise = STD * (1 - self.progress) * torch.randn_like(samples)
        return super().score(samples + noise)
