r"""Two steps of D: the discriminator takes two for each step of the generator.

Goodfellow et al., 2014, arXiv:1406.2661, algorithm 1.

The generator's loss approximates a divergence of distributions only if the discriminator is near
its optimum.

$$\theta_D \leftarrow \theta_D - \eta \, \nabla L_D \text{ on } k \text{ new minibatches, then }
  \theta_G \leftarrow \theta_G - \eta \, \nabla L_G$$
"""

from gans.common.variant import Batches, Losses
from gans.tricks._base import Base


class TwoDiscriminatorSteps(Base):
    """The base with ``k`` steps of the discriminator, each on new data and samples."""

    k = 2

    def step(self, batches: Batches) -> Losses:
        for _ in range(self.k - 1):
            real = next(batches)
            yield self.discriminator, self.discriminator_losses(real, self.fake(len(real)))
        yield from super().step(batches)
