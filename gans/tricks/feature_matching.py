r"""Feature matching: the generator matches the mean features of real samples.

Salimans et al., 2016, arXiv:1606.03498, section 3.1.

A generator that maximises the output of the discriminator overtrains on the present one. The means
of its features f, which precede its last layer, are said to be a more stable goal.

$$L_G = \|\mathbb{E}_x[f(x)] - \mathbb{E}_z[f(G(z))]\|_2^2$$
"""

from torch import Tensor

from gans.tricks._base import Base


class FeatureMatching(Base):
    """The base with another loss of the generator."""

    def generator_losses(self, fake: Tensor, real: Tensor) -> dict[str, Tensor]:
        features = self.discriminator.get_submodule("features")
        difference = features(real).mean(0) - features(fake).mean(0)
        return {"matching": difference.square().sum()}
