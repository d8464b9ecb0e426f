"""Readers of HTML pages."""

from html.parser import HTMLParser
from pathlib import Path
from typing import ClassVar


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
