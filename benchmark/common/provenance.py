"""Provenance of a result: commit, package versions, hardware and date."""

import os
import platform
import resource
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

from benchmark.common.arithmetic import describe_arithmetic

PACKAGES = ("torch", "torchvision", "numpy", "scipy", "scikit-learn", "pandas", "dvc")


def provenance() -> dict[str, Any]:
    """Collect commit, package versions, hardware and date (UTC) as values for JSON."""
    return {
        "commit": _git("rev-parse", "HEAD"),
        "changed_since": bool(
            _git("status", "--porcelain", "--", "benchmark", "gans", "params.yaml")
        ),
        "packages": {"python": platform.python_version()} | list_versions(PACKAGES),
        "hardware": hardware(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def list_versions(packages: Iterable[str]) -> dict[str, str]:
    """List the versions of packages, without those that are not installed."""
    versions = {}
    for name in packages:
        with suppress(PackageNotFoundError):
            versions[name] = version(name)
    return versions


def hardware() -> dict[str, Any]:
    """Describe processor, its instructions in use, arithmetic, cores, threads and accelerator."""
    return {
        "processor": _processor(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "arithmetic": describe_arithmetic(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "accelerator": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    }


def peak_memory() -> int:
    """Measure the peak memory of the accelerator, or else of the process, in bytes."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated()
    return peak_process_memory()


def peak_process_memory() -> int:
    """Measure the peak memory of this process, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # bytes on macOS, KiB on Linux


def _git(*arguments: str) -> str | None:
    """Run git and return its output; None outside a repository or before the first commit."""
    try:
        answer = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def _processor() -> str:
    try:
        if sys.platform == "darwin":
            sysctl = ["sysctl", "-n", "machdep.cpu.brand_string"]
            return subprocess.run(sysctl, capture_output=True, text=True).stdout.strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
