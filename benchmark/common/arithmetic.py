"""Arithmetic of the libraries: the same kernels on every processor with AVX2.

torch, oneDNN, MKL, OpenBLAS and NumPy choose kernels by the instructions and the maker of the
processor, and each kernel sums in an order of its own. Environment variables restrict the choice.
The libraries read them when they are imported or first used, so this module imports none of them.
"""

import os
import platform
from pathlib import Path

from benchmark.common.messages import stop

VARIABLE = "GAN_BENCHMARK_ARITHMETIC"
ONEDNN = "ONEDNN_MAX_CPU_ISA"
# https://oneapi-src.github.io/oneDNN/dev_guide_cpu_dispatcher_control.html, Intel's "Obtaining
# Numerically Reproducible Results" (only COMPATIBLE holds for processors of other makers), OpenBLAS
# USAGE.md, and NumPy's "CPU build options"
AVX2 = {
    "ATEN_CPU_CAPABILITY": "avx2",
    ONEDNN: "AVX2",
    "MKL_CBWR": "COMPATIBLE",
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}
CHOICES = ("avx2", "processor")
CPUINFO = Path("/proc/cpuinfo")


def select_arithmetic() -> None:
    """Restrict this process and its children to AVX2; call it before the libraries are imported.

    Variables that are set already keep their values. `GAN_BENCHMARK_ARITHMETIC=processor` leaves
    the choice to the libraries, as does a processor without AVX2.
    """
    choice = os.environ.get(VARIABLE, CHOICES[0])
    if choice not in CHOICES:
        stop(f"{VARIABLE}: expected {' or '.join(CHOICES)}, got {choice}; correct or unset it")
    if choice == "avx2" and has_avx2():
        for name, value in AVX2.items():
            os.environ.setdefault(name, value)


def has_avx2() -> bool:
    """Whether this is Linux on a processor with AVX2 and fused multiply-add."""
    if platform.machine() != "x86_64" or not CPUINFO.is_file():
        return False
    lines = CPUINFO.read_text(encoding="utf-8").splitlines()
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    return {"avx2", "fma"} <= set(flags)


def allow_bfloat16() -> None:
    """Let oneDNN use all instructions: AVX2 has none for bfloat16; call it before any layer."""
    if os.environ.get(ONEDNN) == AVX2[ONEDNN]:
        del os.environ[ONEDNN]


def describe_arithmetic() -> str:
    """Describe the arithmetic: ``avx2``, ``processor``, or the variables that differ from AVX2."""
    values = {name: os.environ.get(name) for name in AVX2}
    others = {name: value for name, value in values.items() if value != AVX2[name]}
    if not others:
        return "avx2"
    if not any(values.values()):
        return "processor"
    return "avx2 except " + ", ".join(
        f"{name} unset" if value is None else f"{name}={value}" for name, value in others.items()
    )
