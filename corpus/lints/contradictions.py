"""Sentences of two documents that cannot both hold, as the verifier finds them (`corpus.program`).

Two documents that are known to contradict each other are let be: an entry's `disputes` names the ids of those that its
document contradicts, with commas between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from corpus.finding import Finding
from corpus.program import Contradiction
from ingest.types import Document


def disputed(metadata: Mapping[str, str]) -> list[str]:
    """The ids of the documents that one is known to contradict, in the order in which its entry names them."""
    return [name.strip() for name in metadata.get("disputes", "").split(",") if name.strip()]


def findings(found: Iterable[Contradiction], documents: Sequence[Document]) -> Iterator[Finding]:
    """One finding for each two sentences, at the first; which of them is to give way is for the curator to say."""
    known = {frozenset((one.id, other)) for one in documents for other in disputed(one.metadata)}
    for first, second, why in found:
        if {first.document_id, second.document_id} in known:
            continue
        said, other = (" ".join(span.text.split()) for span in (first, second))
        what = f"says “{said}”, and {second.document_id}: “{other}” {why}"
        yield Finding(first.document_id, what, "contradiction", "warning", " > ".join(first.section))
