"""Deferred signals: Ctrl-C ends the program between two steps, not within one."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from benchmark.common import messages

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """The last signal that asked the program to end, if any.

    Attributes:
        number: number of the last signal; 0 without a signal.

    Args:
        on_signal: called for each signal, at once.
    """

    def __init__(self, on_signal: Callable[[], None] = lambda: None) -> None:
        self.number = 0
        self.on_signal = on_signal

    @contextmanager
    def defer_signals(self) -> Iterator["Interruption"]:
        """Record signals within the block instead of ending the program.

        A signal that is ignored on entry (``nohup``) stays ignored.
        """
        handlers = {
            number: signal.signal(number, self._record)
            for number in SIGNALS
            if signal.getsignal(number) is not signal.SIG_IGN
        }
        try:
            yield self
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def _record(self, number: int, frame: FrameType | None) -> None:
        self.number = number
        self.on_signal()

    def exit_if_interrupted(self, line: str) -> None:
        """End the program after a signal, with a line and the exit status that shells expect.

        Raises:
            SystemExit: a signal was received; the status is 128 plus its number.
        """
        if self.number:
            messages.stop(line, status=128 + self.number)
