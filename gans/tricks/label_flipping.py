r"""Label flipping: the discriminator learns from 5 % wrong labels.

A rule of tutorials: Chintala, Denton, Arjovsky and Mathieu, 2016, https://github.com/soumith/ganhacks, tip 6.

Wrong labels are said to keep the discriminator from becoming too strong.

$$L_D = -\mathbb{E}[t \log D(x) + (1 - t) \log(1 - D(x))]$$

t is 1 for real samples and 0 for generated ones, swapped with a probability of 5 %.
"""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gans.tricks._base import Base

SHARE = 0.05  # of labels that are wrong


def flip(scores: Tensor) -> Tensor:
    """Negate random scores, which swaps the labels that a loss assumes."""
    return torch.where(torch.rand_like(scores) < SHARE, -scores, scores)


class LabelFlipping(Base):
    """Wrong labels in the discriminator's loss alone."""

    def loss_on_real(self, scores: Tensor) -> Tensor:
        return softplus(-flip(scores)).mean()

    def loss_on_fake(self, scores: Tensor) -> Tensor:
        return softplus(flip(scores)).mean()
