"""Import the modules of a track by their names, when they are needed."""

from importlib import import_module
from types import ModuleType


def find_module(track: object, name: str) -> ModuleType | None:
    """Import a module beside a track, else beside the tracks that it derives from.

    Returns:
        The module ``benchmark/tracks/<track>/<name>.py``; None if no such track has one.
    """
    for parent in type(track).__mro__:
        path = f"{parent.__module__}.{name}"
        try:
            return import_module(path)
        except ModuleNotFoundError as error:
            if error.name != path:  # an import within the module fails
                raise
    return None


def load_module(track: object, name: str) -> ModuleType:
    """Import a module of a track as `find_module` does.

    Raises:
        NotImplementedError: the track has no such module.
    """
    module = find_module(track, name)
    if module is None:
        raise NotImplementedError(
            f"{type(track).__name__}: expected a module {name}.py of the track, got none;"
            " write one, or override the method"
        )
    return module
