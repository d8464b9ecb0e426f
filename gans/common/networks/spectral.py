"""Spectral normalisation (Miyato et al. 2018, arXiv:1802.05957) that survives a moving average.

PyTorch's keeps two singular vectors and takes for granted that they have length 1. The average of
unit vectors is shorter, and the weights of an averaged generator come out too large, on the digits
by up to a fifth. Here one vector is kept, and brought to length 1 whenever it is used.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize
from torch.nn.utils.parametrize import register_parametrization


class SpectralNorm(nn.Module):
    """A weight, as a matrix of its outputs, divided by its largest singular value.

    Args:
        weight: as it is at first.
        dim: the dimension that counts outputs.
    """

    def __init__(self, weight: Tensor, dim: int) -> None:
        super().__init__()
        self.dim = dim
        matrix = self.matrix(weight.detach())
        self.register_buffer("right", normalize(torch.randn_like(matrix[0]), dim=0))
        for _ in range(15):  # as PyTorch does, so that the first steps are not far off
            self.right.copy_(self.iterate(matrix))

    right: Tensor  # the right singular vector

    def matrix(self, weight: Tensor) -> Tensor:
        return weight.transpose(0, self.dim).flatten(1)

    def iterate(self, matrix: Tensor) -> Tensor:
        """One step of the power iteration (algorithm 1)."""
        return normalize(matrix.T @ normalize(matrix @ self.right, dim=0), dim=0)

    def forward(self, weight: Tensor) -> Tensor:
        matrix = self.matrix(weight)
        with torch.no_grad():
            right = self.iterate(matrix)
            if self.training:
                self.right.copy_(right)
        return weight / (matrix @ right).norm()  # its gradient is u v', as equation 11 has it


def normalised(network: nn.Module) -> nn.Module:
    """The network, all its layers made to have spectral norm 1."""
    for layer in list(network.modules()):
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            dim = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
            register_parametrization(layer, "weight", SpectralNorm(layer.weight, dim))
    return network
