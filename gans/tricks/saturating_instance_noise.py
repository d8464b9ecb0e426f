r"""Saturating instance noise: noise that fades, with the minimax loss.

Arjovsky and Bottou, 2017, arXiv:1701.04862, section 3.

Samples and data with noise overlap, so that no discriminator separates them perfectly. The gradient
of the minimax loss is said not to vanish then.

$$L_G = \mathbb{E}_z[\log(1 - D(G(z)))]$$
"""

from gans.tricks._saturating import Saturating
from gans.tricks.instance_noise import InstanceNoise


class SaturatingInstanceNoise(InstanceNoise, Saturating):
    """`instance_noise`, but with the minimax loss in place of the non-saturating one."""
