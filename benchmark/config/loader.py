"""Read params.yaml; report each mistake in one line."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError, create_model

from benchmark.common.files import read_yaml
from benchmark.common.messages import stop
from benchmark.config.schema import FILE, Params
from benchmark.config.values import find_foreign_values


def params_model(order: list[str]) -> type[Params]:
    """Build the model of params.yaml: `Params` with a field for each track.

    Args:
        order: keys of the file; tracks keep this order.
    """
    from benchmark import tracks  # imported late: its schemas import this package

    names = tracks.names()
    sorted_names = [name for name in order if name in names]
    sorted_names += [name for name in names if name not in order]
    fields: dict[str, Any] = {name: (tracks.load(name).schema, None) for name in sorted_names}
    return create_model("Params", __base__=Params, **fields)


def inherit_variants(raw: dict[str, Any]) -> dict[str, Any]:
    """Copy the entries that a track inherits by ``variants_from``.

    Listed entries replace inherited ones; a null entry leaves the variant out, also where the other
    track is missing, which `benchmark.config.validation` reports.
    """
    filled = dict(raw)
    for name, section, others in inheriting_sections(raw):
        variants = others | (section.get("variants") or {})
        variants = {key: entry for key, entry in variants.items() if entry is not None}
        filled[name] = {**section, "variants": variants}
    return filled


def inheriting_sections(raw: Any) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield each track with ``variants_from``, its section, and the other track's entries."""
    for name, section in raw.items() if isinstance(raw, dict) else ():
        source = section.get("variants_from") if isinstance(section, dict) else None
        if not isinstance(source, str):
            continue
        other = raw.get(source)
        others = other.get("variants") if isinstance(other, dict) else None
        if isinstance(section.get("variants"), dict | None):  # the schema refuses other values
            yield name, section, others if isinstance(others, dict) else {}


def is_inherited(problem: str, raw: Any) -> bool:
    """Whether a mistake is in an inherited entry, which the other track reports."""
    return any(
        problem.startswith((f"{name}.variants.{variant}.", f"{name}.variants.{variant}:"))
        for name, section, others in inheriting_sections(raw)
        for variant in others.keys() - (section.get("variants") or {}).keys()
    )


def parse_params(raw: dict[str, Any]) -> Params:
    """Check the content of params.yaml against its schema.

    Raises:
        ValidationError: a key or a value does not fit.
    """
    if not isinstance(raw, dict):
        return params_model([]).model_validate(raw)
    return params_model(list(raw)).model_validate(inherit_variants(raw))


def load_params(path: Path = FILE, *, is_checked: Callable[[Params], bool] | None = None) -> Params:
    """Read and validate the parameters, as `benchmark.config.load_params` says."""
    raw, problems = read_yaml(path), []
    if foreign := find_foreign_values(raw):
        stop_with(path, foreign)
    try:
        params = parse_params(raw)
    except ValidationError as error:
        from benchmark.config.validation import explain  # imported late: it imports the variants

        model = params_model(list(raw) if isinstance(raw, dict) else [])
        problems = [explain(item, model) for item in error.errors()]
    else:
        if is_checked is not None and is_checked(params):
            return params
        from benchmark.config.validation import find_mistakes  # imported late, too

        problems = find_mistakes(params)
    problems = [problem for problem in problems if not is_inherited(problem, raw)]
    if problems:
        stop_with(path, problems)
    return params


def stop_with(path: Path, problems: list[str]) -> NoReturn:
    """Exit with one line for each place of the file: variants share the keys of `networks:`."""
    by_place = {problem.split(": ")[0]: problem for problem in reversed(problems)}
    # a key may contain the end of a line
    stop(*(" ".join(f"{path}: {problem}".splitlines()) for problem in reversed(by_place.values())))
