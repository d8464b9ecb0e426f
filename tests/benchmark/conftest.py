"""Fixtures that several packages of tests share."""

from tests.benchmark.records.conftest import made_rows, params

__all__ = ["made_rows", "params"]
