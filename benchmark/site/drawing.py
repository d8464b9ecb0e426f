"""Curves and films, drawn by other processes while the pages are written."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.site import pictures


class Drawing:
    """A block in which things can be drawn; at its end all are there.

    Raises:
        Exception: whatever went wrong in another process, at the end of the block.
    """

    def __enter__(self) -> "Drawing":
        # spawned: what draws curves has threads of its own, which a fork would lose
        self.pool = ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn"))
        self.begun: list[Future[Any]] = []
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self.pool:
            if kind is None:
                for drawn in self.begun:
                    drawn.result()

    def have(self, draw: Callable[..., Any], *what: Any, **how: Any) -> None:
        """Have something drawn by another process."""
        self.begun.append(self.pool.submit(draw, *what, **how))

    def curves(self, frame: pd.DataFrame, path: Path, **how: Any) -> bool:
        """Have curves drawn, see `pictures.curves`; whether there is anything to draw."""
        if not pictures.drawable(frame, how["y"], log=how.get("log", False)).any():
            return False
        self.have(pictures.curves, frame, path, **how)
        return True
