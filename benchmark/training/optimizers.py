"""How a player is updated: its optimiser, its learning rate, and the bounds of its gradient."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:  # it needs pydantic, which a GPU machine may lack
    from benchmark.config import VariantConfig


def make_optimizer(settings: "VariantConfig", player: nn.Module) -> torch.optim.Optimizer:
    """Make the optimiser of a player.

    Args:
        settings: see `VariantConfig.for_player`.
        player: a player of a variant.
    """
    parameters, lr = player.parameters(), settings.lr
    if settings.optimizer == "Adam":
        betas = settings.betas or (0.9, 0.999)
        return torch.optim.Adam(parameters, lr=lr, betas=betas, fused=True)
    if settings.optimizer == "AdamW":
        betas = settings.betas or (0.9, 0.999)
        decay = 0.01 if settings.weight_decay is None else settings.weight_decay
        return torch.optim.AdamW(parameters, lr=lr, betas=betas, weight_decay=decay, fused=True)
    momentum = settings.momentum or 0.0
    if settings.optimizer == "SGD":
        return torch.optim.SGD(parameters, lr=lr, momentum=momentum, fused=True)
    return torch.optim.RMSprop(parameters, lr=lr, momentum=momentum, foreach=True)


def decay_lr(settings: "VariantConfig", progress: float) -> float:
    """Compute the factor of the learning rate: 1, or from 1 to 0 by the schedule.

    Args:
        settings: see `VariantConfig.for_player`.
        progress: completed share of the budget, 0 to 1.
    """
    if settings.schedule == "constant" or progress <= settings.decay_from:
        return 1.0
    part = (progress - settings.decay_from) / (1 - settings.decay_from)
    return 1 - part if settings.schedule == "linear" else (1 + math.cos(math.pi * part)) / 2


def clip_gradients(settings: "VariantConfig", parameters: Iterable[Tensor]) -> None:
    """Bound the gradients of a player in place, if its settings say so."""
    if settings.max_gradient_norm is not None:
        nn.utils.clip_grad_norm_(parameters, settings.max_gradient_norm)
    if settings.max_gradient_value is not None:
        nn.utils.clip_grad_value_(parameters, settings.max_gradient_value)
