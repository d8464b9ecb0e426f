r"""Saturating lazy R1: a penalty on the gradient at real samples, with the minimax loss.

Mescheder, Geiger and Nowozin, 2018, arXiv:1801.04406, equation 9.

A discriminator that is not steep at the data cannot be sure everywhere. The gradient of the minimax
loss is said not to vanish then.

$$L_G = \mathbb{E}_z[\log(1 - D(G(z)))], \qquad
  R_1 = \tfrac{\gamma}{2} \, \mathbb{E}_x[\|\nabla_x D(x)\|^2]$$
"""

from gans.tricks._saturating import Saturating
from gans.tricks.lazy_r1 import LazyR1


class SaturatingLazyR1(LazyR1, Saturating):
    """`lazy_r1`, but with the minimax loss in place of the non-saturating one."""
