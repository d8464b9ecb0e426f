"""Digests of what a processor computes, to compare processors: `make bench-processors`.

Each family of operations computes, or trains a network, on one thread: with the arithmetic of the
pipeline, and with the kernels that the libraries choose. Two processors on which a family has the
same digest compute it bit for bit alike. The column of this processor is added to
results/bench/processors.json, which keeps those of other processors.

`make bench-processors EMULATOR="qemu-x86_64 -cpu Skylake-Server"` adds the column of an emulated
processor: the kernels that the libraries choose there, in exact arithmetic.
"""

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Container
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from scipy import linalg
from torch import Tensor, nn

from benchmark.common import processes
from benchmark.common.arithmetic import AVX2, CHOICES, CPUINFO, VARIABLE
from benchmark.common.devices import make_deterministic
from benchmark.common.messages import stop
from benchmark.common.provenance import hardware, list_versions

OUT = Path("results/bench/processors.json")
STEPS = 20
PACKAGES = ("torch", "numpy", "scipy")  # whose kernels compute
POINTWISE = (torch.exp, torch.tanh, torch.sigmoid, torch.erf, nn.functional.softplus)


class Recurrent(nn.Module):
    """An LSTM with a linear output, as generators of text have."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(12, 24, batch_first=True)
        self.output = nn.Linear(24, 5)

    def forward(self, inputs: Tensor) -> Tensor:
        """Map ``(n, length, 12)`` to ``(n, length, 5)``."""
        return self.output(self.lstm(inputs)[0])


def train_network(
    make: Callable[[], nn.Module], shape: tuple[int, ...], *, uses_rmsprop: bool = False
) -> Tensor:
    """Train a network to map noise of a shape to zero; return its parameters, flat."""
    network, inputs = make(), torch.randn(shape)
    optimizer: torch.optim.Optimizer
    if uses_rmsprop:
        optimizer = torch.optim.RMSprop(network.parameters(), lr=1e-3, foreach=True)
    else:
        optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)
    for _ in range(STEPS):
        optimizer.zero_grad()
        network(inputs).square().mean().backward()
        optimizer.step()
    return torch.cat([parameter.detach().flatten() for parameter in network.parameters()])


def make_linear() -> nn.Module:
    """Make a network of three linear layers."""
    layers = [nn.Linear(20, 48), nn.ReLU(), nn.Linear(48, 48), nn.ReLU(), nn.Linear(48, 2)]
    return nn.Sequential(*layers)


def make_convolutions() -> nn.Module:
    """Make three convolutions, with weights in the memory format of the pipeline."""
    layers = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 32, 4, 2, 1),
        nn.ReLU(),
        nn.Conv2d(32, 64, 4, 2, 1),
    )
    return layers.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def make_transposed() -> nn.Module:
    """Make two transposed convolutions, with weights in the memory format of the pipeline."""
    layers = nn.Sequential(
        nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(16, 1, 4, 2, 1)
    )
    return layers.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def make_normalised() -> nn.Module:
    """Make a batch normalisation between two pointwise convolutions."""
    return nn.Sequential(nn.Conv2d(4, 16, 1), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 2, 1))


def make_convolutions_3d() -> nn.Module:
    """Make a convolution and a transposed convolution of clips."""
    return nn.Sequential(
        nn.Conv3d(1, 12, 4, 2, 1), nn.LeakyReLU(0.2), nn.ConvTranspose3d(12, 1, 4, 2, 1)
    )


def reduce_tensor() -> Tensor:
    """Compute sums, variances and logarithms of sums over parts of a tensor."""
    values = torch.randn(32, 3, 29, 31)
    parts = values.sum((0, 2, 3)), values.var((0, 2, 3)), values.logsumexp(3).flatten()
    return torch.cat(parts)


def draw_matrix() -> np.ndarray:
    """Draw features, float64 ``(400, 80)``."""
    return np.random.default_rng(0).standard_normal((400, 80))


def compute_eigenvalues() -> np.ndarray:
    """Compute the eigenvalues of a covariance, as the Fréchet distance needs them."""
    return linalg.eigvalsh(np.cov(draw_matrix(), rowvar=False), driver="evr")


FAMILIES: dict[str, Callable[[], Tensor | np.ndarray]] = {
    "linear layers": lambda: train_network(make_linear, (64, 20)),
    "convolution": lambda: train_network(make_convolutions, (64, 1, 8, 8)),
    "transposed convolution": lambda: train_network(make_transposed, (64, 32, 2, 2)),
    "batch normalisation": lambda: train_network(make_normalised, (32, 4, 8, 8)),
    "LSTM": lambda: train_network(Recurrent, (16, 10, 12)),
    "3-D convolution": lambda: train_network(make_convolutions_3d, (4, 1, 16, 16, 16)),
    "pointwise functions": lambda: torch.cat([each(torch.randn(3000)) for each in POINTWISE]),
    "square root": lambda: torch.rand(3000).sqrt(),
    "RMSprop": lambda: train_network(make_linear, (64, 20), uses_rmsprop=True),
    "reductions": reduce_tensor,
    "matrix product (numpy)": lambda: draw_matrix().T @ draw_matrix(),
    "exponential (numpy)": lambda: np.exp(draw_matrix()),
    "eigenvalues (scipy)": compute_eigenvalues,
}


def compute_digests(without: Container[str] = ()) -> dict[str, str]:
    """Compute the digest of each family in this process, the first 12 digits of a SHA-256.

    Args:
        without: families to leave out.
    """
    processes.prepare(1)
    make_deterministic()
    digests = {}
    for name in (name for name in FAMILIES if name not in without):
        torch.manual_seed(0)
        result = np.asarray(FAMILIES[name]())
        digests[name] = sha256(np.ascontiguousarray(result).tobytes()).hexdigest()[:12]
    return digests


def run_digests(choice: str, emulator: list[str], without: list[str]) -> dict[str, str]:
    """Compute the digests in a process of its own.

    Args:
        choice: of the arithmetic, ``avx2`` or ``processor``.
        emulator: command that runs a program on another processor, or none.
        without: families to leave out.
    """
    arguments = ["--digests", *(word for name in without for word in ("--without", name))]
    environment = {name: value for name, value in os.environ.items() if name not in AVX2}
    done = subprocess.run(
        [*emulator, sys.executable, "-m", "tests.performance.processors", *arguments],
        env=environment | {VARIABLE: choice},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def name_processor() -> str:
    """Name the processor with family and model, because clouds hide the rest of the name."""
    lines = CPUINFO.read_text(encoding="utf-8").splitlines() if CPUINFO.is_file() else []
    numbers = [
        f"{name.strip().removeprefix('cpu ')} {value.strip()}"
        for name, _, value in (line.partition(":") for line in lines)
        if re.fullmatch(r"(cpu family|model)\s*", name)
    ]
    return f"{hardware()['processor']} ({', '.join(numbers[:2])})" if numbers else "unnamed"


def add_column(columns: list[dict[str, Any]], column: dict[str, Any]) -> list[dict[str, Any]]:
    """Add a column, in place of one of the same processor and versions."""
    kept = [
        other
        for other in columns
        if (other["processor"], other["packages"]) != (column["processor"], column["packages"])
    ]
    return [*kept, column]


def show(columns: list[dict[str, Any]]) -> None:
    """Print the digests, one column per processor and arithmetic."""
    for choice in CHOICES:
        table = Table("family", *(column["processor"] for column in columns), title=choice)
        for name in FAMILIES:
            table.add_row(name, *(column["digests"][choice].get(name, "") for column in columns))
        Console().print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--digests", action="store_true", help="only print those of this process")
    parser.add_argument("--emulator", default="", help="command that emulates a processor")
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        choices=FAMILIES,
        help="a family to leave out, because the emulator fails on it",
    )
    options = parser.parse_args()
    if options.digests:
        print(json.dumps(compute_digests(options.without)))
        return
    emulator = shlex.split(options.emulator)
    name = f"emulated: {' '.join([Path(emulator[0]).name, *emulator[1:]])}" if emulator else None
    try:
        digests = {choice: run_digests(choice, emulator, options.without) for choice in CHOICES}
    except (OSError, subprocess.CalledProcessError) as error:
        stop(f"{options.emulator or sys.executable}: expected digests, got an error: {error}")
    column = {
        "processor": name or name_processor(),
        "is_emulated": bool(emulator),
        "packages": list_versions(PACKAGES),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "digests": digests,
    }
    columns = json.loads(OUT.read_text())["columns"] if OUT.is_file() else []
    columns = add_column(columns, column)
    show(columns)
    OUT.write_text(json.dumps({"columns": columns}, indent=1) + "\n")


if __name__ == "__main__":
    main()
