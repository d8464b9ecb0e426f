"""The templates of the pages, and what they format values by."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmark.site import SOURCE, charts, display, papers


def templates(folder: Path = SOURCE) -> Environment:
    """The templates of a folder ``site``, with what they format values by."""
    found = Environment(
        loader=FileSystemLoader(folder / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    found.filters |= {"number": display.number, "short": lambda value: str(value or "–")[:10]}
    found.filters["sentence"] = papers.unfenced
    found.globals["chart_geometry"] = charts
    found.policies["json.dumps_kwargs"] = {}  # keys in their own order
    return found
