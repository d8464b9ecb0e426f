"""Tricks of the trade on points in the plane."""

from typing import Any

from benchmark.config.runs import Run
from benchmark.tracks.toy import Toy


class ToyTricks(Toy):
    """Points from noise; each variant changes one thing of the base."""

    def write_playground(self, variant: Any, run: Run) -> None:
        """Write no film: the page on tricks shows scores."""
