"""Training that is interrupted, to be taken up again."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmark import config
from benchmark.training import train
from benchmark.training.checkpoints import delete_checkpoint
from benchmark.training.trainer import Trainer


@contextmanager
def interrupted(*, at: int) -> Iterator[None]:
    """A run within the block ends once it has seen so many images, and leaves a checkpoint."""
    step = Trainer.step

    def dies(trainer: Trainer, progress: float) -> None:
        if trainer.samples_seen == at:
            raise KeyboardInterrupt
        step(trainer, progress)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(train, "CHECKPOINT_SECONDS", 0)
        patch.setattr(Trainer, "step", dies)
        yield


def check_resumed_bytes(run: config.Run, settings: config.Params, *, at: int) -> None:
    """A run that is interrupted after so many images, and taken up, leaves what it left whole."""
    names = ("weights.safetensors", "snapshots.npz", "health.csv")
    kept = [*(run.trained / name for name in names), run.losses]

    def outcome() -> list[bytes]:
        train.train(run, settings)
        delete_checkpoint(run.name)
        return [path.read_bytes() for path in kept]

    whole = outcome()
    with interrupted(at=at):
        train.train(run, settings)
    assert outcome() == whole
