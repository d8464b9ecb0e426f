"""The contract of video variants, and temporal crops of clips."""

import torch
from torch import Tensor

from gans.common.variant import Shape, Variant


class Video(Variant):
    """A variant whose samples are clips.

    Args:
        shape: ``(channels, frames, height, width)`` of a clip.
        latent: number of components of the noise of a clip.

    Raises:
        ValueError: the shape does not belong to a clip.
    """

    def __init__(self, shape: Shape, latent: int) -> None:
        if len(shape) != 4:
            raise ValueError(
                f"expected clips of shape (c, t, h, w), got samples of shape {tuple(shape)}; "
                "use a data set of clips"
            )
        super().__init__(shape, latent)


def random_temporal_crop(clips: Tensor, frames: int) -> Tensor:
    """Crop each clip to consecutive frames that start at a random one.

    Args:
        clips: ``(n, c, t, h, w)``.
        frames: number of frames to keep, at most t.

    Returns:
        ``(n, c, frames, h, w)``.
    """
    n, _, length = clips.shape[:3]
    if frames == length:
        return clips
    first = torch.randint(length - frames + 1, (n, 1), device=clips.device)
    frame_indices = first + torch.arange(frames, device=clips.device)
    indices = torch.arange(n, device=clips.device)[:, None]
    return clips[indices, :, frame_indices].movedim(1, 2)
