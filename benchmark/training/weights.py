"""Trained weights: a safetensors file that says by itself how to sample from it."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file

import gans
from gans.common.variant import Variant


def save(variant: Variant, path: Path, card: dict[str, Any]) -> None:
    """Write the weights and a card with at least ``variant``, ``shape`` and ``model``."""
    tensors = {name: value.contiguous().cpu() for name, value in variant.state_dict().items()}
    # one key: the order of several would differ from run to run
    save_file(tensors, path, metadata={"card": json.dumps(card, sort_keys=True)})


def card(path: Path) -> dict[str, Any]:
    """What ``save`` was told about the weights."""
    with safe_open(path, framework="pt") as file:
        return json.loads(file.metadata()["card"])


def load(path: Path, device: torch.device | str = "cpu") -> Variant:
    """The variant, ready to sample, in evaluation mode."""
    told = card(path)
    variant = gans.load(told["variant"])(tuple(told["shape"]), **told["model"])
    with safe_open(path, framework="pt") as file:
        variant.load_state_dict({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118
    return variant.to(device).eval()
