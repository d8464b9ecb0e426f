"""What a result was made from, and on what."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

PACKAGES = ("torch", "torchvision", "numpy", "scipy", "scikit-learn", "pandas", "dvc")


def provenance() -> dict[str, Any]:
    """The commit, the versions, the machine and the date (UTC), ready for JSON."""
    return {
        "commit": _git("rev-parse", "HEAD"),
        "changed_since": bool(
            _git("status", "--porcelain", "--", "benchmark", "gans", "params.yaml")
        ),
        "packages": {"python": platform.python_version()}
        | {name: version(name) for name in PACKAGES},
        "hardware": hardware(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def hardware() -> dict[str, Any]:
    """Processor, its vector instructions as torch uses them, cores, threads and accelerator."""
    return {
        "processor": _processor(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "accelerator": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    }


def _git(*arguments: str) -> str | None:
    """What git answers, or None outside a repository or where there is no commit yet."""
    try:
        answer = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
