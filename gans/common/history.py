"""A history of generated samples for a discriminator (Shrivastava et al. 2017, arXiv:1612.07828).

Section 2.3: a discriminator that sees only the newest samples forgets earlier ones, and the
generator can return to them.
"""

import torch
from torch import Tensor, nn


class History(nn.Module):
    """A buffer of past samples that replaces half of the new samples by old ones.

    The history has no parameters. Its state is in buffers, so that a resumed run continues with it.

    Args:
        shape: shape of one sample.
        size: capacity in samples; 0 returns the new samples unchanged.
    """

    images: Tensor
    count: Tensor

    def __init__(self, shape: tuple[int, ...], size: int) -> None:
        super().__init__()
        self.register_buffer("images", torch.zeros(size, *shape))
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))

    def forward(self, samples: Tensor) -> Tensor:
        """Store new samples ``(n, *shape)`` and return as many new or past ones.

        While the buffer is not full, it stores and returns all new samples. Afterwards each new
        sample is returned with probability 1/2; otherwise it replaces a random stored sample,
        which is returned instead.

        Raises:
            ValueError: the minibatch is larger than the buffer.
        """
        n, size = len(samples), len(self.images)
        if not size:
            return samples
        if n > size:
            raise ValueError(
                f"expected a minibatch of at most {size} samples, the history's size, got {n}; "
                "raise history or lower the batch size"
            )
        random = torch.randperm(size)[:n].to(samples.device)
        swapped = (torch.rand(n) < 0.5).to(samples.device)
        position = self.count + torch.arange(n, device=samples.device)
        is_free = position < size
        slots = torch.where(is_free, position, random)
        stored = self.images[slots]
        returned = torch.where(_broadcast(swapped & ~is_free, samples), stored, samples)
        self.images[slots] = torch.where(_broadcast(swapped | is_free, samples), samples, stored)
        self.count += n
        return returned


def _broadcast(mask: Tensor, samples: Tensor) -> Tensor:
    """Reshape a mask ``(n,)`` so that it broadcasts over samples ``(n, ...)``."""
    return mask.view(-1, *[1] * (samples.dim() - 1))
