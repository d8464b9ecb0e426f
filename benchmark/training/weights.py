"""Trained weights as a safetensors file, with a card of the arguments to build the variant."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

import gans
from benchmark.common.files import expect_form, read_tensors
from benchmark.common.writing import save_tensors
from gans.common.variant import Variant


def save(variant: Variant, path: Path, card: dict[str, Any]) -> None:
    """Write the weights, and a card with at least ``variant``, ``shape`` and ``model``."""
    tensors = {name: value.contiguous().cpu() for name, value in variant.state_dict().items()}
    # one key: the order of several differs from run to run
    save_tensors(path, tensors, metadata={"card": json.dumps(card, sort_keys=True)})


def read_card(path: Path) -> dict[str, Any]:
    """Read the card of the weights, as ``save`` wrote it."""
    with expect_form(path, "weights with a card"), safe_open(path, framework="pt") as file:
        if "card" not in (file.metadata() or {}):
            raise ValueError("no card")
        return json.loads(file.metadata()["card"])


def load(path: Path, device: torch.device | str = "cpu") -> Variant:
    """Load a variant with its weights, in evaluation mode."""
    card = read_card(path)
    with expect_form(path, "weights of a variant in gans/"):
        variant = gans.load(card["variant"])(tuple(card["shape"]), **card["model"])
        variant.load_state_dict(read_tensors(path))
    return variant.to(device).eval()
