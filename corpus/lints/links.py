"""Links of Markdown and HTML files that lead nowhere: to an anchor the file has not, or a file that is not there.

Links to other sites are not tried, nor what navigation links to: it belongs to the site that a page was taken from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.finding import Finding
from ingest.discover import Candidate

MOST_ANCHORS = 5
"""How many dead anchors of a file are named one by one."""

_NAVIGATION = frozenset({"nav", "header", "footer"})


@dataclass(slots=True)
class _Page:
    """The anchors that a file has, and its links with their lines."""

    anchors: set[str] = field(default_factory=set)
    links: list[tuple[int, str]] = field(default_factory=list)


def findings(candidates: Iterable[Candidate]) -> Iterator[Finding]:
    """The dead links of the files that can be read as text; a file that cannot is named elsewhere.

    An anchor is named once, and those of a file of many together, as are files: a document that was taken from its
    place, or from another site, leaves many behind.
    """
    for one in candidates:
        page = _page(one.file)
        name = one.entry.id if one.entry else one.uri
        dead = [(line, link) for line, link in page.links if _is_dead(link, page.anchors, one.file)]
        anchors = {unquote(link): line for line, link in reversed(dead) if link.startswith("#")}
        files = {unquote(link): line for line, link in reversed(dead) if not link.startswith("#")}
        yield from _named(name, anchors, MOST_ANCHORS, "which it has not")
        yield from _named(name, files, 1, "not to be found")


def _named(name: str, links: dict[str, int], most: int, why: str) -> Iterator[Finding]:
    """A finding for each link, by line, or one for all where there are more than `most`."""
    listed = sorted((line, link) for link, line in links.items())
    if len(listed) > most:
        (line, link), *others = listed
        others_said = f"{len(others)} more link{'s' if len(others) > 1 else ''}"
        listed = [(line, f"{link} and {others_said}")]
    for line, link in listed:
        yield Finding(name, f"links to {link}, {why}", "dead-link", "warning", f"line {line}")


def _page(file: Path) -> _Page:
    read = _READERS.get(file.suffix.lower())
    try:
        return read(file.read_text(encoding="utf-8")) if read else _Page()
    except (OSError, UnicodeDecodeError):
        return _Page()


def _is_dead(link: str, anchors: set[str], file: Path) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return True
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return False
    if parts.path:
        return not _exists(file.parent / unquote(parts.path))
    anchor = unquote(parts.fragment)
    return bool(anchor) and anchor.lower() not in anchors and anchor.lower() != "top"


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except OSError:  # a name that no file can have
        return False


class _Html(HTMLParser):
    """Reads a page's anchors and links; `line` is that on which what is fed begins."""

    def __init__(self, page: _Page, line: int = 1) -> None:
        super().__init__()
        self._page, self._before, self._within = page, line - 1, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note ids, names of anchors, and where links lead."""
        given = dict(attrs)
        self._within += tag in _NAVIGATION
        self._page.anchors |= {name.lower() for name in (given.get("id"), tag == "a" and given.get("name")) if name}
        if tag == "a" and given.get("href") and not self._within:
            self._page.links.append((self._before + self.getpos()[0], str(given["href"])))

    def handle_endtag(self, tag: str) -> None:
        """Leave navigation."""
        self._within -= tag in _NAVIGATION and self._within > 0


def _html(text: str) -> _Page:
    page = _Page()
    _Html(page).feed(text)
    return page


def _markdown(text: str) -> _Page:
    """Headings are anchors by GitHub's rule: lower case, without punctuation, hyphens for spaces, numbered if twice."""
    page = _Page()
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for before, token in zip([None, *tokens], tokens, strict=False):
        line = token.map[0] + 1 if token.map else 1
        if token.type == "html_block":
            _Html(page, line).feed(token.content)
        if token.type == "inline" and before and before.type == "heading_open":
            _add_heading(page.anchors, _rendered(token))
        for child in token.children or ():
            if child.type == "link_open":
                page.links.append((line, str(child.attrs["href"])))
            elif child.type == "html_inline":
                _Html(page, line).feed(child.content)
    return page


def _rendered(heading: Token) -> str:
    """The text of a heading as a reader sees it: without marks of emphasis, code and links, tags and pictures."""
    kept = {"text": "{}", "code_inline": "{}", "softbreak": " ", "hardbreak": " "}
    return "".join(kept.get(one.type, "").format(one.content) for one in heading.children or ())


def _add_heading(anchors: set[str], heading: str) -> None:
    plain = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
    name, count = plain, 0
    while name in anchors:
        count += 1
        name = f"{plain}-{count}"
    anchors.add(name)


_READERS = {".md": _markdown, ".markdown": _markdown, ".html": _html, ".htm": _html, ".xhtml": _html}
