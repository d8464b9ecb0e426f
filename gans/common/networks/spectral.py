"""Spectral normalisation (Miyato et al. 2018, arXiv:1802.05957) that is robust to weight averaging.

PyTorch's implementation keeps two singular vectors and assumes that they have norm 1. An average of
unit vectors is shorter, so that the weights of an averaged generator are too large, on digits
by up to a fifth. This implementation keeps one vector and normalises it at each use.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize
from torch.nn.utils.parametrize import register_parametrization


class SpectralNorm(nn.Module):
    """A weight, as a matrix with one row per output, divided by its largest singular value.

    Args:
        weight: the initial value of the weight.
        dim: the output dimension of the weight.
    """

    right: Tensor  # the right singular vector

    def __init__(self, weight: Tensor, dim: int) -> None:
        super().__init__()
        self.dim = dim
        matrix = self.matrix(weight.detach())
        self.register_buffer("right", normalize(torch.randn_like(matrix[0]), dim=0))
        for _ in range(15):  # as PyTorch does, so that the first steps are accurate
            self.right.copy_(self.iterate(matrix))

    def matrix(self, weight: Tensor) -> Tensor:
        """Reshape a weight to a matrix with one row per output."""
        return weight.transpose(0, self.dim).flatten(1)

    def iterate(self, matrix: Tensor) -> Tensor:
        """Run one step of the power iteration (algorithm 1)."""
        return normalize(matrix.T @ normalize(matrix @ self.right, dim=0), dim=0)

    def forward(self, weight: Tensor) -> Tensor:
        matrix = self.matrix(weight)
        with torch.no_grad():
            right = self.iterate(matrix)
            if self.training:
                self.right.copy_(right)
        return weight / (matrix @ right).norm()  # the norm has gradient u v', as in equation 11


def apply_spectral_norm(network: nn.Module) -> nn.Module:
    """Give every linear and convolutional layer of a network spectral norm 1, in place."""
    for layer in list(network.modules()):
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            dim = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
            register_parametrization(layer, "weight", SpectralNorm(layer.weight, dim))
    return network
