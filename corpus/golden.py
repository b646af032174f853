"""Golden texts: sentences of the documents that questions of an evaluation rest on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ingest.errors import BadInput
from ingest.identity import normalised
from ingest.store import Store
from ingest.types import Span


class BadGolden(BadInput):
    """A file of golden texts is not of the right form; the message names file and line."""

    next_step = "Correct the file, then check again."


class Golden(NamedTuple):
    """A text that must stand in a document, or in any where `document` is empty, for the question `row`."""

    row: str
    document: str
    exact: str


def read_golden(file: Path) -> list[Golden]:
    """Read the golden texts of a file of rows {"id", "gold": [{"document"?, "exact"}]}. Raises BadGolden."""
    with file.open("rb") as lines:
        return [one for number, line in enumerate(lines, 1) if line.strip() for one in _row(line, f"{file}:{number}")]


def stands(store: Store, golden: Golden) -> bool:
    """Whether a golden text stands in its document today."""
    wanted = normalised(golden.exact)
    return any(wanted in normalised(store.canonical_text(*one)) for one in _documents(store, golden))


def spans_of(store: Store, golden: Golden) -> Iterator[Span]:
    """The spans of today that a golden text stands in, or that stand in it."""
    wanted = normalised(golden.exact)
    for document_id, _ in _documents(store, golden):
        for span in store.spans_at(document_id, store.generation()):
            text = normalised(span.text)
            if wanted in text or text in wanted:
                yield span


def _documents(store: Store, golden: Golden) -> Iterator[tuple[str, str]]:
    """The ids and revisions of the current documents that a golden text may stand in."""
    for one in store.documents():
        if one.status == "current" and golden.document in ("", one.id):
            yield one.id, one.current_revision


def _row(line: bytes, where: str) -> Iterator[Golden]:
    try:
        row = json.loads(line.decode())
        for one in row.get("gold", ()):
            yield Golden(str(row["id"]), str(one.get("document", "")), str(one["exact"]))
    except UnicodeDecodeError as error:
        raise BadGolden(f"{where}: byte {error.start + 1} is not valid UTF-8") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadGolden(f'{where}: this is no row {{"id", "gold": [{{"document", "exact"}}]}}') from error
