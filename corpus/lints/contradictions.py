"""Sentences of two documents that cannot both hold, as the verifier finds them (`corpus.program`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corpus.finding import Finding
from corpus.program import Contradiction


def findings(found: Iterable[Contradiction]) -> Iterator[Finding]:
    """One finding for each two sentences, at the first; which of them is to give way is for the curator to say."""
    for first, second, why in found:
        said, other = (" ".join(span.text.split()) for span in (first, second))
        what = f"says “{said}”, and {second.document_id}: “{other}” {why}"
        yield Finding(first.document_id, what, "contradiction", "warning", " > ".join(first.section))
