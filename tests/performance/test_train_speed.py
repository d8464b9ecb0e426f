"""The loops that `make bench-train` compares do the same: they differ in how they are written."""

import itertools

import numpy as np
import pytest
import torch

from benchmark.data.pixels import to_unit
from tests.performance import train_speed


@pytest.mark.parametrize("name", sorted(train_speed.TEXTBOOK))
def test_the_textbook_loop_equals_the_trainer(name, monkeypatch):
    monkeypatch.setattr(train_speed, "BATCH", 8)
    pixels = np.repeat(np.random.default_rng(0).integers(0, 256, (1, 32, 32), np.uint8), 8, axis=0)
    real = to_unit(torch.from_numpy(pixels[:, None]))
    monkeypatch.setattr(train_speed, "endless", lambda pixels: itertools.repeat(real))
    textbook, variant = train_speed.build(name), train_speed.build(name)
    monkeypatch.setattr(train_speed, "build", lambda name: variant)
    before = [weight.clone() for weight in variant.state_dict().values()]
    for loop in (
        train_speed.TEXTBOOK[name](textbook, pixels),
        train_speed.ours(name, pixels, "float32"),
    ):
        torch.manual_seed(1)
        loop()
    assert any(
        not torch.equal(one, other)
        for one, other in zip(before, variant.state_dict().values(), strict=True)
    )
    # Adam's first step has the sign of the gradient: where that is almost zero, rounding decides
    close = [
        torch.isclose(one, other, rtol=1e-3, atol=1e-5).flatten()
        for one, other in zip(textbook.parameters(), variant.parameters(), strict=True)
    ]
    assert torch.cat(close).float().mean() > 0.99
