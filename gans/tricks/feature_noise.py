r"""Feature noise: noise in the hidden layers of the discriminator, which fades.

Salimans et al., 2016, arXiv:1606.03498, section 6.1.

Noise is said to make the discriminator weaker and more robust, most of all at the start.

$$h \to h + \sigma_t \, \epsilon, \qquad \epsilon \sim N(0, I), \qquad
  \sigma_t = 0.1 \, (1 - t) \text{ after the share } t \text{ of the budget}$$

Departs from the paper: its noise does not fade.
"""

import torch
from torch import Tensor, nn

from gans.tricks._base import Base

STD = 0.1  # at the start


class FeatureNoise(Base):
    """Noise after each activation of the discriminator, in training."""

    def score(self, samples: Tensor) -> Tensor:
        def add_noise(_: nn.Module, __: object, output: Tensor) -> Tensor:
            return output + STD * (1 - self.progress) * torch.randn_like(output)

        layers = [
            layer for layer in self.discriminator.modules() if isinstance(layer, nn.LeakyReLU)
        ]
        hooks = [layer.register_forward_hook(add_noise) for layer in layers]
        scores = super().score(samples)
        for hook in hooks:
            hook.remove()
        return scores
