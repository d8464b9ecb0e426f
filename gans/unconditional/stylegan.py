r"""StyleGAN: A Style-Based Generator Architecture for Generative Adversarial Networks.

Karras, Laine and Aila, 2019, arXiv:1812.04948, section 2 and equation 1.

A mapping network unfolds the noise into a space w. From w each layer is told its style: deviation
and mean of each feature map. What is left to chance has noise of its own, and what is enlarged is a
constant. Samples with two styles keep layers from relying on each other. The loss is that for FFHQ.

$$\mathrm{AdaIN}(x_i, y) = y_{s,i} \, (x_i - \mu(x_i)) / \sigma(x_i) + y_{b,i}$$

$$L_D = \mathbb{E}_x[\mathrm{softplus}(-D(x))] + \mathbb{E}_z[\mathrm{softplus}(D(G(z)))]
      + \tfrac{\gamma}{2} \mathbb{E}_x[\|\nabla_x D(x)\|^2], \qquad
  L_G = \mathbb{E}_z[\mathrm{softplus}(-D(G(z)))]$$

Departs from the paper: full size from the beginning; the constant starts at random; a tanh bounds
the images. Vectors get the mapping network and, behind it, the perceptrons of the controlled rows.
"""

import torch
from torch import nn
from torch.nn.functional import softplus

from gans.common.networks import style
from gans.common.penalties import outputs_and_gradient_norm
from gans.common.variant import Losses, Variant


class StyleGAN(Variant):
    """A mapping and a synthesis network, trained as one player against a discriminator.

    Args:
        depth, mapping_rate: layers of the mapping network, and how fast they learn.
        mixing: share of the samples in training that have the styles of two.
        truncation, penalty_weight: psi (below 1, samples near the mean style) and gamma.
    """

    generator: nn.ModuleDict
    mean: torch.Tensor  # of the styles

    def __init__(
        self,
        shape,
        *,
        latent: int = 512,
        width: int = 16,  # the paper's at 1024x1024
        depth: int = 8,
        mapping_rate: float = 0.01,
        mixing: float = 0.9,
        truncation: float = 1.0,
        penalty_weight: float = 10.0,
    ) -> None:
        super().__init__(shape, latent)
        self.mixing, self.truncation, self.penalty_weight = mixing, truncation, penalty_weight
        self.generator = style.generator(shape, latent, width, depth=depth, rate=mapping_rate)
        self.discriminator = style.discriminator(shape, width)
        self.register_buffer("mean", torch.zeros(latent))

    def draw(self, n):
        """Samples for training, their styles mixed."""
        first, second = (self.generator["mapping"](self.noise(n)) for _ in range(2))
        self.mean.lerp_(first.detach().float().mean(dim=0), 0.005)
        return self.generator["synthesis"](style.mixed(first, second, self.shape, self.mixing))

    def step(self, batches) -> Losses:
        real = next(batches)
        with torch.no_grad():
            fake = self.draw(len(real))
        of_real, norm = outputs_and_gradient_norm(self.discriminator, real)
        losses = {
            "real": softplus(-of_real).mean(),
            "fake": softplus(self.discriminator(fake)).mean(),
            "r1": 0.5 * self.penalty_weight * norm.square().mean(),
        }
        yield self.discriminator, losses
        fake = self.draw(len(real))
        yield self.generator, {"adversarial": softplus(-self.discriminator(fake)).mean()}

    def sample(self, n, condition=None):
        styles = torch.lerp(self.mean, self.generator["mapping"](self.noise(n)), self.truncation)
        return self.generator["synthesis"](styles[:, None].expand(-1, style.layers(self.shape), -1))
