r"""Saturating label flipping: 5 % wrong labels, with the minimax loss.

A rule of tutorials: Chintala, Denton, Arjovsky and Mathieu, 2016, https://github.com/soumith/ganhacks, tip 6.

Wrong labels bound the scores of the discriminator's optimum, and so keep a gradient for the
generator.

$$L_G = \mathbb{E}_z[\log(1 - D(G(z)))]$$
"""

from gans.tricks._saturating import Saturating
from gans.tricks.label_flipping import LabelFlipping


class SaturatingLabelFlipping(LabelFlipping, Saturating):
    """`label_flipping`, but with the minimax loss in place of the non-saturating one."""
