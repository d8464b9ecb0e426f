"""Discriminator scores of the plane, for variants whose samples are points."""

import torch
from torch import Tensor

from benchmark.data.batches import Batches
from gans.common.variant import Variant

PLANE = torch.linspace(-1.5, 1.5, 24)  # coordinates at which the plane is scored, along each axis
SEARCHED_POINTS = 2000  # training points to search for the nearest neighbour


def score_plane(variant: Variant, batches: Batches, device: torch.device) -> Tensor | None:
    """Compute discriminator scores on a grid in the plane, ``(side, side)``, y before x.

    The condition of a grid point is that of the nearest training point. None if the variant has no
    discriminator.
    """
    y, x = torch.meshgrid(PLANE, PLANE, indexing="ij")
    points = torch.stack([x, y], dim=-1).reshape(-1, 2).to(device)
    condition = None
    if batches.condition is not None:
        nearest = torch.cdist(points, batches.images[:SEARCHED_POINTS].to(device)).argmin(dim=1)
        condition = batches.condition[nearest]
    scores = variant.discriminator_score(points, condition)
    return None if scores is None else scores.reshape(len(PLANE), len(PLANE))
