"""The path length regulariser (Karras et al. 2020, arXiv:1912.04958, section 3.2)."""

from math import prod, sqrt

import torch
from torch import Tensor, nn


class PathLengthPenalty(nn.Module):
    """The path length regulariser of section 3.2 (equation 4).

    A step in any direction of the styles should change a sample by the same length: the norms of
    products of the Jacobian with random samples, averaged over layers, are pulled to their mean.

    Args:
        decay: share of the newest minibatch in the running mean.
    """

    mean: Tensor  # a of equation 4

    def __init__(self, decay: float = 0.01) -> None:
        super().__init__()
        self.decay = decay
        self.register_buffer("mean", torch.tensor(0.0))

    def forward(self, samples: Tensor, styles: Tensor) -> Tensor:
        """Compute the penalty, a scalar, and update the running mean.

        Args:
            samples: ``(n, *shape)``, differentiable with respect to the styles.
            styles: of all layers, ``(n, layers, latent)``.
        """
        lengths = path_lengths(samples, styles)
        self.mean.lerp_(lengths.detach().mean(), self.decay)
        return (lengths - self.mean).square().mean()


def path_lengths(samples: Tensor, styles: Tensor) -> Tensor:
    """Compute the norms of products of the Jacobian with random directions, ``(n,)``.

    The directions are standard normal and divided by the square root of the number of pixels. The
    root of the mean over layers is taken, as in the authors' code.

    Args:
        samples, styles: as for `PathLengthPenalty.forward`.
    """
    directions = torch.randn_like(samples) / sqrt(prod(samples.shape[2:]))
    (slopes,) = torch.autograd.grad((samples * directions).sum(), styles, create_graph=True)
    return slopes.float().square().sum(dim=2).mean(dim=1).sqrt()
