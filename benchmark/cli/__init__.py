"""The command `gan-benchmark`: stages of the pipeline, and tools for images and trained runs."""

from benchmark.cli import (  # noqa: F401  # they add their commands to the application
    stages,
    tools,
    verification,
    weights,
)
from benchmark.cli.app import app, main

__all__ = ["app", "main"]
