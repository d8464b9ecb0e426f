"""Orthogonal regularisation of weights (Brock et al. 2019, arXiv:1809.11096, section 3.1)."""

import torch
from torch import Tensor, nn


def orthogonality_penalty(network: nn.Module) -> Tensor:
    """Sum the squares of the inner products of different filters (equation 3 without beta).

    Filters of one layer count, all but those of the shared class embedding, and before spectral
    normalisation. Their norms are not penalised.

    Args:
        network: a generator.
    """
    penalties = [
        sum_inner_products(weight.flatten(1))
        for name, weight in network.named_parameters()
        if weight.dim() > 1 and name != "embedding.weight"
    ]
    return torch.stack(penalties).sum()


def sum_inner_products(matrix: Tensor) -> Tensor:
    """Sum the squares of the inner products of different rows of a matrix.

    The products of a matrix with its transpose, in either order, have equal norms; the smaller one
    is computed.
    """
    with torch.autocast(matrix.device.type, enabled=False):
        products = matrix @ matrix.T if len(matrix) <= matrix.shape[1] else matrix.T @ matrix
        return products.square().sum() - matrix.square().sum(dim=1).square().sum()
