"""Markdown, turned into HTML and loaded as such: CommonMark, with tables, front matter and the usual admonitions.

Not by `partition_md`: the converter behind it knows no lists indented by two spaces and no code inside of lists.
"""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import Any

from ingest.errors import LoadError
from ingest.load.files import read_text
from ingest.load.html import from_html
from ingest.types import Loaded

_MAX_NESTING = 60
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)
_DIRECTIVE = re.compile(
    r"\{(?:note|tip|hint|warning|caution|danger|error|attention|important|seealso|admonition)\}", re.I
)
_COLONS = re.compile(r"^:{3,}[ \t]*(?:\{[\w-]+\}|\w*)[ \t]*(.*)$", re.MULTILINE)
_BANGS = re.compile(
    r"^(?:!!!|\?\?\?\+?)[ \t]+[\w-]+(?:[ \t]+\"(.*)\")?[ \t]*\n((?:(?: {4}|\t).*\n?|[ \t]*\n)+)", re.MULTILINE
)
_ALERT = re.compile(r"^([ \t]*>[ \t]*)\[!\w+\][ \t]*$", re.MULTILINE)


def load(path: Path) -> Loaded:
    """Load a Markdown file; title from its front matter, else its first heading."""
    source = read_text(path).replace("\r\n", "\n")
    front = _FRONT_MATTER.match(source)
    stated = _TITLE.search(front[1]) if front else None
    if front:
        source = f"```yaml\n{front[1]}\n```\n\n{source[front.end() :]}"
    return from_html(
        to_html(source, path.name), name=path.name, media_type="text/markdown", title=stated[1] if stated else ""
    )


def to_html(source: str, name: str) -> str:
    """Render CommonMark (https://spec.commonmark.org/0.31.2/) with tables; what an admonition says becomes plain text.

    Admonitions are ```` ```{note} ```` and `:::{note}` (MyST), `!!! note` (MkDocs) and `> [!NOTE]` (GitHub).
    Raises LoadError("corrupt") for absurd nesting.
    """
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable(["table", "strikethrough"])
    markdown.add_render_rule("fence", _fence)
    source = _BANGS.sub(lambda found: f"{found[1] or ''}\n\n{dedent(found[2])}\n", source)
    environment = {"name": name}
    tokens = markdown.parse(_ALERT.sub(r"\1", _COLONS.sub(r"\n\1\n", source)), environment)
    if any(token.level >= _MAX_NESTING - 2 for token in tokens):  # what nests deeper, the parser drops without a word
        raise LoadError("corrupt", f"{name} nests lists or quotations over {_MAX_NESTING // 2} deep. Simplify it.")
    rendered: str = markdown.renderer.render(tokens, markdown.options, environment)
    return rendered


def _fence(renderer: Any, tokens: Any, index: int, options: Any, environment: Any) -> str:
    token = tokens[index]
    if _DIRECTIVE.match(token.info.strip()):
        return to_html(token.content, environment["name"])
    fenced: str = renderer.fence(tokens, index, options, environment)
    return fenced
