"""The templates of the pages, and the filters that format their values."""

from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from benchmark.common.arithmetic import AVX2
from benchmark.website import SOURCE, charts, display, papers

COMPILED = Path(".cache/templates")  # kept from one build to the next, with those of the theme


def load_templates(folder: Path = SOURCE) -> Environment:
    """Load the templates of a folder such as site/."""
    COMPILED.mkdir(parents=True, exist_ok=True)
    templates = Environment(
        loader=FileSystemLoader(folder / "templates"),
        bytecode_cache=FileSystemBytecodeCache(str(COMPILED)),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    templates.filters |= {
        "number": display.number,
        "breakable": display.breakable,
        "kind": display.label_kind,
        "p_value": display.p_value,
        "short": lambda value: str(value or "–")[:10],
        "sentence": papers.escape_text,
    }
    templates.globals |= {"chart_geometry": charts, "arithmetic": AVX2}
    templates.policies["json.dumps_kwargs"] = {}  # keys keep their order
    return templates
