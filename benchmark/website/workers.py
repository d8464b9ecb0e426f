"""Processes that work on the site in parallel, one per core."""

import multiprocessing
import os
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

_target: Any = None  # in a worker, the object whose methods it calls


class Workers:
    """Processes that call methods of an object.

    They are forked at the first call: they have the object as it is then, and import nothing twice.

    Args:
        target: the object.
    """

    def __init__(self, target: Any) -> None:
        self._pool = ProcessPoolExecutor(
            os.cpu_count(),
            mp_context=multiprocessing.get_context("fork"),
            initializer=_begin,
            initargs=(target,),
        )

    def call(self, method: str, *arguments: Any) -> Future[Any]:
        """Call a method in a worker; calls start in this order."""
        return self._pool.submit(_call, method, *arguments)

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *failure: object) -> None:
        self._pool.shutdown(cancel_futures=failure[0] is not None)


def _begin(target: Any) -> None:
    global _target
    _target = target


def _call(method: str, *arguments: Any) -> Any:
    return getattr(_target, method)(*arguments)
