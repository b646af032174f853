"""Reading the rows of a table that were not read before: of a store that is written to meanwhile, only what is new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Connection, Row, select

_AT_ONCE = 100


class Unread:
    """The rows of a table, by its key, each given once, though not by the same call."""

    def __init__(self, key: Column[str]) -> None:
        self._key = key
        self._read = set[str]()

    def rows(self, connection: Connection) -> Iterator[Row[Any]]:
        """Those that were not given before."""
        new = [name for name in connection.scalars(select(self._key)) if name not in self._read]
        for at in range(0, len(new), _AT_ONCE):
            names = new[at : at + _AT_ONCE]
            self._read |= set(names)
            yield from connection.execute(select(self._key.table).where(self._key.in_(names))).all()
