r"""Saturating one-sided label smoothing: targets of 0.9, with the minimax loss.

Goodfellow, 2016, arXiv:1701.00160, section 4.2.

A target of 0.9 for real samples is said to keep the discriminator from extreme scores, at which
the minimax loss has no gradient.

$$L_G = \mathbb{E}_z[\log(1 - D(G(z)))]$$
"""

from gans.tricks._saturating import Saturating
from gans.tricks.one_sided_smoothing import OneSidedSmoothing


class SaturatingOneSidedSmoothing(OneSidedSmoothing, Saturating):
    """`one_sided_smoothing`, but with the minimax loss in place of the non-saturating one."""
