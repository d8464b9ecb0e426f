r"""StyleGAN: A Style-Based Generator Architecture for Generative Adversarial Networks.

Karras, Laine and Aila, 2019, arXiv:1812.04948, section 2 and equation 1.

A mapping network turns noise into a style w, which sets mean and standard deviation of the feature
maps in each layer of a synthesis network. Its input is a learnt constant; noise per pixel adds
stochastic detail. Mixing two styles decorrelates the layers. The loss is that for FFHQ.

$$\mathrm{AdaIN}(x_i, y) = y_{s,i} \, (x_i - \mu(x_i)) / \sigma(x_i) + y_{b,i}$$

$$L_D = \mathbb{E}_x[\mathrm{softplus}(-D(x))] + \mathbb{E}_z[\mathrm{softplus}(D(G(z)))]
      + \tfrac{\gamma}{2} \mathbb{E}_x[\|\nabla_x D(x)\|^2], \qquad
  L_G = \mathbb{E}_z[\mathrm{softplus}(-D(G(z)))]$$

Departs from the paper: full size from the start; a random constant; a tanh; one standard deviation
a minibatch, not per 4 images; D activates before it pools. Vectors: mapping and shared perceptron.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from gans.common.networks import style
from gans.common.penalties import outputs_and_gradient_norm
from gans.common.variant import Batches, Losses, Shape, Variant


class StyleGAN(Variant):
    """A mapping and a synthesis network, trained as one player against a discriminator.

    Args:
        depth, mapping_lr_scale: layers of the mapping network, and their learning-rate factor.
        mixing: probability of style mixing in training.
        truncation, penalty_weight: psi (below 1: samples near the mean style) and gamma.
    """

    generator: nn.ModuleDict
    mean: Tensor  # running mean of the styles

    def __init__(
        self,
        shape: Shape,
        *,
        latent: int = 512,
        width: int = 16,  # at 1024x1024 in the paper
        depth: int = 8,
        mapping_lr_scale: float = 0.01,
        mixing: float = 0.9,
        truncation: float = 1.0,
        penalty_weight: float = 10.0,
    ) -> None:
        super().__init__(shape, latent)
        self.mixing, self.truncation, self.penalty_weight = mixing, truncation, penalty_weight
        self.generator = style.generator(shape, latent, width, depth, mapping_lr_scale)
        self.discriminator = style.discriminator(shape, width)
        self.register_buffer("mean", torch.zeros(latent))

    def sample_mixed(self, n: int) -> Tensor:
        """Draw samples with mixed styles for training, and update the mean style."""
        first, second = (self.generator["mapping"](self.noise(n)) for _ in range(2))
        self.mean.lerp_(first.detach().float().mean(dim=0), 0.005)
        return self.generator["synthesis"](style.mix_styles(first, second, self.shape, self.mixing))

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        with torch.no_grad():
            fake = self.sample_mixed(len(real))
        on_real, norm = outputs_and_gradient_norm(self.discriminator, real)
        losses = {
            "real": softplus(-on_real).mean(),
            "fake": softplus(self.discriminator(fake)).mean(),
            "r1": 0.5 * self.penalty_weight * norm.square().mean(),
        }
        yield self.discriminator, losses
        fake = self.sample_mixed(len(real))
        yield self.generator, {"adversarial": softplus(-self.discriminator(fake)).mean()}

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        styles = torch.lerp(self.mean, self.generator["mapping"](self.noise(n)), self.truncation)
        return self.generator["synthesis"](style.repeat_style(styles, self.shape))
