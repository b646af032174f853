"""What the curator's commands get from the program that they are part of, since this room imports `ingest` alone.

The root of the command line hands it on as click's `obj`. Where the commands run by themselves there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ingest.embed import Embedder
    from ingest.types import Document, Span


class Contradiction(NamedTuple):
    """Two spans of two documents that cannot both hold, and why."""

    first: Span
    second: Span
    why: str


class Checked(NamedTuple):
    """What became of the kept answers that a change marked: as plain JSON values, and in words, empty if none was.

    `failed` where one could not be checked.
    """

    wire: Mapping[str, Any]
    words: str
    failed: bool


Say = Callable[[str], None]
"""Takes a sentence about what could not be done."""


@dataclass(frozen=True, slots=True)
class Program:
    """`contradictions` are those between documents, as the verifier finds them; what it lacks for that, it says.

    `check_answers` checks the marked answers of a store against what stands there now.
    """

    contradictions: Callable[[Sequence[Document], Say], Sequence[Contradiction]]
    check_answers: Callable[[Path, Embedder], Checked]
