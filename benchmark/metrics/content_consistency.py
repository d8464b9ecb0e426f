"""Whether a clip shows the same content in all frames, by the classes of a classifier."""

import numpy as np


def content_consistency(frame_classes: np.ndarray) -> float:
    """Compute the share of clips whose frames all have one class.

    A classifier that assigns all unfamiliar images to one class makes the share 1 for noise:
    compare it together with a measure of quality.

    Args:
        frame_classes: class of each frame, ``(n, t)``.

    Returns:
        0 to 1.

    Raises:
        ValueError: there are no clips, or no frames.

    Source:
        After the average content distance of Tulyakov et al. 2018 (MoCoGAN), arXiv:1707.04993,
        section 4, which compares features of a face from frame to frame; here it is classes.
    """
    frame_classes = np.asarray(frame_classes)
    if frame_classes.ndim != 2 or not frame_classes.size:
        raise ValueError(f"expected classes of shape (n, t), got {frame_classes.shape}")
    return float((frame_classes == frame_classes[:, :1]).all(axis=1).mean())
