"""The optimiser of a player."""

import torch
from torch import nn

from benchmark.config import VariantConfig


def make_optimizer(variant_config: VariantConfig, player: nn.Module) -> torch.optim.Optimizer:
    """Make the optimiser of a player."""
    if variant_config.optimizer == "Adam":
        return torch.optim.Adam(
            player.parameters(),
            lr=variant_config.lr,
            betas=variant_config.betas or (0.9, 0.999),
            fused=True,
        )
    return torch.optim.RMSprop(player.parameters(), lr=variant_config.lr, foreach=True)
