"""The lock and the metadata of the package."""

from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
LINUX = {"sys_platform": "linux", "platform_system": "Linux"}
MACOS = {"sys_platform": "darwin", "platform_system": "Darwin"}


def locked(platform):
    """The packages that the lock pins on a platform."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("#")]
    return {pin.name for pin in pins if not pin.marker or pin.marker.evaluate(platform)}


def test_lock_pins_cuda_packages_on_linux_only():
    cuda = {name for name in locked(LINUX) if name.startswith(("cuda-", "nvidia-", "triton"))}
    assert {"cuda-toolkit", "nvidia-cublas", "triton"} <= cuda
    assert locked(MACOS) == locked(LINUX) - cuda
