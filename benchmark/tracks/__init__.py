"""The tracks: kinds of tasks, each with its own data, metrics and presentation.

A track is a module ``benchmark/tracks/<name>.py`` or a package ``benchmark/tracks/<name>/`` that
defines one subclass of `Track`. Its name is its section in params.yaml; nothing lists the tracks.
"""

import pkgutil
from functools import cache
from importlib import import_module

from benchmark.tracks.base.track import Track


@cache
def names() -> list[str]:
    """Find the names of all tracks, sorted."""
    modules = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in modules if name != "base")


@cache
def load(name: str) -> Track:
    """Load the track that the module of this name defines.

    Raises:
        ModuleNotFoundError: there is no such module.
        TypeError: the module does not define exactly one subclass of `Track`.
    """
    module = import_module(f"{__name__}.{name}")
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Track)
        and value.__module__ == module.__name__
    ]
    if len(classes) != 1:
        raise TypeError(
            f"benchmark/tracks/{name}: expected one subclass of Track, got {len(classes)}"
        )
    return classes[0](name)


def list_packages(name: str) -> list[str]:
    """List the package of a track and those of the tracks that it derives from, by module names."""
    classes = type(load(name)).__mro__
    return [kind.__module__ for kind in classes if issubclass(kind, Track)]


def metric_directions() -> dict[str, bool | None]:
    """Map each metric of any track to whether higher is better; None where neither end is."""
    directions: dict[str, bool | None] = {}
    for name in names():
        directions |= load(name).metric_directions()
    return directions
