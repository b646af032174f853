"""A copy as BibTeX: one entry for each reference."""

from __future__ import annotations

import re

from app.copies.references import Copied, Reference, one_line
from app.present import headline

_COMMANDS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}",
    **{sign: f"\\{sign}" for sign in "#$%&_"},
}
_SPECIAL = re.compile(f"[{re.escape(''.join(_COMMANDS))}]|-(?=-)|,(?=,)")


def bibtex(copied: Copied) -> str:
    """Write a copy; an answer without claims has no entry, and a line that says why."""
    if not copied.references:  # a question, or a document's name, could hold what begins an entry
        return f"% {headline(copied.answer)}.\n"
    accessed = copied.answer["created"][:10]
    return "\n".join(_entry(one, accessed) for one in copied.references.values())


def escaped(text: str) -> str:
    """A text on one line as TeX that shows it: braces are balanced, and no two signs melt into one."""
    return _SPECIAL.sub(lambda found: _COMMANDS.get(found[0], f"{found[0]}{{}}"), one_line(text))


def _entry(one: Reference, accessed: str) -> str:
    place = f", {escaped(one.place)}" if one.place else ""
    columns = f" under ``{escaped(one.columns)}''" if one.columns else ""
    against = f"{one.against}. " if one.against else ""
    quoted = f"Code points {one.start} to {one.end}{columns}: ``{escaped(one.quote)}''"
    fields = {
        "author": f"{{{escaped(one.owner)}}}" if one.owner else "",
        "title": f"{{{escaped(one.title)}}}",
        "howpublished": f"Revision {escaped(one.revision)} of {escaped(one.document)}{place}",
        "note": f"{against}{quoted}",
        "url": one.url,
        "urldate": accessed,
    }
    written = "\n".join(f"  {name} = {{{value}}}," for name, value in fields.items() if value)
    return f"@misc{{{one.key},\n{written}\n}}\n"
