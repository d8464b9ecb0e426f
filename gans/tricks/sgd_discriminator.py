r"""SGD for the discriminator: Adam for the generator only.

A rule of tutorials: Chintala, Denton, Arjovsky and Mathieu, 2016, https://github.com/soumith/ganhacks, tip 9.

A discriminator that learns by plain gradient descent is said to be more stable.

$$\theta_D \leftarrow \theta_D - \eta \, \nabla L_D$$
"""

from gans.tricks._base import Base


class SGDDiscriminator(Base):
    """The base; its entry in params.yaml has an optimiser of the discriminator under ``players``."""
