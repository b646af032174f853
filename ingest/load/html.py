"""HTML, by `unstructured` after cleaning; also the way in for formats that are turned into HTML first."""

from __future__ import annotations

from pathlib import Path

from ingest.load.assemble import assemble
from ingest.load.clean import clean
from ingest.load.elements import pieces_of
from ingest.load.files import read_html
from ingest.load.quiet import partitioner
from ingest.types import Loaded


def load(path: Path) -> Loaded:
    """Load a page: its main content, without navigation; title from <title>, else from its first heading."""
    return from_html(read_html(path), name=path.name, media_type="text/html")


def from_html(source: str, *, name: str, media_type: str, title: str = "") -> Loaded:
    """Load HTML that is at hand as text. A `title` wins over the page's own."""
    page = clean(source, name)
    elements = partitioner("html")(text=page.html, languages=[""])
    return assemble(pieces_of(elements), title=title or page.title, name=name, media_type=media_type)
