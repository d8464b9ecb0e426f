"""A history of samples for a discriminator (Shrivastava et al. 2017, arXiv:1612.07828, section 2.3).

A discriminator that sees only the newest samples forgets what the generator did before, and lets it
return there.
"""

import torch
from torch import Tensor, nn


class History(nn.Module):
    """The last samples, some of which are shown again in place of new ones.

    Without parameters, so that it is no player's; what it holds are buffers, which a resumed run
    finds as they were.

    Args:
        shape: of one sample.
        size: samples that it holds; with 0, new ones are always shown.
    """

    images: Tensor
    count: Tensor

    def __init__(self, shape: tuple[int, ...], size: int) -> None:
        super().__init__()
        self.register_buffer("images", torch.zeros(size, *shape))
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))

    def forward(self, samples: Tensor) -> Tensor:
        """As many samples ``(n, *shape)``, some of them of before.

        While there is room, all samples are kept and shown. Then each is shown with probability
        one half; if not, it takes the place of a random one, which is shown instead.

        Raises:
            ValueError: there are more samples than the history holds.
        """
        n, size = len(samples), len(self.images)
        if not size:
            return samples
        if n > size:
            raise ValueError(f"a history of {size} samples cannot serve a minibatch of {n}")
        random = torch.randperm(size)[:n].to(samples.device)
        swapped = (torch.rand(n) < 0.5).to(samples.device)
        turn = self.count + torch.arange(n, device=samples.device)
        room = turn < size
        places = torch.where(room, turn, random)
        old = self.images[places]
        shown = torch.where(_wide(swapped & ~room, samples), old, samples)
        self.images[places] = torch.where(_wide(swapped | room, samples), samples, old)
        self.count += n
        return shown


def _wide(mask: Tensor, samples: Tensor) -> Tensor:
    """A mask ``(n,)`` as one over all of each sample."""
    return mask.view(-1, *[1] * (samples.dim() - 1))
