"""Training that is interrupted, to be taken up again."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmark import train
from benchmark.run import Run


@contextmanager
def interrupted(*, at: int) -> Iterator[None]:
    """A run within the block ends once it has seen so many images, and leaves a checkpoint."""
    step = Run.step

    def dies(run: Run, progress: float) -> None:
        if run.images_seen == at:
            raise KeyboardInterrupt
        step(run, progress)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(train, "CHECKPOINT_SECONDS", 0)
        patch.setattr(Run, "step", dies)
        yield
