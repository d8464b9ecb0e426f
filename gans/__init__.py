"""The algorithms: one paper, one file, found by the name of the file."""

from functools import cache
from importlib import import_module
from pathlib import Path

from gans.common.variant import Variant

ROOT = Path(__file__).parent


@cache
def files() -> dict[str, Path]:
    """Every variant there is, as name -> file; the folder of the file is its family."""
    found = {}
    for path in sorted(ROOT.glob("*/*.py")):
        if path.parent.name != "common" and not path.stem.startswith("_"):
            found[path.stem] = path
    return found


def family(name: str) -> str:
    """What the generator of a variant is given: ``unconditional``, ``conditional``, ..."""
    return files()[name].parent.name


def load(name: str) -> type[Variant]:
    """The class of a variant: the only subclass of ``Variant`` that its file defines.

    Raises:
        KeyError: there is no file of that name.
        TypeError: the file defines no variant, or several.
    """
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
            f"gans/{family(name)}/{name}.py must define one subclass of Variant, not {len(classes)}"
        )
    return classes[0]
