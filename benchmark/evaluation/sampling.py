"""Draw samples from trained variants."""

import numpy as np
import torch

from benchmark.common.seeds import stream
from benchmark.data.pixels import quantise, to_unit
from gans.common.variant import Conditional, Variant


def draw(
    variant: Variant, n: int, *, seed: int, batch: int = 500, conditions: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray | None]:
    """Draw ``n`` samples as they are stored; the first samples do not depend on ``n``.

    A conditional variant draws all classes in turn.

    Args:
        variant: in evaluation mode, on its device.
        n: number of samples.
        seed: of the run.
        batch: samples at a time.
        conditions: input images, uint8 ``(n, c, h, w)``, or captions, int64
            ``(n, words)``.

    Returns:
        The samples, and the class that each was drawn for, ``(n,)``, or None.
    """
    torch.manual_seed(stream(seed, "samples"))
    device = variant.device
    parts, labels = [], []
    with torch.no_grad():
        for start in range(0, n, batch):
            condition = None
            if variant.condition_key == "condition" and conditions is not None:
                condition = to_unit(torch.from_numpy(conditions[start : start + batch]).to(device))
            if isinstance(variant, Conditional):
                condition = torch.arange(start, start + batch, device=device) % variant.classes
                labels.append(condition)
            parts.append(quantise(variant.sample(batch, condition)).cpu())
    drawn_labels = torch.cat(labels)[:n].cpu().numpy() if labels else None
    return torch.cat(parts)[:n].numpy(), drawn_labels
