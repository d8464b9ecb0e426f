r"""Two-sided label smoothing: random targets near 0 and 1.

Salimans et al., 2016, arXiv:1606.03498, section 3.4; random targets on both sides are a rule of
tutorials: Chintala et al., 2016, https://github.com/soumith/ganhacks, tip 6.

An overconfident discriminator gives the generator no gradient. Targets of 0.9 to 1 for real samples
and of 0 to 0.1 for generated ones are said to prevent it.

$$L_D = -\mathbb{E}[t \log D(x) + (1 - t) \log(1 - D(x))], \qquad
  t \sim U(0.9, 1) \text{ for real samples}, \quad t \sim U(0, 0.1) \text{ for others}$$

Departs from the paper: it smooths real samples alone. The tutorial's targets are 0.7 to 1.2 and 0 to
0.3.
"""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from gans.tricks._base import Base

WIDTH = 0.1  # of the range of targets


class TwoSidedSmoothing(Base):
    """Random targets on both sides, in the discriminator's loss alone."""

    def loss_on_real(self, scores: Tensor) -> Tensor:
        return cross_entropy(scores, 1 - WIDTH * torch.rand_like(scores))

    def loss_on_fake(self, scores: Tensor) -> Tensor:
        return cross_entropy(scores, WIDTH * torch.rand_like(scores))
