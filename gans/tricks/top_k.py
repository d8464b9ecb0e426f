r"""Top-k: the generator learns from its best samples only.

Sinha et al., 2020, arXiv:2002.06224, section 3.

Samples that the discriminator calls bad are said to pull the generator in directions that do not
lead to the data.

$$L_G = -\frac{1}{k} \sum_{i \in \text{top-}k} \log D(G(z_i)), \qquad
  k = n \max(0.99^{100 t}, \tfrac{1}{2}) \text{ after the share } t \text{ of the budget}$$

Departs from the paper: there k shrinks once in an epoch, here after each hundredth of the budget.
"""

from torch import Tensor

from gans.tricks._base import Base

DECAY, LEAST = 0.99, 0.5


class TopK(Base):
    """The base whose generator's loss is that of its k best samples."""

    def loss_of_generator(self, scores: Tensor) -> Tensor:
        share = max(DECAY ** (100 * self.progress), LEAST)
        return super().loss_of_generator(scores.topk(max(1, round(share * len(scores)))).values)
