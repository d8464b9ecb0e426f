"""The loops that `make bench-train` compares do the same: they differ in how they are written."""

import itertools
from dataclasses import fields
from functools import partial

import numpy as np
import pytest
import torch

from benchmark.config import VariantConfig
from benchmark.data.pixels import to_unit
from tests.performance import loops


@pytest.mark.parametrize("name", sorted(loops.TEXTBOOK))
def test_the_textbook_loop_equals_the_trainer(name):
    pixels = np.repeat(np.random.default_rng(0).integers(0, 256, (1, 32, 32), np.uint8), 8, axis=0)
    real = to_unit(torch.from_numpy(pixels[:, None]))
    textbook, variant = (loops.build_variant(name, side=32, width=16, n_critic=2) for _ in range(2))
    before = [weight.clone() for weight in variant.state_dict().values()]
    for loop in (
        loops.TEXTBOOK[name](textbook, itertools.repeat(real)),
        partial(loops.build_trainer(variant, pixels, 8).step, 0),
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


def test_the_settings_are_those_of_a_variant():
    entry = VariantConfig(kind="controlled", lr=2e-4, betas=(0.5, 0.999)).for_player("generator")
    settings = loops.Settings().for_player("generator")
    names = {field.name for field in fields(settings)}
    assert names == set(VariantConfig.model_fields) - {
        "kind",
        "batch",
        "half_life",
        "updates",
        "model",
        "players",
    }
    assert all(getattr(settings, name) == getattr(entry, name) for name in names)


def test_batches_of_the_tutorials_are_those_of_the_benchmark():
    pixels = loops.make_random_images(6)
    batch = next(loops.load_endlessly(pixels, 6))
    expected = to_unit(torch.from_numpy(pixels[:, None]))
    order = torch.cdist(batch.flatten(1), expected.flatten(1)).argmin(dim=1)
    torch.testing.assert_close(batch, expected[order])
