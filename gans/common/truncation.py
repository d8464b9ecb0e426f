"""The truncation trick (Brock et al. 2019, arXiv:1809.11096, section 3.1)."""

from math import inf, sqrt

import torch
from torch import Tensor


def truncate(noise: Tensor, threshold: float) -> Tensor:
    """Turn normal noise into noise whose components beyond a threshold were drawn again.

    A monotone map of each component yields the same distribution as to draw until all components
    are small enough: the truncated normal distribution.

    Args:
        noise: standard normal, of any shape.
        threshold: maximum absolute value; infinity changes nothing.
    """
    if threshold == inf:
        return noise
    share = torch.erf(torch.tensor(threshold / sqrt(2), device=noise.device))
    return (sqrt(2) * torch.erfinv(share * torch.erf(noise / sqrt(2)))).clamp(-threshold, threshold)
