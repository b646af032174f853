"""The tables of the chat, in a database of their own beside the store's, so that a long ingest holds up no message.

Every message, edit and finished answer takes the next number of one counter, `seq`: what is newer than what somebody
has read is what has a greater one.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Boolean, Column, Engine, Float, Index, Integer, MetaData, String, Table, Text

from ingest.database import counters_table, open_database

SCHEMA_VERSION = 1
DATABASE = "chat.db"

_tables = MetaData()

meta = counters_table(_tables)

channels = Table(
    "channels",
    _tables,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("collection", String, nullable=False),
    Column("model", String, nullable=False),
    Column("min_confidence", Float),
    Column("created", String, nullable=False),
)

messages = Table(
    "messages",
    _tables,
    Column("id", String, primary_key=True),
    Column("seq", Integer, nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("root", String),
    Column("author", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("asks", Boolean, nullable=False),
    Column("created", String, nullable=False),
    Column("edited", String),
    Column("changed_seq", Integer, nullable=False),
    Index("messages_by_channel", "channel", "root", "seq"),
    Index("messages_by_root", "root", "seq"),
    Index("messages_by_change", "channel", "changed_seq"),
)

turns = Table(
    "turns",
    _tables,
    Column("message", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("question", Text, nullable=False),
    Column("answer_id", String, index=True),
    Column("answered", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("asked", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("ended_seq", Integer),
)

mentions = Table(
    "mentions",
    _tables,
    Column("message", String, primary_key=True),
    Column("user", String, primary_key=True),
)

reads = Table(
    "reads",
    _tables,
    Column("user", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("seq", Integer, nullable=False),
)

feedback = Table(
    "feedback",
    _tables,
    Column("answer_id", String, primary_key=True),
    Column("user", String, primary_key=True),
    Column("claim", Integer, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("given", String, nullable=False),
)

slack_requests = Table(
    "slack_requests",
    _tables,
    Column("id", String, primary_key=True),
    Column("taken", String, nullable=False, index=True),
)

slack_threads = Table(
    "slack_threads",
    _tables,
    Column("team", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("thread", String, primary_key=True),
    Column("root", String, nullable=False),
)

slack_replies = Table(
    "slack_replies",
    _tables,
    Column("message", String, primary_key=True),
    Column("team", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("thread", String, nullable=False),
    Column("ts", String, nullable=False),
    Column("response_url", String, nullable=False),
)


def has_chat(folder: Path) -> bool:
    """Whether there is a chat beside the store in a folder."""
    return (folder / DATABASE).is_file()


def open_engine(folder: Path) -> Engine:
    """Open the chat of the store in a folder, or begin one. Raises StoreError."""
    return open_database(folder / DATABASE, _tables, {"schema_version": SCHEMA_VERSION, "seq": 0}, create=True)
