"""A question with what is known of its right answer: pure values, whatever file they came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gold:
    """A text that answers a question, in a document (empty: any). It may be a sentence, a row, or a whole passage."""

    document: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """A question that is asked. Fields that the data does not have are empty.

    `answerable` is None where nobody knows. `references` are right answers, any of which will do. `gold` are
    alternatives, each a set of texts that together support an answer; `old` are texts that were right once and must
    not be cited now. `documents` are the only ones that may be searched; empty means the whole store.
    """

    id: str
    question: str
    answerable: bool | None = None
    references: tuple[str, ...] = ()
    gold: tuple[tuple[Gold, ...], ...] = ()
    old: tuple[Gold, ...] = ()
    kind: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A document that comes with the questions."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ExampleSet:
    """The examples of a file in its order, the documents that it carries, and what was wrong with rows left out."""

    format: str
    examples: tuple[Example, ...]
    sources: tuple[Source, ...] = ()
    skipped: tuple[str, ...] = ()

    def only(self, examples: Sequence[Example]) -> ExampleSet:
        """The set with these of its examples, and the documents that they are asked of."""
        wanted = {name for one in examples for name in one.documents}
        kept = tuple(one for one in self.sources if one.id in wanted) if wanted else self.sources
        return ExampleSet(self.format, tuple(examples), kept, self.skipped)
