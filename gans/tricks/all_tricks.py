r"""All tricks together: those that papers agree on.

Salimans et al., 2016, arXiv:1606.03498; Sønderby et al., 2017, arXiv:1610.04490; Mescheder et al.,
2018, arXiv:1801.04406; Miyato et al., 2018, arXiv:1802.05957.

One-sided label smoothing, instance noise, lazy R1 and spectral normalisation of the discriminator:
each is said to keep a discriminator from becoming too strong.

$$L_D = L_\text{smoothed}(D(x + \sigma_t \epsilon), D(G(z) + \sigma_t \epsilon)) + R_1$$
"""

from gans.tricks.instance_noise import InstanceNoise
from gans.tricks.lazy_r1 import LazyR1
from gans.tricks.one_sided_smoothing import OneSidedSmoothing
from gans.tricks.spectral_discriminator import SpectralDiscriminator


class AllTricks(OneSidedSmoothing, InstanceNoise, LazyR1, SpectralDiscriminator):
    """The base with four tricks."""
