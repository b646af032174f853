"""Markdown (CommonMark with tables, front matter and admonitions), turned into HTML and loaded as such."""

from __future__ import annotations

import re
from pathlib import Path

from ingest.load.files import read_text
from ingest.load.html import from_html
from ingest.types import Loaded

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)


def load(path: Path) -> Loaded:
    """Load a Markdown file; title from its front matter, else its first heading."""
    source = read_text(path).replace("\r\n", "\n")
    front = _FRONT_MATTER.match(source)
    stated = _TITLE.search(front[1]) if front else None
    if front:
        source = f"```yaml\n{front[1]}\n```\n\n{source[front.end() :]}"
    return from_html(to_html(source), name=path.name, media_type="text/markdown", title=stated[1] if stated else "")


def to_html(source: str) -> str:
    """Render CommonMark (https://spec.commonmark.org/0.31.2/) with tables and strikethrough."""
    from markdown_it import MarkdownIt

    rendered: str = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(source)
    return rendered
