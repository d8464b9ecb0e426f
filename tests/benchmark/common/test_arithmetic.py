"""The kernels that libraries choose, in processes of their own."""

import os
import subprocess
import sys

import pytest
import torch
from threadpoolctl import threadpool_info

from benchmark.common import arithmetic
from benchmark.pipeline.child import run_in_child
from tests.command import error_line

NEEDS_AVX2 = pytest.mark.skipif(not arithmetic.has_avx2(), reason="a processor without AVX2")
NEEDS_AVX512 = pytest.mark.skipif(
    not torch.cpu._is_avx512_supported(), reason="a processor without AVX-512"
)
REPORT = """
import threadpoolctl, torch
from benchmark.common.arithmetic import describe_arithmetic
blas = {each.get("architecture") for each in threadpoolctl.threadpool_info()} - {None}
print(torch.backends.cpu.get_cpu_capability(), *blas, describe_arithmetic())
"""
COMMAND = f"""
import benchmark.__main__, benchmark.cli
benchmark.cli.main = lambda: exec({REPORT!r})
benchmark.__main__.main()
"""
WORKER = """
from benchmark.common.arithmetic import describe_arithmetic
from benchmark.pipeline.child import FORKS, run_in_child
FORKS.set_forkserver_preload([])  # the server inherits variables, whatever it imports
print(describe_arithmetic(), run_in_child(describe_arithmetic))
"""
LSTM = """
import torch
from benchmark.common import arithmetic
arithmetic.select_arithmetic()
from benchmark.common import processes
processes.prepare(1, {precision!r})
with torch.autocast("cpu", torch.bfloat16):
    torch.nn.LSTM(8, 8)(torch.zeros(2, 2, 8))
print(arithmetic.describe_arithmetic())
"""


def run_python(code, **variables):
    """Run code in a process without the variables of this one; return status and output."""
    environment = {name: value for name, value in os.environ.items() if name not in arithmetic.AVX2}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment | {"PYTHONPATH": os.getcwd()} | variables,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout.strip()


@pytest.fixture
def environment(monkeypatch):
    """The environment, without the variables of arithmetic."""
    for name in (arithmetic.VARIABLE, *arithmetic.AVX2):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(arithmetic, "has_avx2", lambda: True)
    return monkeypatch


def report_child():
    """Report what the libraries of a child use."""
    blas = {each.get("architecture") for each in threadpool_info()} - {None}
    return torch.backends.cpu.get_cpu_capability(), blas, arithmetic.describe_arithmetic()


@NEEDS_AVX2
def test_the_command_computes_with_avx2():
    assert run_python(COMMAND) == (0, "AVX2 Haswell avx2")


@NEEDS_AVX2
def test_children_and_tests_compute_with_avx2():
    assert run_in_child(report_child) == report_child() == ("AVX2", {"Haswell"}, "avx2")


@NEEDS_AVX2
def test_children_of_a_worker_of_dask_compute_with_avx2():
    assert run_python(WORKER) == (0, "processor avx2")


@NEEDS_AVX512
def test_the_choice_of_the_processor_is_an_option():
    status, output = run_python(COMMAND, GAN_BENCHMARK_ARITHMETIC="processor")
    assert status == 0 and output.startswith("AVX512 ") and output.endswith(" processor")


@NEEDS_AVX512
@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        ("bfloat16", (0, "avx2 except ONEDNN_MAX_CPU_ISA unset")),
        ("float32", (1, "")),  # oneDNN has no LSTM in bfloat16 for AVX2
    ],
)
def test_bfloat16_uses_all_instructions_of_onednn(precision, expected):
    assert run_python(LSTM.format(precision=precision)) == expected


def test_variables_of_the_user_stay(environment):
    environment.setenv("MKL_CBWR", "AUTO")
    arithmetic.select_arithmetic()
    assert os.environ["MKL_CBWR"] == "AUTO"
    assert os.environ["OPENBLAS_CORETYPE"] == "Haswell"
    assert arithmetic.describe_arithmetic() == "avx2 except MKL_CBWR=AUTO"


@pytest.mark.parametrize("reason", ["choice", "no AVX2"])
def test_nothing_is_set_by_choice_or_without_avx2(environment, reason):
    if reason == "choice":
        environment.setenv(arithmetic.VARIABLE, "processor")
    else:
        environment.setattr(arithmetic, "has_avx2", lambda: False)
    arithmetic.select_arithmetic()
    assert not os.environ.keys() & arithmetic.AVX2.keys()
    assert arithmetic.describe_arithmetic() == "processor"


def test_a_misspelt_choice_is_a_line(environment, capsys):
    environment.setenv(arithmetic.VARIABLE, "avx512")
    assert error_line(capsys, arithmetic.select_arithmetic) == (
        "GAN_BENCHMARK_ARITHMETIC: expected avx2 or processor, got avx512; correct or unset it"
    )


@pytest.mark.parametrize(
    ("machine", "text", "expected"),
    [
        ("x86_64", "flags\t\t: fpu fma avx2\n", True),
        ("x86_64", "flags\t\t: fpu avx\n", False),
        ("x86_64", "", False),
        ("aarch64", "flags\t\t: fma avx2\n", False),
        ("x86_64", None, False),  # macOS
    ],
)
def test_avx2_is_read_from_the_kernel(monkeypatch, tmp_path, machine, text, expected):
    monkeypatch.setattr(arithmetic.platform, "machine", lambda: machine)
    monkeypatch.setattr(arithmetic, "CPUINFO", tmp_path / "cpuinfo")
    if text is not None:
        (tmp_path / "cpuinfo").write_text(text)
    assert arithmetic.has_avx2() == expected
