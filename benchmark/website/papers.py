"""What the file of a variant says of itself: its docstring in parts, and its code, as safe HTML."""

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
    """What the docstring of a variant says; Markdown is HTML by now, and nothing else is."""

    name: str
    title: str
    citation: Markup
    body: Markup
    departures: Markup


def safe_markdown(text: str) -> Markup:
    """Markdown without raw HTML, links or pictures: what stands there as such is shown as text."""
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
    return _unfenced(converter.convert(text))


def paper(path: Path) -> Paper:
    """The docstring of a variant's file, in its parts."""
    docstring = ast.get_docstring(ast.parse(path.read_text())) or path.stem
    head, _, rest = docstring.partition("\n\n")
    name, _, title = " ".join(head.split()).partition(": ")
    citation, _, rest = rest.partition("\n\n")
    body, _, departures = rest.partition("Departs from the paper:")
    citation = " ".join(citation.split())
    linked = ARXIV.sub(r'<a href="https://arxiv.org/abs/\1">arXiv:\1</a>', str(escape(citation)))
    departures = departures.strip()
    return Paper(
        name=name,
        title=title.removesuffix("."),
        citation=_unfenced(linked),
        body=safe_markdown(body),
        departures=safe_markdown(departures[:1].upper() + departures[1:]),
    )


def bibtex(path: Path) -> str:
    """The paper of a variant's file as an entry of BibTeX, named like the file."""
    docstring = ast.get_docstring(ast.parse(path.read_text())) or path.stem
    head, _, rest = docstring.partition("\n\n")
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


def steps(text: str) -> list[ast.FunctionDef]:
    """The functions ``step`` of a file: the algorithms of its variants."""
    nodes = ast.walk(ast.parse(text))
    return [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == "step"]


def losses(text: str) -> list[int]:
    """The lines of a variant's file on which ``step`` yields what a player is to make small."""
    yields = [
        node for step in steps(text) for node in ast.walk(step) if isinstance(node, ast.Yield)
    ]
    return sorted(
        {line for own in yields for line in range(own.lineno, (own.end_lineno or own.lineno) + 1)}
    )


def algorithm(path: Path) -> Markup:
    """``step`` of a variant's file, one round of training, marked as in `code`; empty without."""
    text = path.read_text()
    lines = text.splitlines()
    found = ["\n".join(lines[step.lineno - 1 : step.end_lineno]) for step in steps(text)]
    return marked("\n".join(map(textwrap.dedent, found))) if found else Markup()


def code(path: Path) -> Markup:
    """The whole file, its syntax and the lines of its losses marked."""
    return marked(path.read_text())


def marked(text: str) -> Markup:
    """Code in Python, its syntax and the lines of its losses marked."""
    form = HtmlFormatter(wrapcode=True, hl_lines=losses(text))
    return _unfenced(highlight(text, PythonLexer(), form))


def unfenced(text: str) -> Markup:
    """Text as HTML that shows it; nothing in it is a tag, or a fence of code."""
    return _unfenced(str(escape(text)))


def _unfenced(html: str) -> Markup:
    """HTML without fences of code: MkDocs' Markdown would see them, even within blocks of HTML."""
    return Markup(html.replace("`", "&#96;").replace("~", "&#126;"))
