"""Signals are deferred within the block, and restored after it."""

import signal

import pytest

from benchmark.common.interruption import Interruption


def test_a_signal_is_recorded_and_ends_the_program_when_asked(capsys):
    calls = []
    with Interruption(on_signal=lambda: calls.append(1)).defer_signals() as interruption:
        interruption.exit_if_interrupted("not printed")
        signal.raise_signal(signal.SIGTERM)
        assert interruption.number == signal.SIGTERM and calls == [1]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    with pytest.raises(SystemExit) as ended:
        interruption.exit_if_interrupted("saved")
    assert ended.value.code == 128 + signal.SIGTERM
    assert capsys.readouterr().err == "saved\n"


def test_an_ignored_signal_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interruption().defer_signals() as interruption:
            signal.raise_signal(signal.SIGHUP)
            assert interruption.number == 0
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
