"""Docstrings and code of variants, as safe HTML."""

import ast
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

from markdown import Markdown
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

UNSAFE = str.maketrans("", "", "{}\\")  # in a field of BibTeX
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
ARXIV = re.compile(r"arXiv:([\w.-]+/\d{7}|\d{4}\.\d{4,5})")


@dataclass(frozen=True)
class Paper:
    """The parts of the docstring of a variant; its Markdown is HTML."""

    name: str
    title: str
    citation: Markup
    body: Markup
    departures: Markup


def convert_markdown(text: str) -> Markup:
    """Convert Markdown to HTML; raw HTML, links and pictures in it are shown as text."""
    converter = Markdown(
        extensions=["pymdownx.arithmatex"],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )
    converter.preprocessors.deregister("html_block")
    converter.parser.blockprocessors.deregister("reference")
    for pattern in ("html", "entity", "link", "image_link", "image_reference", "reference"):
        converter.inlinePatterns.deregister(pattern)
    for pattern in ("short_reference", "short_image_ref", "autolink", "automail"):
        converter.inlinePatterns.deregister(pattern)
    return _escape_fences(converter.convert(text))


def read_docstring(path: Path) -> str:
    """Read the docstring of a file; its name if there is none."""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or path.stem


def parse_paper(path: Path) -> Paper:
    """Parse the docstring of a variant's file."""
    head, _, rest = read_docstring(path).partition("\n\n")
    name, _, title = " ".join(head.split()).partition(": ")
    citation, _, rest = rest.partition("\n\n")
    body, _, departures = rest.partition("Departs from the paper:")
    citation = str(escape(" ".join(citation.split())))
    linked = ARXIV.sub(r'<a href="https://arxiv.org/abs/\1">arXiv:\1</a>', citation)
    departures = departures.strip()
    return Paper(
        name=name,
        title=title.removesuffix("."),
        citation=_escape_fences(linked),
        body=convert_markdown(body),
        departures=convert_markdown(departures[:1].upper() + departures[1:]),
    )


def format_bibtex(path: Path) -> str:
    """Format the paper of a variant's file as an entry of BibTeX, named like the file."""
    head, _, rest = read_docstring(path).partition("\n\n")
    title = " ".join(head.split()).partition(": ")[2].removesuffix(".") or path.stem
    citation = " ".join(rest.partition("\n\n")[0].split())
    year = YEAR.search(citation)
    authors = citation[: year.start()].rstrip(", ") if year else ""
    names = [name for name in re.split(r", | and ", authors) if name]
    fields = {"title": title, "author": " and ".join(names), "year": year[0] if year else ""}
    if eprint := ARXIV.search(citation):
        fields |= {"eprint": eprint[1], "archiveprefix": "arXiv"}
    lines = [
        f"  {name} = {{{value.translate(UNSAFE)}}}," for name, value in fields.items() if value
    ]
    return "\n".join([f"@misc{{{path.stem},", *lines, "}"])


def find_steps(text: str) -> list[ast.FunctionDef]:
    """Find the functions ``step`` of a file: the algorithms of its variants."""
    nodes = ast.walk(ast.parse(text))
    return [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == "step"]


def find_loss_lines(text: str) -> list[int]:
    """Find the lines on which ``step`` yields the losses of a player."""
    yields = [
        node for step in find_steps(text) for node in ast.walk(step) if isinstance(node, ast.Yield)
    ]
    return sorted(
        {
            line
            for node in yields
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        }
    )


def highlight_algorithm(path: Path) -> Markup:
    """Highlight ``step`` of a variant's file, one round of training; empty without."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    steps = ["\n".join(lines[step.lineno - 1 : step.end_lineno]) for step in find_steps(text)]
    return highlight_python("\n".join(map(textwrap.dedent, steps))) if steps else Markup()


def highlight_code(path: Path) -> Markup:
    """Highlight a whole file."""
    return highlight_python(path.read_text(encoding="utf-8"))


def highlight_python(text: str) -> Markup:
    """Highlight the syntax of Python, and mark the lines of its losses."""
    formatter = HtmlFormatter(wrapcode=True, hl_lines=find_loss_lines(text))
    return _escape_fences(highlight(text, PythonLexer(), formatter))


def escape_text(text: str) -> Markup:
    """Escape text, so that nothing in it is a tag or a fence of code."""
    return _escape_fences(str(escape(text)))


def _escape_fences(html: str) -> Markup:
    """Escape fences of code, which MkDocs' Markdown would see even within blocks of HTML."""
    return Markup(html.replace("`", "&#96;").replace("~", "&#126;"))
