"""The maximum mean discrepancy between two sets of features."""

from collections.abc import Sequence

import torch
from torch import Tensor


def squared_mmd(x: Tensor, y: Tensor, widths: Sequence[float]) -> Tensor:
    """Return the squared maximum mean discrepancy for a mean of Gaussian kernels.

    The biased estimate, never below 0 (Gretton et al. 2012, JMLR 13, equation 5).

    Args:
        x, y: features ``(n, d)`` and ``(m, d)``.
        widths: standard deviations of the kernels, in units of the root mean square difference of
            a feature.

    Returns:
        A scalar, 0 to 2.
    """
    both, n = torch.cat([x, y]), len(x)
    norms = both.square().sum(dim=1)
    distances = (norms[:, None] + norms - 2 * both @ both.t()).clamp(min=0) / both.shape[1]
    kernel = torch.stack([torch.exp(-distances / (2 * width**2)) for width in widths]).mean(dim=0)
    return kernel[:n, :n].mean() + kernel[n:, n:].mean() - 2 * kernel[:n, n:].mean()
