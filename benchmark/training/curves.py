"""Curves of a run, summed on the device and read at intervals."""

import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmark.common.writing import write_csv


class Curves:
    """Means of loss terms, or of other quantities, over the steps between two readings.

    ``rows`` holds the readings, as ``(samples_seen, player, term, mean)``.
    """

    def __init__(self) -> None:
        self.rows: list[tuple[int, str, str, float]] = []
        self._sums: dict[tuple[str, str], Tensor] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def add(self, player: str, losses: dict[str, Tensor]) -> None:
        """Add the losses of one step of a player, without waiting for the device."""
        for term, loss in losses.items():
            key, loss = (player, term), loss.detach()
            self._sums[key] = self._sums[key] + loss if key in self._sums else loss
            self._counts[key] = self._counts.get(key, 0) + 1

    def read(self, samples_seen: int) -> dict[str, float]:
        """Read the means since the last reading, append them to ``rows``, and reset the sums.

        Returns:
            The means as ``player/term`` -> value.
        """
        keys = list(self._sums)
        values = torch.stack([self._sums[key] for key in keys]).tolist()
        means = {key: value / self._counts[key] for key, value in zip(keys, values, strict=True)}
        self.rows += [(samples_seen, *key, mean) for key, mean in means.items()]
        self._sums, self._counts = {}, {}
        return {"/".join(key): mean for key, mean in means.items()}

    def write(self, path: Path, *, term_column: str = "term") -> None:
        """Write ``rows`` as CSV; ``term_column`` is the name of the third column."""
        write_csv(path, [("samples_seen", "player", term_column, "value"), *self.rows])

    def state_dict(self) -> dict[str, Any]:
        """Get the readings, and the sums since the last one."""
        return {"rows": self.rows, "sums": self._sums, "counts": self._counts}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Resume from a state."""
        self.rows = [tuple(row) for row in state["rows"]]
        self._sums, self._counts = state["sums"], state["counts"]


def is_finite(means: dict[str, float]) -> bool:
    """Whether no mean is NaN or infinite."""
    return all(math.isfinite(mean) for mean in means.values())
