"""The environment of processes that take turns."""

import os

from tests.performance.turns import extended_environment


def test_environment_variables_are_restored(monkeypatch):
    monkeypatch.setenv("SET", "before")
    monkeypatch.delenv("UNSET", raising=False)
    with extended_environment({"SET": None, "UNSET": "inside"}):
        assert "SET" not in os.environ
        assert os.environ["UNSET"] == "inside"
    assert os.environ["SET"] == "before" and "UNSET" not in os.environ
