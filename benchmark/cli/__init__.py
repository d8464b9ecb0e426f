"""The command `gan-benchmark`: stages of the pipeline, and tools for images and trained runs."""

from benchmark.cli import stages, tools  # noqa: F401  # they add their commands to the application
from benchmark.cli.app import app, main

__all__ = ["app", "main"]
