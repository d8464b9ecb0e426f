"""What MkDocs does with each page of the site besides Markdown: formulas and the navigation."""

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
# what the templates wrote in HTML and search leaves out begins with a line of its own
HELD = re.compile(r"^<(?P<tag>\w+)\b[^>\n]* data-search-exclude>", re.MULTILINE)
UNPLACED = {"404.html", "sitemap.xml"}  # they need to know at which address the site stands


def on_config(config):
    """Take the navigation that was written with the pages."""
    config.nav = json.loads((Path(config.docs_dir) / "nav.json").read_text())
    config.theme.static_templates -= UNPLACED
    return config


def on_files(files, **_):
    """Leave out what no page of this site asks for: two thirds of the weight."""
    for file in list(files):
        name = file.src_uri
        if name in UNPLACED or name.startswith("assets/javascripts/lunr/") or name.endswith(".map"):
            files.remove(file)
    return files


def on_env(env, config, **_):
    """Keep the theme's templates compiled from one build to the next, beside those of the pages."""
    compiled = Path(config.config_file_path).parents[1] / ".cache/templates"
    compiled.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    return env


def on_page_markdown(markdown, page, **_):
    """Hold back what is HTML already: Markdown and search would each parse it, for nothing."""
    page.held = []
    kept, read = [], 0
    for opening in HELD.finditer(markdown):
        end = _closed(markdown, opening)
        if opening.start() >= read and end:
            kept += [markdown[read : opening.start()], _hold(markdown[opening.start() : end], page)]
            read = end
    return "".join([*kept, markdown[read:]])


def on_page_content(content, page, **_):
    """Formulas, as pymdownx.arithmatex marks them, to MathML, which search cannot read either."""
    return FORMULA.sub(lambda match: _hold(_formula(match), page), content)


def _hold(text: str, page) -> str:
    """What stands for some HTML until it is put back."""
    page.held.append(text)
    return f"<!--held {len(page.held) - 1}-->"


def _closed(text: str, opening: re.Match) -> int | None:
    """Where the element ends that is opened there; None if it does not."""
    depth = 0
    for tag in re.compile(rf"<(?P<end>/?){opening['tag']}\b[^>]*>").finditer(text, opening.start()):
        depth += -1 if tag["end"] else 1
        if not depth:
            return tag.end()
    return None


def on_post_page(output, page, **_):
    """Put back what was held, which no plugin needs to read.

    The theme's search dialog has no name for those who do not see it; some pages are Chinese.
    """
    output = output.replace('role="dialog"', 'role="dialog" aria-label="Search"', 1)
    if page.file.src_uri.startswith("zh/"):
        output = output.replace('<html lang="en"', '<html lang="zh-Hans"', 1)
    return re.sub("<!--held (\\d+)-->", lambda match: page.held[int(match[1])], output)


def _formula(match: re.Match) -> str:
    latex = html.unescape(match["latex"]).strip()
    display = "block" if match["tag"] == "div" else "inline"
    try:
        tree = convert_to_element(latex, display=display)
    except Exception:  # whatever a formula of a docstring does to the converter: show it as written
        return f"<code>{html.escape(latex)}</code>"
    for element in list(tree.iter()):
        element.attrib.pop("href", None)
        # the converter writes symbols as entities; its own way to undo that lets a tag through
        element.text = html.unescape(element.text or "")
        _limits_below(element, display)
        _space_after_log(element)
    math = ElementTree.tostring(tree, encoding="unicode")
    if display == "inline":
        return math
    # wider than a phone: it scrolls by itself, also from the keyboard
    return f'<div class="formula" tabindex="0" role="group" aria-label="Formula">{math}</div>'


def _limits_below(element: ElementTree.Element, display: str) -> None:
    """min and max of a displayed formula carry what they range over below them."""
    if element.tag == "msub" and display == "block" and element[0].text in ("max", "min"):
        element.tag = "munder"


def _space_after_log(element: ElementTree.Element) -> None:
    """The converter sets log D(x) without the space that TeX has there."""
    for position in range(len(element) - 2, -1, -1):
        child, following = element[position], element[position + 1]
        spaced = child.text in ("log", "exp") and following.tag in ("mi", "msub", "msup", "msubsup")
        if element.tag == "mrow" and spaced:
            element.insert(position + 1, ElementTree.Element("mspace", width="0.17em"))
