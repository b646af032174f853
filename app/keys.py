"""A new key for somebody, and the entry for them in the file of users."""

from __future__ import annotations

import json
from collections.abc import Sequence
from secrets import token_urlsafe

from app.access import digest, what_is_wrong_with
from ingest.errors import BadInput

PREFIX = "vsk_"
"""What every key begins with, so that one is known where it should not be; `app/secrets.py` takes them out."""


class BadName(BadInput):
    """A user cannot have this name."""

    code = "bad_name"
    next_step = "Choose another name."


def new_key(name: str, collections: Sequence[str] | None = None) -> dict[str, str]:
    """Make a key of 256 random bits; `toml` is the table of its user, who may see these collections, or all for None.

    The key is kept nowhere. Raises BadName.
    """
    if wrong := what_is_wrong_with(name):
        raise BadName(f"The name {name!r} {wrong}")
    key = PREFIX + token_urlsafe(32)
    lines = ["[[user]]", f"name = {_toml(name)}", f"key_sha256 = {_toml(digest(key))}"]
    lines += [] if collections is None else [f"collections = [{', '.join(map(_toml, collections))}]"]
    return {"name": name, "key": key, "toml": "\n".join([*lines, ""])}


def _toml(text: str) -> str:
    """A text as TOML writes it: as JSON does, but that DEL is escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
