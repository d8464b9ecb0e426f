r"""Saturating spectral normalisation: spectral norm 1 in each layer of D, with the minimax loss.

Miyato, Kataoka, Koyama and Yoshida, 2018, arXiv:1802.05957, section 2.1.

A 1-Lipschitz discriminator has bounded scores near the data. The gradient of the minimax loss is
said not to vanish then.

$$L_G = \mathbb{E}_z[\log(1 - D(G(z)))], \qquad W \to \frac{W}{\sigma(W)} \text{ in } D$$
"""

from gans.tricks._saturating import Saturating
from gans.tricks.spectral_discriminator import SpectralDiscriminator


class SaturatingSpectralDiscriminator(SpectralDiscriminator, Saturating):
    """`spectral_discriminator`, but with the minimax loss in place of the non-saturating one."""
