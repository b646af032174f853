"""What is looked for in the documents of a curated folder: one file here and one line in the table for each lint.

False alarms are worse than misses: a lint names only what is hardly ever meant to be so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from corpus.finding import Finding
from corpus.lints import duplicates, extraction, headings, references, units
from ingest.types import Document

DOCUMENT_LINTS: tuple[Callable[[Sequence[Document]], Iterator[Finding]], ...] = (
    duplicates.findings,
    extraction.findings,
    headings.findings,
    references.findings,
    units.findings,
)
"""Each looks at all documents that could be read."""
