"""The curves of a run in training as TensorTrack event files: `make repro TENSORBOARD=1`.

For the one who waits: they lie outside DVC's outputs, and with or without them a run ends in the
same bits. `tensorboard --logdir .tensorboard` shows them; the step is the number of images seen.
"""

import os
import shutil
from pathlib import Path
from types import TracebackType

from benchmark.config import Run
from benchmark.training.trainer import Trainer

FOLDER = Path(".tensorboard")
SHOWN = 64  # samples of a snapshot


class Events:
    """Writes what a run has recorded since the last time; nothing unless ``TENSORBOARD`` is set.

    A run that goes on after an interruption has its curves in its checkpoint, so its events are
    written anew.

    Args:
        run: the run in training; its events lie in ``.tensorboard/<track>/<dataset>/...``.
    """

    def __init__(self, run: Run) -> None:
        self.folder = FOLDER / run.folder.relative_to("runs") / str(run.seed)
        self.wanted = bool(os.environ.get("TENSORBOARD"))
        self.shown: dict[str, int] = {}

    def __enter__(self) -> "Events":
        if self.wanted:
            from torch.utils.tensorboard import SummaryWriter  # a second to import

            shutil.rmtree(self.folder, ignore_errors=True)
            self.writer = SummaryWriter(self.folder)
        return self

    def show(self, trainer: Trainer) -> None:
        """Add what was read out and the samples that were kept since the last time."""
        if not self.wanted:
            return
        for kind, curves in (("losses", trainer.curves), ("health", trainer.health)):
            for images, player, term, value in curves.rows[self.shown.get(kind, 0) :]:
                self.writer.add_scalar(f"{kind}/{player}/{term}", value, images)
            self.shown[kind] = len(curves.rows)
        for images, samples in trainer.snapshots[self.shown.get("samples", 0) :]:
            if samples.dim() == 4:  # images, not points
                self.writer.add_images("samples", samples[:SHOWN], images)
        self.shown["samples"] = len(trainer.snapshots)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.wanted:
            self.writer.close()
