"""Curves of a run, summed on the device and read out now and then."""

import csv
import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor


class Curves:
    """Means of every loss term, or other quantity, over what was added between two read-outs.

    ``rows`` holds what was read out, as ``(images, player, term, mean)``.
    """

    def __init__(self) -> None:
        self.rows: list[tuple[int, str, str, float]] = []
        self._sums: dict[tuple[str, str], Tensor] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def add(self, player: str, losses: dict[str, Tensor]) -> None:
        """Take in one step of a player; nothing waits for the device."""
        for term, loss in losses.items():
            key, loss = (player, term), loss.detach()
            self._sums[key] = self._sums[key] + loss if key in self._sums else loss
            self._counts[key] = self._counts.get(key, 0) + 1

    def read(self, images: int) -> dict[str, float]:
        """Read out the means since the last time, append them to ``rows``, and start again.

        Returns:
            The means as ``player/term`` -> value.
        """
        keys = list(self._sums)
        values = torch.stack([self._sums[key] for key in keys]).tolist()
        means = {key: value / self._counts[key] for key, value in zip(keys, values, strict=True)}
        self.rows += [(images, *key, mean) for key, mean in means.items()]
        self._sums, self._counts = {}, {}
        return {"/".join(key): mean for key, mean in means.items()}

    def write(self, path: Path, *, third: str = "term") -> None:
        """Write ``rows`` as CSV, the third column under the name given."""
        with path.open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("samples_seen", "player", third, "value"))
            writer.writerows(self.rows)

    def state_dict(self) -> dict[str, Any]:
        """Everything, the sums since the last read-out included."""
        return {"rows": self.rows, "sums": self._sums, "counts": self._counts}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.rows = [tuple(row) for row in state["rows"]]
        self._sums, self._counts = state["sums"], state["counts"]


def finite(means: dict[str, float]) -> bool:
    """Whether no loss is NaN or infinite."""
    return all(math.isfinite(mean) for mean in means.values())
