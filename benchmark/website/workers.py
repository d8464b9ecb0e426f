"""Processes that work on the site side by side, one a core."""

import multiprocessing
import os
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

_own: Any = None  # in a worker, what it works for


class Workers:
    """Processes that call methods of an object.

    They are forked when the first call is made: they know the object as it is then, and nothing is
    imported twice.

    Args:
        own: the object.
    """

    def __init__(self, own: Any) -> None:
        self._pool = ProcessPoolExecutor(
            os.cpu_count(),
            mp_context=multiprocessing.get_context("fork"),
            initializer=_begin,
            initargs=(own,),
        )

    def call(self, method: str, *arguments: Any) -> Future[Any]:
        """What a method returns, to come; the calls are taken up in this order."""
        return self._pool.submit(_call, method, *arguments)

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *failure: object) -> None:
        self._pool.shutdown(cancel_futures=failure[0] is not None)


def _begin(own: Any) -> None:
    global _own
    _own = own


def _call(method: str, *arguments: Any) -> Any:
    return getattr(_own, method)(*arguments)
