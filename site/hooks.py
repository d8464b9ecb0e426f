"""Hooks of MkDocs: the navigation, formulas, and HTML that Markdown need not parse."""

import html
import json
import re
from pathlib import Path
from xml.etree import ElementTree

from jinja2 import FileSystemBytecodeCache
from latex2mathml.converter import convert_to_element

FORMULA = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\\[(\[](?P<latex>.*?)\\[)\]]</(?P=tag)>', re.DOTALL
)
# HTML of the templates that search leaves out starts a line
EXCLUDED = re.compile(r"^<(?P<tag>\w+)\b[^>\n]* data-search-exclude>", re.MULTILINE)
ARGUMENTS = ("mi", "msub", "msup", "msubsup")  # tags of the argument of a function
TEMPLATE_LINK = re.compile(r"\]\(\.\./templates/(?=[\w/]+\.md)")
ABSOLUTE = {"404.html", "sitemap.xml"}  # they would need the address of the site
# scripts and styles of tables that readers sort; other pages do not load them
TABLES = re.compile(
    r"<(?:script|link) [^>]*vendor/(?:datatables|columncontrol)/[^>]*>(?:</script>)?"
)


def on_config(config):
    """Take the navigation that was written with the pages."""
    config.nav = json.loads((Path(config.docs_dir) / "nav.json").read_text())
    config.theme.static_templates -= ABSOLUTE
    return config


def on_files(files, **_):
    """Leave out files that no page loads: two thirds of the weight."""
    for file in list(files):
        name = file.src_uri
        if name in ABSOLUTE or name.startswith("assets/javascripts/lunr/") or name.endswith(".map"):
            files.remove(file)
    return files


def on_env(env, config, **_):
    """Keep the compiled templates of the theme from one build to the next."""
    compiled = Path(config.config_file_path).parents[1] / ".cache/templates"
    compiled.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    return env


def on_page_markdown(markdown, page, **_):
    """Replace finished HTML by placeholders, so that Markdown and search do not parse it.

    Links to templates, which work in the repository, become links to their pages.
    """
    markdown = TEMPLATE_LINK.sub("](", markdown)
    page.replaced = []
    parts, read = [], 0
    for opening in EXCLUDED.finditer(markdown):
        end = _find_end(markdown, opening)
        if opening.start() >= read and end:
            parts += [
                markdown[read : opening.start()],
                _replace(markdown[opening.start() : end], page),
            ]
            read = end
    return "".join([*parts, markdown[read:]])


def on_page_content(content, page, **_):
    """Convert formulas, as pymdownx.arithmatex marks them, to MathML."""
    return FORMULA.sub(lambda match: _replace(_formula(match), page), content)


def _replace(text: str, page) -> str:
    """Keep some HTML and return its placeholder."""
    page.replaced.append(text)
    return f"<!--replaced {len(page.replaced) - 1}-->"


def _find_end(text: str, opening: re.Match) -> int | None:
    """Find the end of an element by its opening tag; None if it has none."""
    depth = 0
    for tag in re.compile(rf"<(?P<end>/?){opening['tag']}\b[^>]*>").finditer(text, opening.start()):
        depth += -1 if tag["end"] else 1
        if not depth:
            return tag.end()
    return None


def on_post_page(output, page, **_):
    """Put finished HTML back, name the search dialog and the language, drop unused scripts."""
    output = output.replace('role="dialog"', 'role="dialog" aria-label="Search"', 1)
    if page.file.src_uri.startswith("zh/"):
        output = output.replace('<html lang="en"', '<html lang="zh-Hans"', 1)
    output = re.sub(r"<!--replaced (\d+)-->", lambda match: page.replaced[int(match[1])], output)
    return output if 'class="sortable"' in output else TABLES.sub("", output)


def _formula(match: re.Match) -> str:
    """Convert a formula; one that the converter cannot read is shown as written."""
    latex = html.unescape(match["latex"]).strip()
    display = "block" if match["tag"] == "div" else "inline"
    try:
        tree = convert_to_element(latex, display=display)
    except Exception:  # the formula is the author's, and the converter raises many kinds
        return f"<code>{html.escape(latex)}</code>"
    for element in list(tree.iter()):
        element.attrib.pop("href", None)
        # the converter writes symbols as entities, and its unescaping would let tags through
        element.text = html.unescape(element.text or "")
        _limits_below(element, display)
        _space_after_log(element)
    math = ElementTree.tostring(tree, encoding="unicode")
    if display == "inline":
        return math
    # wider than a phone: it scrolls by itself, also from the keyboard
    return f'<div class="formula" tabindex="0" role="group" aria-label="Formula">{math}</div>'


def _limits_below(element: ElementTree.Element, display: str) -> None:
    """Set the range of min and max in a displayed formula below them."""
    if element.tag == "msub" and display == "block" and element[0].text in ("max", "min"):
        element.tag = "munder"


def _space_after_log(element: ElementTree.Element) -> None:
    """Add the space in log D(x), which the converter leaves out."""
    for position in range(len(element) - 2, -1, -1):
        child, following = element[position], element[position + 1]
        is_function = child.text in ("log", "exp")
        if element.tag == "mrow" and is_function and following.tag in ARGUMENTS:
            element.insert(position + 1, ElementTree.Element("mspace", width="0.17em"))
