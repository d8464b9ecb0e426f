"""Draw from trained variants: samples, and several outputs for one input."""

import numpy as np
import torch

from benchmark.common.seeds import stream
from benchmark.data.pixels import quantise, to_unit
from gans.common.variant import Conditional, Variant


def draw(
    variant: Variant, n: int, *, seed: int, batch: int = 500, sources: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray | None]:
    """``n`` samples, as they are kept; the first of them do not depend on ``n``.

    Those of a conditional variant are of all classes in turn.

    Args:
        variant: in evaluation mode.
        n: number of samples.
        seed: of the run.
        batch: samples at a time.
        sources: images that a variant of images makes others of, uint8 ``(n, c, h, w)``; captions
            that it draws, int64 ``(n, words)``.

    Returns:
        The samples, and the class that each was asked for, ``(n,)``, or None.
    """
    torch.manual_seed(stream(seed, "samples"))
    parts, asked = [], []
    with torch.no_grad():
        for start in range(0, n, batch):
            condition = None
            if variant.condition_key == "condition" and sources is not None:
                condition = to_unit(torch.from_numpy(sources[start : start + batch]))
            if isinstance(variant, Conditional):
                condition = torch.arange(start, start + batch) % variant.classes
                asked.append(condition)
            parts.append(quantise(variant.sample(batch, condition)).cpu())
    wanted = torch.cat(asked)[:n].numpy() if asked else None
    return torch.cat(parts)[:n].numpy(), wanted
