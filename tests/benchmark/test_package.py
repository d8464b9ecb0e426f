"""The lock and the metadata of the package."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

import benchmark
from benchmark.cli import stages
from benchmark.common.packages import PIPELINE_MODULES, SITE_MODULES
from tests.command import mistake_of

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
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


def test_version_is_that_of_the_citation():
    citation = YAML(typ="safe").load(ROOT / "CITATION.cff")
    assert citation["version"] == benchmark.__version__


def packages(*extras):
    """The packages that pyproject.toml asks for, the extras included."""
    asked = PROJECT["dependencies"] + [
        line for extra in extras for line in PROJECT["optional-dependencies"][extra]
    ]
    return {canonicalize_name(Requirement(line).name) for line in asked}


def test_lock_pins_all_packages_asked_for():
    asked = packages("pipeline", "site", "test") - {PROJECT["name"]}
    assert asked <= locked(LINUX) and asked <= locked(MACOS)


def test_programs_look_for_all_packages_asked_for():
    holders = packages_distributions()
    looked_for = {
        canonicalize_name(package)
        for module in PIPELINE_MODULES + SITE_MODULES
        for package in holders[module]
    }
    assert packages("pipeline", "site") - {"bokeh", "ruamel-yaml-clib"} <= looked_for


def imported(source):
    """The modules that a source file imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("folder", ["benchmark/metrics", "gans"])
def test_library_imports_the_base_packages_only(folder):
    allowed = packages() | sys.stdlib_module_names | {"gans"}
    for path in (ROOT / folder).rglob("*.py"):
        for module in imported(path.read_text()):
            inside = module.startswith("benchmark.metrics.")
            assert inside or module.partition(".")[0] in allowed, f"{path}: {module}"


def run(*arguments, modules=()):
    """Run a Python without installed packages, with empty ``modules`` in their place."""
    command = [sys.executable, "-S", *arguments]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, modules))}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("arguments", [(), ("--help",), ("check",), ("train", "digits-dcgan")])
def test_program_without_packages_ends_with_one_line(arguments):
    done = run("-m", "benchmark", *arguments)
    assert done.returncode == 1 and not done.stdout
    assert re.fullmatch(
        r".+ lacks packages of requirements\.lock \(distributed, dvc, gdown and \d+ more\);"
        r" run `make repro`, .+\n",
        done.stderr,
    )


def test_program_names_the_only_missing_package(tmp_path):
    for name in {*PIPELINE_MODULES} - {"torch"}:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    done = run("-m", "benchmark", "check", modules=[tmp_path])
    assert done.returncode == 1
    assert "requirements.lock (torch);" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["site", "repro"])
def test_commands_that_build_the_site_require_its_packages(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stages, "SITE_MODULES", (*SITE_MODULES, "no_such_package"))
    line = mistake_of(capsys, command)
    assert "lacks packages of requirements.lock (no_such_package);" in line


def test_library_import_needs_no_packages() -> None:
    code = "import benchmark; print(benchmark.__version__)"
    assert run("-c", code, modules=[ROOT]).stdout == f"{benchmark.__version__}\n"


# from the top down, as in site/docs/architecture.md
LAYERS = (
    {"__main__", "cli", "pipeline", "studies", "website"},
    {"training", "evaluation", "records", "reporting"},
    {"tracks"},
    {"data", "features", "metrics"},
    {"config", "common"},
)
WITHIN_A_LAYER = {
    ("evaluation", "training"),
    ("reporting", "records"),
    ("features", "data"),
    ("features", "metrics"),
    ("config", "common"),
}
# package -> modules above it that it asks for what depends on the kind of task
UPWARDS = {
    "config": ("benchmark.tracks",),
    "data": ("benchmark.tracks", "benchmark.tracks.base.track"),
    "features": ("benchmark.tracks",),
    "tracks": tuple(
        f"benchmark.evaluation.{module}"
        for module in ("any_size", "films", "pictures", "references", "walks")
    ),
}


def list_imports(path):
    """List the modules of benchmark that a source file imports, also within functions."""
    modules = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                file = ROOT / name.replace(".", "/")
                is_module = file.is_dir() or file.with_suffix(".py").is_file()
                modules.add(name if is_module else node.module)
    return {module for module in modules if module.startswith("benchmark.")}


def is_allowed(package, module):
    """Whether a module of a package may import another module."""
    imported = module.split(".")[1]
    layer, other = (
        next(number for number, packages in enumerate(LAYERS) if name in packages)
        for name in (package, imported)
    )
    return (
        layer < other
        or package == imported
        or (layer == other == 0)
        or (package, imported) in WITHIN_A_LAYER
        or module in UPWARDS.get(package, ())
    )


def test_packages_import_packages_below_them_only():
    imports = [
        (path, path.relative_to(ROOT / "benchmark").with_suffix("").parts[0], module)
        for path in sorted((ROOT / "benchmark").rglob("*.py"))
        for module in sorted(list_imports(path))
    ]
    assert len(imports) > 500
    assert [
        f"{path.relative_to(ROOT)}: {module}"
        for path, package, module in imports
        if not is_allowed(package, module)
    ] == []


def test_every_exception_to_the_order_is_used():
    for package, modules in UPWARDS.items():
        used = {
            module
            for path in (ROOT / "benchmark" / package).rglob("*.py")
            for module in list_imports(path)
        }
        assert set(modules) <= used
