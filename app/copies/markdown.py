"""A copy in Markdown: claims with footnote marks, and what they cite as footnotes."""

from __future__ import annotations

import re

from app.copies.references import Copied, Reference, lines, one_line
from app.present import against, badge, disputes_of, is_disputed
from app.wire import Json

_SPECIAL = re.compile(r"[\\`*_\[\]{}<>&~|^$=@#!]|:(?=//)|(?<=\w)\.(?=\w)(?!\d)")
"""What means something wherever it stands, to CommonMark or one of its extensions, and what addresses are found by."""

_START = re.compile(r"(?=[-+:])|(?<=\d)(?=[.)])")
"""What means something at the start of a line: a list, a rule, what a term is defined as."""


def markdown(copied: Copied) -> str:
    """Write a copy. What documents and askers wrote is escaped, so that it makes no mark, link, picture or HTML."""
    answer = copied.answer
    parts = [f"**Question:** {escaped(one_line(answer['question']))}"]
    parts += [f"**Understood as:** {escaped(copied.understood)}"] if copied.understood else []
    parts += ["\n".join(_claim(copied, claim) for claim in answer["claims"])] if answer["claims"] else []
    parts += [escaped(copied.summary)]
    parts += [escaped(copied.as_of)] if copied.as_of else []
    parts += [f"Note: {escaped(one_line(note))}" for note in answer["notes"]]
    parts += [f"{escaped(copied.facts)} [Kept here]({copied.url})."]
    return "\n\n".join([*parts, *map(_footnote, copied.references.values())]) + "\n"


def escaped(line: str) -> str:
    """One line of text as Markdown that shows it, wherever in a line it is put."""
    safe = _SPECIAL.sub(lambda found: f"\\{found[0]}", line)
    head = re.match(r"[-+:]|\d+[.)]", safe)
    return _START.sub(r"\\", head[0], count=1) + safe[head.end() :] if head else safe


def _claim(copied: Copied, claim: Json) -> str:
    text = "\\\n  ".join(escaped(line.strip()) for line in lines(claim["text"]) if line.strip())
    marks = "".join(f"[^{number}]" for number in copied.numbers(claim))
    said = f"- {text}{marks} ({escaped(badge(claim))}{', disputed' if is_disputed(claim) else ''})"
    return "\n".join([said, *(_dispute(copied, one) for one in disputes_of(claim))])


def _dispute(copied: Copied, dispute: Json) -> str:
    number = copied.references[dispute["citation"]["id"]].number
    return f"    - {against(dispute)}[^{number}]: {escaped(one_line(dispute['why']))}"


def _footnote(one: Reference) -> str:
    """It begins with a word of ours, so that no reader of plain CommonMark takes it for the address of a link."""
    owner = f", owned by {escaped(one.owner)}" if one.owner else ""
    place = f", {escaped(one.place)}" if one.place else ""
    columns = f" under “{escaped(one.columns)}”" if one.columns else ""
    source = f"[^{one.number}]: From [{escaped(one.title)}]({one.url}){place}, revision {escaped(one.revision)}{owner}"
    if len(lines(one.quote)) > 1:
        return f"{source}{columns}:\n\n{_fenced(one.quote)}"
    return f"{source}{columns}: “{escaped(''.join(lines(one.quote)))}”"


def _fenced(text: str) -> str:
    """Lines as they are, within a footnote; the fence is longer than any in the text."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join(f"    {line}" for line in (fence, *lines(text), fence))
