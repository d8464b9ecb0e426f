"""Recorded rows below the working directory."""

import pytest

from benchmark import config
from benchmark.config import Params
from benchmark.records.write import record_rows
from benchmark.studies import verified


@pytest.fixture
def recorded(params: Params, monkeypatch: pytest.MonkeyPatch) -> Params:
    """The parameters of rows with records, which commands load; no run is verified."""
    record_rows(params)
    verified.TABLE.unlink()
    monkeypatch.setattr(config, "load_params", lambda: params)
    return params
