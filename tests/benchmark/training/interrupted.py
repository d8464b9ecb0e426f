"""Helpers that interrupt training and resume it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmark import config
from benchmark.training import train
from benchmark.training.checkpoints import delete_checkpoint
from benchmark.training.trainer import Trainer


@contextmanager
def interrupted(*, at: int) -> Iterator[None]:
    """Interrupt a run within the block after a number of samples; its checkpoint remains."""
    step = Trainer.step

    def step_or_interrupt(trainer: Trainer, progress: float) -> None:
        if trainer.samples_seen == at:
            raise KeyboardInterrupt
        step(trainer, progress)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(train, "CHECKPOINT_SECONDS", 0)
        patch.setattr(Trainer, "step", step_or_interrupt)
        yield


def check_resumed_bytes(run: config.Run, settings: config.Params, *, at: int) -> None:
    """Check that a run interrupted after a number of samples resumes with identical outputs."""
    names = ("weights.safetensors", "snapshots.npz", "health.csv")
    kept = [*(run.trained / name for name in names), run.losses]

    def train_and_read() -> list[bytes]:
        train.train(run, settings)
        delete_checkpoint(run.name)
        return [path.read_bytes() for path in kept]

    whole = train_and_read()
    with interrupted(at=at):
        train.train(run, settings)
    assert train_and_read() == whole
