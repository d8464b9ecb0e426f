"""The metrics as a library: cheap to import, documented, typed."""

import inspect
import json
import subprocess
import sys
from dataclasses import is_dataclass

import numpy as np
import pytest

from benchmark import metrics

HEAVY = ("dvc", "mkdocs", "pandas", "pydantic", "rich", "ruamel", "sklearn", "torchvision")
FUNCTIONS = [name for name in metrics.__all__ if inspect.isfunction(getattr(metrics, name))]
CLASSES = [name for name in metrics.__all__ if inspect.isclass(getattr(metrics, name))]


def test_import_needs_only_numpy_scipy_and_torch():
    script = f"""
import json, sys
import benchmark.metrics
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert json.loads(result.stdout) == []


def test_names_are_functions_or_classes():
    assert sorted(FUNCTIONS + CLASSES) == sorted(metrics.__all__) == sorted(set(metrics.__all__))
    for name in metrics.__all__:
        assert getattr(metrics, name).__module__.startswith("benchmark.metrics.")
        assert getattr(metrics, name).__name__ == name


def sections(documentation):
    """Split a docstring at its headings."""
    parts, heading = {"Summary": ""}, "Summary"
    for line in inspect.cleandoc(documentation).splitlines():
        if line in ("Args:", "Attributes:", "Returns:", "Raises:", "Source:"):
            heading = line.removesuffix(":")
            parts[heading] = ""
        else:
            parts[heading] += f"{line.strip()} "
    return parts


def check_summary(documentation):
    first = inspect.cleandoc(documentation).splitlines()[0]
    assert first.endswith(".") and len(first.split()) <= 16, first
    assert not first.startswith("What")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_documented(name):
    """Shapes of arguments, range or units of the result, errors, source."""
    function = getattr(metrics, name)
    check_summary(function.__doc__)
    parts = sections(function.__doc__)
    assert {"Args", "Returns", "Raises", "Source"} <= parts.keys()
    assert all(parts.values())
    for parameter in inspect.signature(function).parameters:
        assert f"{parameter}: " in parts["Args"], parameter
    assert "``(" in parts["Args"] or "draws" in parts["Args"] or "batches" in parts["Args"]


@pytest.mark.parametrize("name", CLASSES)
def test_classes_are_documented(name):
    kind = getattr(metrics, name)
    check_summary(kind.__doc__)
    parts = sections(kind.__doc__)
    assert {"Attributes", "Raises"} <= parts.keys() and "``(" in kind.__doc__
    if not is_dataclass(kind):
        assert parts["Source"]


@pytest.mark.parametrize("name", metrics.__all__)
def test_signatures_are_typed(name):
    kind = getattr(metrics, name)
    members = [kind] if inspect.isfunction(kind) else vars(kind).values()
    source = inspect.getsourcefile(kind)
    for member in members:
        member = member.fget if isinstance(member, property) else member
        if not inspect.isfunction(member) or member.__code__.co_filename != source:
            continue  # not code, or code that dataclasses generate
        signature = inspect.signature(member)
        assert signature.return_annotation is not inspect.Signature.empty
        for parameter in signature.parameters.values():
            if parameter.name != "self":
                assert parameter.annotation is not inspect.Parameter.empty, parameter


def test_example_of_the_documentation_runs():
    documentation = inspect.cleandoc(metrics.__doc__)
    code = [line[4:] for line in documentation.splitlines() if line.startswith("    ")]
    values = {}
    exec("\n".join(code), values)
    assert 0 <= values["precision"] <= 1 and np.isfinite(values["mean"])
