"""A copy in plain text: claims with the numbers of their references, and the references below."""

from __future__ import annotations

from app.copies.references import Copied, Reference, lines, one_line
from app.present import against, badge, disputes_of, is_disputed
from app.wire import Json


def plain(copied: Copied) -> str:
    """Write a copy. What documents wrote is indented, or one line, so that it can be taken for no reference of ours."""
    answer = copied.answer
    parts = [f"Question: {one_line(answer['question'])}"]
    parts += [f"Understood as: {copied.understood}"] if copied.understood else []
    parts += [_claim(copied, claim) for claim in answer["claims"]]
    parts += [copied.summary, *([copied.as_of] if copied.as_of else [])]
    parts += [f"Note: {one_line(note)}" for note in answer["notes"]]
    parts += [f"{copied.facts} Kept at {copied.url}"]
    if copied.references:
        parts += ["References", *map(_reference, copied.references.values())]
    return "\n\n".join(parts) + "\n"


def _claim(copied: Copied, claim: Json) -> str:
    marks = "".join(f"[{number}]" for number in copied.numbers(claim))
    disputed = ", disputed" if is_disputed(claim) else ""
    said = f"- {_indented(claim['text'], 2).lstrip()} {marks}\n  ({badge(claim)}{disputed})"
    return "\n".join([said, *(_dispute(copied, one) for one in disputes_of(claim))])


def _dispute(copied: Copied, dispute: Json) -> str:
    number = copied.references[dispute["citation"]["id"]].number
    return f"  {against(dispute)} [{number}]: {one_line(dispute['why'])}"


def _reference(one: Reference) -> str:
    known = [one.title, one.place, f"revision {one.revision}", f"owned by {one.owner}" if one.owner else ""]
    columns = [f"    {one.columns}"] if one.columns else []
    return "\n".join(
        [f"[{one.number}] {', '.join(filter(None, known))}", *columns, _indented(f"“{one.quote}”", 4), f"    {one.url}"]
    )


def _indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line for line in lines(text) if line.strip())
