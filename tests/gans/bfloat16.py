"""Training in bfloat16, also in a child process."""

import math

import torch

from benchmark.common import processes
from benchmark.training.trainer import Trainer


def train_in_bfloat16(name):
    """Train a variant for two steps in bfloat16, with the arithmetic of such tracks."""
    processes.prepare(1, "bfloat16")
    # only now: the module computes on import, and oneDNN then keeps its instructions
    from tests.gans.builders import build, get_default_shape, make_batches
    from tests.gans.variants import ENTRY, copy_parameters, has_changed

    torch.manual_seed(1)
    trainer = Trainer(
        build(name),
        ENTRY,
        make_batches(name, get_default_shape(name)),
        half_life=1000,
        seed=0,
        precision=torch.bfloat16,
    )
    before = copy_parameters(trainer.variant)
    for _ in range(2):
        trainer.step(0.5)
    assert has_changed(trainer.variant, before)
    assert all(math.isfinite(mean) for mean in trainer.curves.read(0).values())
    assert all(parameter.dtype is torch.float32 for parameter in trainer.variant.parameters())
