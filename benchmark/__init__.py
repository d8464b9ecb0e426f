"""The benchmark: it prepares data, trains and scores variants, and writes tables and pages."""

import sys
from importlib.util import find_spec
from pathlib import Path

__version__ = "0.1.0"

# modules that programs import, and modules of the site; looked up without an import
PIPELINE_MODULES = (
    "dvc",
    "numpy",
    "pandas",
    "PIL",
    "pydantic",
    "rich",
    "ruamel",
    "safetensors",
    "scipy",
    "sklearn",
    "tensorboard",
    "threadpoolctl",
    "torch",
    "torch_fidelity",
    "torchmetrics",
    "torchvision",
    "typer",
)
SITE_MODULES = (
    "jinja2",
    "latex2mathml",
    "markdown",
    "markupsafe",
    "material",
    "mkdocs",
    "mkdocs_glightbox",
    "pygments",
    "pymdownx",
)


def running_program() -> str | None:
    """Find the program that imports this package, and its command.

    A program is a module run by ``python -m``, or the script.
    """
    if sys.argv[:1] == ["-m"]:  # until Python has imported the packages that hold the module
        program = sys.orig_argv[-len(sys.argv)].removeprefix("-m")
        is_ours = program.partition(".")[0] == __name__
    else:
        program = Path(sys.argv[0]).name if sys.argv else ""
        is_ours = program == "gan-benchmark"
    return " ".join([program, *sys.argv[1:2]]) if is_ours else None


def require_packages(program: str | None) -> None:
    """Exit with one line if a program lacks packages; a library import (None) needs none."""
    required = PIPELINE_MODULES + SITE_MODULES * ("site" in (program or ""))
    missing = [module for module in required if find_spec(module) is None] if program else []
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise SystemExit(
            f"{sys.executable} lacks packages of requirements.lock"
            f" ({', '.join(missing[:3])}{more}); run `make repro`,"
            " or `source .venv/bin/activate` and the same command again"
        )


require_packages(running_program())
