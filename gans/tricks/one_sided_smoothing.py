r"""One-sided label smoothing: a target of 0.9 for real samples.

Goodfellow, 2016, arXiv:1701.00160, section 4.2; Salimans et al., 2016, arXiv:1606.03498, section 3.4.

A smooth target keeps the discriminator from extreme scores. The target of generated samples stays 0:
smoothing it would reward the generator for what it already makes.

$$L_D = -\mathbb{E}_x[0.9 \log D(x) + 0.1 \log(1 - D(x))] - \mathbb{E}_z[\log(1 - D(G(z)))]$$
"""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from gans.tricks._base import Base

TARGET = 0.9


class OneSidedSmoothing(Base):
    """A target of 0.9 for real samples, in the discriminator's loss alone."""

    def loss_on_real(self, scores: Tensor) -> Tensor:
        return cross_entropy(scores, torch.full_like(scores, TARGET))
