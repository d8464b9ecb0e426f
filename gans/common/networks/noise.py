"""Noise that fades over a run, on images or features (Sønderby et al. 2017, arXiv:1610.04490).

Section 3.2: noise on the inputs of a discriminator makes the distributions of real and generated
images overlap, so that the discriminator cannot become perfect.
"""

import torch
from torch import Tensor, nn


class FadingNoise(nn.Module):
    """Adds Gaussian noise in training; its standard deviation falls linearly from sigma to 0.

    A variant calls `fade` in its `set_progress`. The layer has no parameters.

    Args:
        sigma: standard deviation at the start of the run.
    """

    deviation: Tensor

    def __init__(self, sigma: float) -> None:
        super().__init__()
        self.sigma = sigma
        self.register_buffer("deviation", torch.tensor(float(sigma)))

    def fade(self, progress: float) -> None:
        """Set the standard deviation for a completed share of the budget, 0 to 1."""
        self.deviation.fill_(self.sigma * (1 - progress))

    def forward(self, features: Tensor) -> Tensor:
        if not self.training:
            return features
        return features + self.deviation * torch.randn_like(features)
