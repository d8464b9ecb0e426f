"""Readers of HTML pages."""

from html.parser import HTMLParser
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit


def has_all_tracks(case):
    return len(case["names"]) > 1


class Page(HTMLParser):
    """The links, the anchors and the scripts of a page."""

    LOADING: ClassVar = {
        "script": "src",
        "img": "src",
        "iframe": "src",
        "source": "src",
        "link": "href",
    }

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.inline: list[str] = []  # scripts that stand in the page
        self.feed(path.read_text())

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append((tag, values))
        if values.get("id"):
            self.ids.add(values["id"])
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if address := values.get(self.LOADING.get(tag, "")):
            self.loaded.append(address)

    def handle_data(self, data):
        if self.cdata_elem == "script":
            self.inline.append(data)


def rows_of(text: str) -> list[str]:
    """The heads of the rows of a leaderboard."""

    class Rows(HTMLParser):
        def __init__(self):
            super().__init__()
            self.names, self.inside = [], False

        def handle_starttag(self, tag, attrs):
            head = tag == "th" and ("scope", "row") in attrs
            self.inside = head or (self.inside and tag == "a")

        def handle_data(self, data):
            if self.inside and data.strip():
                self.names.append(data.strip())

        def handle_endtag(self, tag):
            self.inside = False

    reader = Rows()
    reader.feed(text)
    return reader.names


def find_broken_links(pages: dict[Path, Page]) -> list[tuple[str, str]]:
    """Find the links within a site that lead to no page or to no anchor: page and address."""
    broken = []
    for path, page in pages.items():
        for address in page.links + page.loaded:
            parts = urlsplit(address)
            if parts.scheme in ("http", "https") or address == "":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            lost = parts.scheme or not target.exists()
            if lost or (
                parts.fragment
                and target in pages
                and "=" not in parts.fragment  # choices that a script reads
                and parts.fragment not in pages[target].ids | {"__top"}
            ):
                broken.append((path.name, address))
    return broken
