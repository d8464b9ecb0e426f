"""Players of a game between translators of which it is known by hand what they do."""

import torch
from torch import nn


class Plus(nn.Module):
    """Adds a number to an image."""

    def __init__(self, number: float) -> None:
        super().__init__()
        self.number = nn.Parameter(torch.tensor(number))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images + self.number
