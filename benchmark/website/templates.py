"""The templates of the pages, and what they format values by."""

from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from benchmark.website import SOURCE, charts, display, papers

COMPILED = Path(".cache/templates")  # from one build to the next; the theme's are there too


def templates(folder: Path = SOURCE) -> Environment:
    """The templates of a folder ``site``, with what they format values by."""
    COMPILED.mkdir(parents=True, exist_ok=True)
    found = Environment(
        loader=FileSystemLoader(folder / "templates"),
        bytecode_cache=FileSystemBytecodeCache(str(COMPILED)),
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
