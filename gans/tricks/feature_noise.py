r"""Feature noise: noise in the hidden layers of the discriminator, which fades.

A rule of tutorials: Chintala, Denton, Arjovsky and Mathieu, 2016, https://github.com/soumith/ganhacks, tip 13.
Zhao, Mathieu and LeCun, 2017, arXiv:1609.03126, is named there.

Noise is said to make the discriminator weaker and more robust, most of all at the start.

$$h \to h + \sigma_t \, \epsilon, \qquad \epsilon \sim N(0, I), \qquad
  \sigma_t = 0.1 \, (1 - t) \text{ after the share } t \text{ of the budget}$$
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
