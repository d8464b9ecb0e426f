"""How far apart two sets of features are, as a loss."""

from collections.abc import Sequence

import torch
from torch import Tensor


def squared_mmd(ours: Tensor, theirs: Tensor, widths: Sequence[float]) -> Tensor:
    """The squared maximum mean discrepancy under a mean of Gaussian kernels, a scalar, 0 to 2.

    Each point is compared with itself too, so that it is never below 0 (Gretton et al. 2012, JMLR
    13, equation 5).

    Args:
        ours, theirs: features ``(n, d)`` and ``(m, d)``.
        widths: standard deviations of the kernels, in units of the root mean square difference of
            a feature.
    """
    both, n = torch.cat([ours, theirs]), len(ours)
    lengths = both.square().sum(dim=1)
    apart = (lengths[:, None] + lengths - 2 * both @ both.t()).clamp(min=0) / both.shape[1]
    kernel = torch.stack([torch.exp(-apart / (2 * own**2)) for own in widths]).mean(dim=0)
    return kernel[:n, :n].mean() + kernel[n:, n:].mean() - 2 * kernel[:n, n:].mean()
