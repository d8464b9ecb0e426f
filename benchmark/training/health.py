"""Quantities that show whether a run trains well: norms, and discriminator scores."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.utils import get_total_norm

from benchmark.data.pixels import to_unit
from gans.common.variant import Variant

Arrays = tuple[Tensor, Tensor | None]  # images and their conditions


def compute_norms(parameters: Sequence[Tensor]) -> dict[str, Tensor]:
    """Compute the norms of the gradients and of the weights of a player."""
    gradients = [p.grad for p in parameters if p.grad is not None]
    return {
        "gradient_norm": get_total_norm(gradients),
        "weight_norm": get_total_norm(parameters),
    }


def compute_scores(
    variant: Variant, real: dict[str, Arrays], *, size: int, device: torch.device
) -> dict[str, Tensor]:
    """Compute the discriminator scores of a batch of each kind of images.

    Args:
        variant: in training.
        real: images and conditions of ``train`` and optionally ``held_out``.
        size: of a batch.
        device: of the variant.

    Returns:
        Scores ``(size,)`` of the kinds in ``real`` and of ``generated`` images; empty if the
        variant has no discriminator.
    """
    batches = {kind: draw_batch(*arrays, size=size, device=device) for kind, arrays in real.items()}
    _, condition = batches["train"]
    condition = variant.choose_condition(condition, random=variant.random_condition(size))
    batches["generated"] = variant.sample(size, condition), condition
    scores = {}
    for kind, (images, conditions) in batches.items():
        score = variant.discriminator_score(images, conditions)
        if score is not None:
            scores[kind] = score
    return scores


def summarise_scores(scores: dict[str, Tensor], boundary: float | None) -> dict[str, Tensor]:
    """Compute the mean discriminator score and the accuracy of each kind of images.

    Args:
        scores: of ``train``, ``generated`` and optionally ``held_out`` images, each ``(n,)``.
        boundary: scores above it mean real; None for the median of the scores of training images
            and samples together, which favours neither.

    Returns:
        ``score_<kind>`` and ``accuracy_<kind>``, scalars.
    """
    threshold = torch.cat([scores["train"], scores["generated"]]).median()
    if boundary is not None:
        threshold = torch.full_like(threshold, boundary)
    summary = {}
    for kind, kind_scores in scores.items():
        summary[f"score_{kind}"] = kind_scores.mean()
        correct = kind_scores <= threshold if kind == "generated" else kind_scores > threshold
        summary[f"accuracy_{kind}"] = correct.float().mean()
    return summary


def draw_batch(
    images: Tensor, conditions: Tensor | None, *, size: int, device: torch.device
) -> tuple[Tensor, Tensor | None]:
    """Draw a batch of images uniformly, with their conditions, in [-1, 1].

    Args:
        images: uint8 ``(n, ...)``.
        conditions: ``(n, ...)``; if their number differs from that of the images, they are
            unpaired and batches independently.
        size: of the batch.
        device: of the batch.
    """
    indices = torch.randint(len(images), (size,)).to(images.device)
    condition = None
    if conditions is not None:
        condition_indices = indices
        if len(conditions) != len(images):
            condition_indices = torch.randint(len(conditions), (size,)).to(conditions.device)
        condition = to_unit(conditions[condition_indices].to(device))
    return to_unit(images[indices].to(device)), condition
