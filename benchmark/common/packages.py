"""Check that packages are installed before a command imports them."""

import sys
from collections.abc import Iterable
from importlib.util import find_spec

from benchmark.common.messages import stop

PIPELINE_MODULES = (
    "distributed",
    "dvc",
    "gdown",
    "numpy",
    "optuna",
    "pandas",
    "PIL",
    "pydantic",
    "regex",
    "rich",
    "ruamel",
    "safetensors",
    "scipy",
    "skimage",
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


def require_packages(modules: Iterable[str]) -> None:
    """Exit with one line if modules are missing; none is imported."""
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        stop(
            f"{sys.executable} lacks packages of requirements.lock"
            f" ({', '.join(missing[:3])}{more}); run `make repro`,"
            " or `source .venv/bin/activate` and the same command again"
        )
