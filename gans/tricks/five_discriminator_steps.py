r"""Five steps of D: the discriminator takes five for each step of the generator.

Goodfellow et al., 2014, arXiv:1406.2661, algorithm 1.

The generator's loss approximates a divergence of distributions only if the discriminator is near
its optimum.

$$\theta_D \leftarrow \theta_D - \eta \, \nabla L_D \text{ on } k \text{ new minibatches, then }
  \theta_G \leftarrow \theta_G - \eta \, \nabla L_G$$
"""

from gans.tricks.two_discriminator_steps import TwoDiscriminatorSteps


class FiveDiscriminatorSteps(TwoDiscriminatorSteps):
    """The base with five steps of the discriminator."""

    k = 5
