"""Of a purged document nothing stands in any file, in any value of a database, or in what is packed in one."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from tests.ingest.store_model.model import Model

SHORTEST = 16  # bytes: what is shorter may stand anywhere


def is_nowhere(folder: Path, model: Model) -> None:
    """What was its alone to say; what others say too may stand."""
    done, begun = model.purged.keys() - model.unfinished, model.unfinished
    own = {text for name in done for text in model.purged[name]} - {
        text for name in begun for text in model.purged[name]
    }
    wanted = [form for text in own if not model.others_say(text) for form in _forms(text) if len(form) >= SHORTEST]
    for place, data in _everything(folder) if wanted else ():
        assert [one for one in wanted if one in data] == [], place


def _forms(text: str) -> set[bytes]:
    return {text.encode(), json.dumps(text)[1:-1].encode()}


def _everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    yield from ((file.name, file.read_bytes()) for file in files)
    for file in files:
        if file.suffix == ".db":
            yield from _values(file)


def _values(file: Path) -> Iterator[tuple[str, bytes]]:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for value in (value for row in connection.execute(f"SELECT * FROM {table}") for value in row):
                data = value.encode() if isinstance(value, str) else value if isinstance(value, bytes) else b""
                yield table, data
                with suppress(zlib.error):
                    yield table, zlib.decompress(data)
