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
_YAML_LINE = re.compile(r"[\w.-]+:(?:\s|$)|[\s#-]|$")
_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)
_DIRECTIVE = re.compile(
    r"\{(?:note|tip|hint|warning|caution|danger|error|attention|important|seealso|admonition)\}", re.I
)
_NAMES = """note|tip|hint|info|warning|caution|danger|error|attention|important|seealso|admonition|abstract|summary|todo
|success|question|failure|bug|example|quote|details"""
_REWRITTEN = re.compile(
    rf"""
    ^(?P<fence>[ \t>]*(?P<ticks>`{{3,}}(?!.*`)|~{{3,}}).*\n (?:.*\n)*? (?:[ \t>]*(?P=ticks)[`~]*[ \t]*$|.*\Z))
    | ^:{{3,}}[ \t]*(?:\{{[^}}\n]*\}}|(?:{_NAMES})\b)?[ \t]*(?P<colons>.*)$
    | ^(?:!!!|\?\?\?\+?)[ \t]+[\w-]+(?:[ \t]+"(?P<title>.*)")?[ \t]*\n(?P<body>(?:(?:[ ]{{4}}|\t).*\n?|[ \t]*\n)+)
    | ^(?P<quote>[ \t]*>[ \t]*)\[!\w+\][ \t]*$
    """,
    re.MULTILINE | re.VERBOSE,
)


def load(path: Path) -> Loaded:
    """Load a Markdown file; title from its front matter, else its first heading."""
    source = read_text(path).replace("\r\n", "\n")
    front = _front_matter(source)
    stated = _TITLE.search(front[1]) if front else None
    if front:
        source = f"```yaml\n{front[1]}\n```\n\n{source[front.end() :]}"
    return from_html(
        to_html(source, path.name), name=path.name, media_type="text/markdown", title=stated[1] if stated else ""
    )


def _front_matter(source: str) -> re.Match[str] | None:
    """What stands between two lines of dashes at the top, if its lines are YAML's: a file may open with a rule."""
    found = _FRONT_MATTER.match(source)
    lines = found[1].split("\n") if found else []
    is_yaml = all(map(_YAML_LINE.match, lines)) and any(line[:1].isalnum() for line in lines)
    return found if is_yaml else None


def to_html(source: str, name: str) -> str:
    """Render CommonMark (https://spec.commonmark.org/0.31.2/) with tables; what an admonition says becomes plain text.

    Admonitions are ```` ```{note} ```` and `:::{note}` (MyST), `!!! note` (MkDocs) and `> [!NOTE]` (GitHub).
    Raises LoadError("corrupt") for absurd nesting.
    """
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable(["table", "strikethrough"])
    markdown.add_render_rule("fence", _fence)
    environment = {"name": name}
    tokens = markdown.parse(_REWRITTEN.sub(_without_admonition, source), environment)
    if any(token.level >= _MAX_NESTING - 2 for token in tokens):  # what nests deeper, the parser drops without a word
        raise LoadError("corrupt", f"{name} nests lists or quotations over {_MAX_NESTING // 2} deep. Simplify it.")
    rendered: str = markdown.renderer.render(tokens, markdown.options, environment)
    return rendered


def _without_admonition(found: re.Match[str]) -> str:
    """What an admonition says, as plain Markdown; a fence as it is, for what it shows is not meant."""
    if found["fence"] is not None:
        return found["fence"]
    if found["body"] is not None:
        return f"{found['title'] or ''}\n\n{_REWRITTEN.sub(_without_admonition, dedent(found['body']))}\n"
    return found["quote"] if found["quote"] is not None else f"\n{found['colons']}\n"


def _fence(renderer: Any, tokens: Any, index: int, options: Any, environment: Any) -> str:
    token = tokens[index]
    if _DIRECTIVE.match(token.info.strip()):
        return to_html(token.content, environment["name"])
    fenced: str = renderer.fence(tokens, index, options, environment)
    return fenced
