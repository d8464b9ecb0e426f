"""Data sets that are not divided, so that tests see all samples of a source."""

import pytest

from benchmark.data import parts


@pytest.fixture
def undivided(monkeypatch):
    """Leave all samples to train on; the other parts that are taken from them are empty."""
    for rule in ("VALIDATION", "EXTRACTOR"):
        monkeypatch.setattr(parts, rule, (1, 0))
