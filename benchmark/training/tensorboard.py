"""The curves of a run in training as TensorBoard event files: `make repro TENSORBOARD=1`.

They lie outside DVC's outputs, and do not change the results of a run. `tensorboard --logdir
.tensorboard` shows them; a step is the number of samples seen.
"""

import os
import shutil
from pathlib import Path
from types import TracebackType

from benchmark.config import Run
from benchmark.training.trainer import Trainer

FOLDER = Path(".tensorboard")
MAX_SAMPLES = 64  # of a snapshot


class Events:
    """Writes new readings and snapshots of a run; does nothing unless ``TENSORBOARD`` is set.

    A run that resumes has its curves in its checkpoint, so all its events are written again.

    Args:
        run: the run in training; its events lie in ``.tensorboard/<track>/<dataset>/...``.
    """

    def __init__(self, run: Run) -> None:
        self.folder = FOLDER / run.folder.relative_to("runs") / str(run.seed)
        self.is_enabled = bool(os.environ.get("TENSORBOARD"))
        self.written: dict[str, int] = {}

    def __enter__(self) -> "Events":
        if self.is_enabled:
            from torch.utils.tensorboard import SummaryWriter  # the import takes a second

            shutil.rmtree(self.folder, ignore_errors=True)
            self.writer = SummaryWriter(self.folder)
        return self

    def write(self, trainer: Trainer) -> None:
        """Write the readings and snapshots since the last call."""
        if not self.is_enabled:
            return
        for kind, curves in (("losses", trainer.curves), ("health", trainer.health)):
            for samples_seen, player, term, value in curves.rows[self.written.get(kind, 0) :]:
                self.writer.add_scalar(f"{kind}/{player}/{term}", value, samples_seen)
            self.written[kind] = len(curves.rows)
        for samples_seen, samples in trainer.snapshots[self.written.get("samples", 0) :]:
            if samples.dim() == 4:  # images, not points
                self.writer.add_images("samples", samples[:MAX_SAMPLES], samples_seen)
        self.written["samples"] = len(trainer.snapshots)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.is_enabled:
            self.writer.close()
