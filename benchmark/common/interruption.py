"""Ctrl-C and its like: noted when they come, heeded where nothing is half done."""

import signal
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from benchmark.common import messages

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Within the block, a signal that asks the program to end is noted instead of obeyed.

    A signal that was ignored on entry (``nohup``) stays ignored.

    Args:
        also: called when a signal comes.
    """

    def __init__(self, also: Callable[[], None] = lambda: None) -> None:
        self.number = 0  # of the last signal, 0 while none came
        self.also = also

    def __enter__(self) -> "Interruption":
        self.before = {
            number: signal.signal(number, self.note)
            for number in SIGNALS
            if signal.getsignal(number) is not signal.SIG_IGN
        }
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def note(self, number: int, frame: FrameType | None) -> None:
        self.number = number
        self.also()

    def stop(self, line: str) -> NoReturn:
        """End the program with a line and the status that shells give to the signal."""
        messages.stop(line, status=128 + self.number)
