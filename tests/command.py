"""Run `gan-benchmark` in the process of a test, and read its errors."""

from collections.abc import Callable

import pytest

from benchmark.cli import main


def run_command(*arguments: object) -> None:
    """Run the command line with arguments."""
    main([str(argument) for argument in arguments])


def mistake_of(
    capsys: pytest.CaptureFixture[str], *arguments: object, status: int | None = None
) -> str:
    """The one line with which a command ends, by the status of a mistake."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        run_command(*arguments)
    assert ended.value.code == status if status else ended.value.code not in (0, None)
    (line,) = capsys.readouterr().err.splitlines()
    return line


def error_line(capsys: pytest.CaptureFixture[str], call: Callable[[], object]) -> str:
    """Return the only line of the error with which a call stops."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as stopped:
        call()
    assert stopped.value.code == 1
    (message,) = capsys.readouterr().err.splitlines()
    return message
