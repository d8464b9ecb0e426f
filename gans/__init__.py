"""The algorithms: one file per paper, named after the variant."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gans.common.variant import Variant

ROOT = Path(__file__).parent


@cache
def files() -> dict[str, Path]:
    """Return the file of every variant by name; its folder is the variant's family."""
    paths = {}
    for path in sorted(ROOT.glob("*/*.py")):
        if path.parent.name != "common" and not path.stem.startswith("_"):
            paths[path.stem] = path
    return paths


def family(name: str) -> str:
    """Return the family of a variant: ``unconditional``, ``conditional``, ``translation``, ...

    Raises:
        KeyError: no variant has that name.
    """
    return files()[name].parent.name


def load(name: str) -> type[Variant]:
    """Import a variant and return its class, the only `Variant` its file defines.

    Raises:
        KeyError: no variant has that name.
        TypeError: the file does not define exactly one subclass of `Variant`.
    """
    from gans.common.variant import Variant  # imported late: it imports torch, for a second

    module = import_module(f"gans.{family(name)}.{name}")
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Variant)
        and value.__module__ == module.__name__
    ]
    if len(classes) != 1:
        raise TypeError(
            f"expected one subclass of Variant in gans/{family(name)}/{name}.py, got"
            f" {', '.join(kind.__name__ for kind in classes) or 'none'}; define exactly one"
        )
    return classes[0]
