"""Fixtures that several packages of tests share."""

from tests.benchmark.records.conftest import params

__all__ = ["params"]
