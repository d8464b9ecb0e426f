"""Check bits and time everything on a GPU, in at most 10 minutes: `make bench-gpu`.

    python -m tests.performance.gpu --data ../shared/datasets/MNIST/raw --out results/bench/gpu.json

Needs Python 3.11 or newer, torch, NumPy and SciPy; the textbook loops also need torchvision and
Pillow, and compiled loops a C++ compiler. No other package, no DVC and no installation: run it in
the root of the repository. The report is rewritten after every measurement, so that a killed run
keeps what it measured. Each section has a budget in seconds; what does not fit is recorded as not
reached. The exit status is 1 if two trainings that must give the same bits do not.

Without --data the images are random. --tiny measures nothing useful, but runs every line.
"""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from benchmark.common.messages import stop
from tests.performance.gpu_report import Report

PYTHON = (3, 11)
PACKAGES = ("numpy", "scipy", "torch")
IMAGES = "train-images-idx3-ubyte"
MNIST_BYTES = 16 + 60_000 * 28 * 28  # header and pixels


def is_installed(package: str) -> bool:
    """Whether a package can be imported; it is not imported."""
    try:
        return find_spec(package) is not None
    except ValueError:  # its import is blocked
        return False


def check_packages() -> None:
    """Exit with one line if the interpreter is too old or lacks packages; none is imported."""
    if sys.version_info < PYTHON:
        stop(
            f"expected Python 3.11 or newer, got {sys.version.split()[0]}; use another interpreter"
        )
    missing = [name for name in PACKAGES if not is_installed(name)]
    if missing:
        stop(
            f"expected the packages {', '.join(PACKAGES)}, got no {', '.join(missing)} in"
            f" {sys.executable}; install them or use another interpreter"
        )


def check_data(folder: Path | None) -> Path | None:
    """Return the file of MNIST's images, or None without a folder; exit with one line without it.

    Args:
        folder: with the raw idx files.
    """
    if folder is None:
        return None
    file = folder / IMAGES
    if not file.is_file():
        stop(f"{folder}: expected {IMAGES}, got no such file; correct --data or leave it out")
    if file.stat().st_size != MNIST_BYTES:
        stop(f"{file}: expected {MNIST_BYTES} bytes, got {file.stat().st_size}; download it again")
    return file


def check_out(file: Path) -> None:
    """Exit with one line if the report cannot be written; make its folder."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.with_suffix(".tmp").touch()
        file.with_suffix(".tmp").unlink()
        is_writable = not file.is_dir()
    except (OSError, ValueError):
        is_writable = False
    if not is_writable:
        stop(f"--out: expected a file that can be written, got {file}; choose another")


def choose_device(name: str | None) -> str:
    """Return the device to use, ``cpu`` or ``cuda``; exit with one line if there is no GPU."""
    import torch  # imported late: after the check of packages

    if name == "cuda" and not torch.cuda.is_available():
        stop("expected a GPU that torch can use, got none; pass --device cpu")
    return name or ("cuda" if torch.cuda.is_available() else "cpu")


def parse_arguments() -> argparse.Namespace:
    """Parse the arguments of the command line."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("--data", type=Path, help="folder with the raw idx files of MNIST")
    parser.add_argument("--out", type=Path, required=True, help="JSON file to write")
    parser.add_argument("--tiny", action="store_true", help="sizes for a test of this program")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: a GPU if there is one")
    parser.add_argument("--sections", nargs="+", metavar="NAME", help="default: all sections")
    return parser.parse_args()


def main() -> None:
    """Run the sections and write the report."""
    arguments = parse_arguments()
    check_packages()
    images = check_data(arguments.data)
    check_out(arguments.out)
    device = choose_device(arguments.device)

    from tests.performance import gpu_sections  # imported late: it imports torch

    names = arguments.sections or list(gpu_sections.SECTIONS)
    for name in names:
        if name not in gpu_sections.SECTIONS:
            stop(f"expected one of {', '.join(gpu_sections.SECTIONS)}, got {name}; correct it")
    report = Report(arguments.out)
    gpu_sections.run_sections(report, names, images=images, device=device, tiny=arguments.tiny)
    report.print_table()
    raise SystemExit(bool(report.list_failures()))


if __name__ == "__main__":
    main()
