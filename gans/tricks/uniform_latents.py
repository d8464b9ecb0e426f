r"""Uniform latents: noise from [-1, 1], not from a Gaussian.

Radford, Metz and Chintala, 2016, arXiv:1511.06434, section 4, draw uniform latents. A rule of
tutorials advises against it: Chintala et al., 2016, https://github.com/soumith/ganhacks, tip 3.

Gaussian latents are said to give better samples.

$$z \sim U(-1, 1)^d$$
"""

import torch
from torch import Tensor

from gans.tricks._base import Base


class UniformLatents(Base):
    """The base with uniform latents."""

    def noise(self, n: int) -> Tensor:
        return 2 * torch.rand(n, self.latent, device=self.device) - 1
