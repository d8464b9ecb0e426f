"""Whether a clip shows the same thing from its first frame to its last, as a classifier sees it.

Tulyakov et al. 2018 (MoCoGAN), arXiv:1707.04993, section 4, hold features of a face against each
other from frame to frame (average content distance); here it is classes.
"""

import numpy as np


def content_consistency(classes: np.ndarray) -> float:
    """Share of the clips all of whose frames are of one class, 0 to 1.

    A classifier that takes whatever it does not know for one and the same class makes it 1 for
    noise: it says nothing without a measure of quality beside it.

    Args:
        classes: the class of each frame, ``(n, t)``.

    Raises:
        ValueError: there are no clips, or no frames.
    """
    classes = np.asarray(classes)
    if classes.ndim != 2 or not classes.size:
        raise ValueError(f"classes of shape {classes.shape}, where (n, t) is wanted")
    return float((classes == classes[:, :1]).all(axis=1).mean())
