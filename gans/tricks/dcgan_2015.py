r"""DCGAN as of 2015: the settings of its paper, as far as the networks allow.

Radford, Metz and Chintala, 2016, arXiv:1511.06434, sections 3 and 4.

Batch normalisation in both players, weights from a narrow Gaussian, uniform latents, and Adam with a
learning rate of 0.0002 and a first moment that decays with 0.5.

$$w \sim N(0, 0.02^2), \qquad z \sim U(-1, 1)^d, \qquad \beta_1 = 0.5$$
"""

from gans.tricks.dcgan_initialisation import DCGANInitialisation
from gans.tricks.discriminator_batch_norm import DiscriminatorBatchNorm
from gans.tricks.uniform_latents import UniformLatents


class DCGAN2015(UniformLatents, DCGANInitialisation, DiscriminatorBatchNorm):
    """The base with three tricks; its entry in params.yaml has Adam's settings."""
