"""Questions of chip designers: `questions.jsonl` whose `passage_ids` name rows of the `passages.jsonl` beside it.

The passages are the gold. The documents are given apart; those that the passages name are their files' names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from eval.answers.examples import Example, Gold, Source
from eval.jsonl import OnBad, Row, rows, unique
from ingest.naming import slug

PASSAGES = "passages.jsonl"


def read(path: Path, on_bad: OnBad) -> Iterator[tuple[str, Example, tuple[Source, ...]]]:
    """Read a file of questions and the passages beside it."""
    beside = path.with_name(PASSAGES)
    found = unique(rows(beside, ("passage_id", "text"), on_bad), "passage_id", beside, on_bad)
    passages = {row["passage_id"]: Gold(slug(row.get("document", "")), row["text"]) for row in found}
    for number, row in rows(path, ("id", "question"), on_bad):
        where = f"{path}, line {number}"
        try:
            yield where, _example(row, passages), ()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            on_bad(f"{where}: {error}")


def _example(row: Row, passages: Mapping[str, Gold]) -> Example:
    answerable, named = row.get("answerable"), row.get("passage_ids")
    if answerable not in (True, False, None):
        raise ValueError("`answerable` must be true, false or null")
    if not isinstance(named, list) or bool(named) != (answerable is True):
        raise ValueError(
            "`passage_ids` must be a list, and name passages where the question is answerable and nowhere else"
        )
    if unknown := [name for name in named if name not in passages]:
        raise ValueError(f"there is no passage {unknown[0]!r} in {PASSAGES}")
    gold = (tuple(passages[name] for name in named),) if named else ()
    references = (row["answer"],) if answerable and row.get("answer") else ()
    return Example(row["id"], row["question"], answerable, references, gold)
