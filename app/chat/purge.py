"""Taking a purged document out of the chat: what was answered, and what was said that repeats it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection, select, update

from app.chat.messages import next_seq
from app.chat.schema import DATABASE, channels, messages, open_engine, turns
from ingest.compact import compact
from ingest.database import writing
from ingest.values import values_in

_STAYING = {
    "channels": "SELECT id, kind, owner, collection, model, created FROM channels",
    "messages": "SELECT id, channel, root, author, created, edited FROM messages",
    "turns": "SELECT message, answer_id, asked FROM turns",
}
"""What stays of the tables from which something is taken out."""


class ChatBeside:
    """The chat beside the store in a folder, as a purge sees it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / DATABASE
        self._engine = open_engine(folder)

    def redact(self, answered: Mapping[str, str], without: Callable[[str], str]) -> int:
        """Give answers, by id, their new texts, and take out of all that was said what `without` takes out.

        Returns how many turns, messages and channels that changed.
        """
        with writing(self._engine).begin() as connection:
            changed = _redact_turns(connection, answered, without)
            return changed + _redact_messages(connection, without) + _redact_channels(connection, without)

    def staying(self) -> Iterator[bytes]:
        """All that stays in the file, whatever is redacted, value by value."""
        return values_in(self._file, _STAYING)

    def compact(self) -> None:
        """Leave nothing in the file of what was there before."""
        self.close()
        compact(self._file)

    def close(self) -> None:
        """Close all connections; they are opened again when they are needed."""
        self._engine.dispose()


def _redact_turns(connection: Connection, answered: Mapping[str, str], without: Callable[[str], str]) -> int:
    changed = 0
    for row in connection.execute(select(turns)).all():
        new = {name: without(getattr(row, name)) for name in ("question", "answered", "error")}
        if row.answer_id in answered:
            new["answered"] = answered[row.answer_id]
        if any(getattr(row, name) != text for name, text in new.items()):
            this = (turns.c.message == row.message) & (turns.c.version == row.version)
            connection.execute(update(turns).where(this).values(new))
            _touch(connection, row.message)
            changed += 1
    return changed


def _redact_messages(connection: Connection, without: Callable[[str], str]) -> int:
    changed = 0
    for row in connection.execute(select(messages.c.id, messages.c.text)).all():
        if (text := without(row.text)) != row.text:
            connection.execute(update(messages).where(messages.c.id == row.id).values(text=text))
            _touch(connection, row.id)
            changed += 1
    return changed


def _redact_channels(connection: Connection, without: Callable[[str], str]) -> int:
    rows = connection.execute(select(channels.c.id, channels.c.purpose)).all()
    new = {row.id: purpose for row in rows if (purpose := without(row.purpose)) != row.purpose}
    for name, purpose in new.items():
        connection.execute(update(channels).where(channels.c.id == name).values(purpose=purpose))
    return len(new)


def _touch(connection: Connection, message_id: str) -> None:
    """Have the pages that show a message look again."""
    this = messages.c.id == message_id
    connection.execute(update(messages).where(this).values(changed_seq=next_seq(connection)))
