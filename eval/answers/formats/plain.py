"""The project's own format: JSON Lines, one question a row. The README describes it for its users.

    {"id", "question", "answerable"?, "answer"? | "answers"?, "gold"?: [{"document"?, "exact"}], "old"?, "kind"?}

`gold` are the texts that together answer the question, `old` (of the same form) what was right once, `kind` any word.
Without `answerable`, a question with an answer or with gold is answerable, and of any other it is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.answers.examples import Example, Gold, Source
from eval.jsonl import OnBad, Row, rows


def read(path: Path, on_bad: OnBad) -> Iterator[tuple[str, Example, tuple[Source, ...]]]:
    """Read a file; the documents are not in it."""
    for number, row in rows(path, ("id", "question"), on_bad):
        where = f"{path}, line {number}"
        try:
            yield where, _example(row), ()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            on_bad(f"{where}: {error}")


def _example(row: Row) -> Example:
    references = _texts("answers", row.get("answers", [row["answer"]] if row.get("answer") else []))
    gold = _gold("gold", row.get("gold", []))
    answerable = row.get("answerable", True if references or gold else None)
    if answerable not in (True, False, None):
        raise ValueError("`answerable` must be true, false or null")
    if answerable is False and (references or gold):
        raise ValueError("a question that is not answerable has an answer or gold")
    alternatives = (gold,) if gold else ()
    old, kind = _gold("old", row.get("old", [])), str(row.get("kind", ""))
    return Example(row["id"], row["question"], answerable, references, alternatives, old, kind)


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise ValueError(f"`{name}` must be a list of texts that are not empty")
    return tuple(value)


def _gold(name: str, value: Any) -> tuple[Gold, ...]:
    if not isinstance(value, list) or not all(_is_gold(one) for one in value):
        raise ValueError(f"`{name}` must be a list of objects with the text `exact` and, if known, `document`")
    return tuple(Gold(one.get("document", ""), one["exact"]) for one in value)


def _is_gold(one: Any) -> bool:
    if not isinstance(one, dict) or not isinstance(one.get("document", ""), str):
        return False
    return isinstance(one.get("exact"), str) and bool(one["exact"].strip())
