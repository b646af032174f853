"""Which document a file is: the manifest's id, that of the document it was at the last ingest, or a new one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path

from ingest.discover import PIPED, Candidate
from ingest.purged import hidden_place
from ingest.rows import StoredDocument


def name_document(
    candidate: Candidate, sha256: str, known: Collection[StoredDocument], reserved: Collection[str]
) -> str:
    """Give a file its document id: the manifest's; else that of the document it is; else a new slug from its name.

    It is a document that the collection holds when it stands at that one's place, be that one purged, or when it has
    that one's bytes and nothing stands at that one's place any more; a document of today before one that was retired,
    so that a file which is renamed stays what it is. `reserved` are the ids that this ingest has given away already.
    """
    if candidate.entry is not None:
        return candidate.entry.id
    free = [one for one in known if one.collection == candidate.collection and one.id not in reserved]
    places = (candidate.path, hidden_place(candidate.path))
    for status in ("current", "retired"):
        ours = [one for one in free if one.status == status]
        same_place = [one.id for one in ours if one.path in places]
        same_bytes = [one.id for one in ours if one.source_sha256 == sha256 and is_gone(one)]
        if found := same_place + same_bytes:
            return found[0]
    return _new_slug(candidate.uri, {one.id for one in known} | set(reserved))


def ids_given(candidates: Iterable[Candidate], known: Iterable[StoredDocument]) -> dict[str, Candidate]:
    """Say which candidate each id of a manifest belongs to: the first that lists it, unless another live file has it.

    A manifest may give the id of one of its own folder's files to another file there, and of no other folder's.
    """
    foreign = {one.id: one.path for one in known if one.status == "current" and not is_gone(one)}
    given: dict[str, Candidate] = {}
    for one in candidates:
        if one.entry is None:
            continue
        held = foreign.get(one.entry.id)
        if held is None or held == one.path or Path(held).is_relative_to(one.root):
            given.setdefault(one.entry.id, one)
    return given


def is_gone(document: StoredDocument) -> bool:
    """Say whether nothing stands any more where a document's file was; what cannot be looked at may still be there."""
    if document.path.startswith(PIPED):
        return False
    try:
        return not Path(document.path).exists()
    except OSError:
        return False


def slug(name: str) -> str:
    """A name as document ids are written: lower-case letters and digits joined by hyphens; empty where it has none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _new_slug(uri: str, taken: set[str]) -> str:
    stem = slug(Path(uri).stem) or "document"
    count = 1
    name = stem
    while name in taken:
        count += 1
        name = f"{stem}-{count}"
    return name
