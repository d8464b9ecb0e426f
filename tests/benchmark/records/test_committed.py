"""The records of the repository are valid."""

from pathlib import Path

import pytest

from benchmark import config
from benchmark.records.check import check_records

ROOT = Path(__file__).parents[3]


def test_committed_records_are_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    check_records(config.load_params())
