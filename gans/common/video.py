"""What the variants that make clips share."""

import torch
from torch import Tensor

from gans.common.variant import Variant


class Video(Variant):
    """A variant that makes clips of noise.

    Args:
        shape: of a clip, ``(channels, frames, height, width)``.
        latent: number of components of the noise of a clip.

    Raises:
        ValueError: the shape is not that of a clip.
    """

    def __init__(self, shape: tuple[int, ...], latent: int) -> None:
        if len(shape) != 4:
            raise ValueError(f"it makes clips (c, t, h, w), not samples of shape {tuple(shape)}")
        super().__init__(shape, latent)


def consecutive(clips: Tensor, count: int) -> Tensor:
    """So many frames of each clip, one after the other, from a moment drawn for each.

    Args:
        clips: ``(n, c, t, h, w)``.
        count: of frames, at most t.

    Returns:
        ``(n, c, count, h, w)``.
    """
    n, _, frames = clips.shape[:3]
    if count == frames:
        return clips
    first = torch.randint(frames - count + 1, (n, 1), device=clips.device)
    moments = first + torch.arange(count, device=clips.device)
    each = torch.arange(n, device=clips.device)[:, None]
    return clips[each, :, moments].movedim(1, 2)
