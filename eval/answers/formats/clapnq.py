"""ClapNQ (Rosenthal et al. 2024): a question, the sentences of one passage, and answers with the sentences that they
rest on. Half of the questions cannot be answered from their passage.

Each passage becomes a document of its own, and its question is asked of it alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eval.answers.examples import Example, Gold, Source
from eval.jsonl import OnBad, Row, rows

NO_ANSWER = "NA"
"""What an annotator wrote who found no answer, where another found one."""


def read(path: Path, on_bad: OnBad) -> Iterator[tuple[str, Example, tuple[Source, ...]]]:
    """Read a file with the passages that it carries."""
    for number, row in rows(path, ("id", "question", "title"), on_bad):
        where = f"{path}, line {number}"
        try:
            source = Source(f"passage-{number:05}", row["title"], "\n".join(_sentences(row)))
            yield where, _example(row, source.id), (source,)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            on_bad(f"{where}: wanted `sentences`, and `answers` that select some of them: {error}")


def _sentences(row: Row) -> list[str]:
    if not row["sentences"] or not all(isinstance(one, str) for one in row["sentences"]):
        raise ValueError("`sentences` holds no texts")
    return list(row["sentences"])


def _example(row: Row, document: str) -> Example:
    answers = [one for one in row["answers"] if one["answer"].strip() not in ("", NO_ANSWER)]
    gold = tuple(tuple(Gold(document, text) for text in one["selected_sentences"]) for one in answers)
    return Example(
        row["id"],
        row["question"],
        bool(answers),
        tuple(one["answer"] for one in answers),
        tuple(dict.fromkeys(one for one in gold if one)),
        documents=(document,),
    )
