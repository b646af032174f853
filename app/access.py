"""Who may use the server and what each may see: users, and the keys by which they are known.

Only the SHA-256 of a key is kept. That is enough, without salt and without many rounds, because keys are long random
strings, which nobody can find by guessing; `verispan key` makes such ones. What users may see is read when the server
starts: a changed file counts from the next start on.
"""

from __future__ import annotations

import hmac
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import scrypt, sha256
from pathlib import Path
from typing import Any, NamedTuple

from app.settings import Settings
from ingest.errors import BadInput, UnknownId

RESERVED = frozenset({"verispan", "here", "channel", "everyone"})
"""Names that mean somebody else, or everybody, where people are mentioned by name."""

SLACK_NAMES = "slack-"
"""What the names of people who write in Slack begin with; no user's may."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_SALT = b"verispan: the name of a key"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FIELDS = frozenset({"name", "key_sha256", "collections", "curator"})
_KIND = {str: "a text in quotation marks", list: "a list of texts", bool: "true or false"}


class BadAccess(BadInput):
    """The list of users is not of the right form; the message names file, entry and field."""

    code = "bad_access"
    status = 500
    next_step = "Correct it, then start again; `verispan key NAME` prints an entry that is right."


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who uses the server. `collections` are those they may see, None for all that there are.

    The name is a slug, so that it can be mentioned as @name.
    """

    name: str
    collections: frozenset[str] | None = None
    curator: bool = False


LOCAL = User("you", curator=True)
"""Whoever sits at this machine, where no keys are configured."""


class _Holder(NamedTuple):
    """A user with the hash of their key, and where that is written."""

    where: str
    key_sha256: str
    user: User


@dataclass(frozen=True, slots=True)
class Access:
    """The users by the SHA-256 of their key, in hex; none where the server asks for no key."""

    holders: Mapping[str, User]

    @property
    def asks_for_keys(self) -> bool:
        """Whether somebody has to say by a key who they are."""
        return bool(self.holders)

    def user_of(self, key: str) -> User | None:
        """The user whose key this is. Every hash is compared, so that each wrong key takes the same time."""
        given = digest(key)
        found = [user for known, user in self.holders.items() if hmac.compare_digest(known, given)]
        return found[0] if found else None

    def named(self, name: str) -> User:
        """The user of a name. Raises UnknownId where there is none, or none any more."""
        known = list(self.holders.values()) or [LOCAL]
        found = next((one for one in known if one.name == name), None)
        if found is None:
            raise UnknownId(f"there is no user {name!r}")
        return found

    def missing(self, collections: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield the names of users, each with a collection that they may see and that is not one of these."""
        for user in self.holders.values():
            for one in sorted((user.collections or frozenset()).difference(collections)):
                yield user.name, one

    def fingerprint(self, user: User) -> str:
        """What stands for a user's key in a session: another key has another, and it tells nothing of the key."""
        [known] = [key for key, holder in self.holders.items() if holder == user]
        return sha256(f"session {known}".encode()).hexdigest()[:32]

    def of_session(self, name: object, fingerprint: object) -> User | None:
        """The user of that name, if their key is still the one with that fingerprint."""
        return next(
            (one for one in self.holders.values() if one.name == name and self.fingerprint(one) == fingerprint), None
        )


def read_access(settings: Settings) -> Access:
    """Read who may use the server from the file that settings name, and from the bare keys. Raises BadAccess."""
    holders = [*(_of_file(Path(settings.access)) if settings.access else ()), *_bare(settings.keys)]
    _check_together(holders)
    return Access({one.key_sha256: one.user for one in holders})


def digest(key: str) -> str:
    """The SHA-256 of a key, in hex."""
    return sha256(key.encode()).hexdigest()


def what_is_wrong_with(name: str) -> str:
    """Why somebody cannot have this name; empty where they can."""
    if not _NAME.fullmatch(name):
        return "must be lower-case letters, digits, `.`, `_` and `-`, and begin with a letter or a digit"
    return "is reserved" if name in RESERVED or name.startswith(SLACK_NAMES) else ""


def _bare(keys: Sequence[str]) -> Iterator[_Holder]:
    """The users of keys without a name, who may see everything; each is named after the key.

    The name stays when other keys are listed before it: by number somebody would come into another's conversation.
    Readers see it, and such keys are not always long, so that it is of a slow hash: to try guesses against it
    costs 16 MB and some hundredths of a second for each. It needs no secret, which could get lost, and names with it.
    """
    for key in dict.fromkeys(keys):
        name = f"key-{scrypt(key.encode(), salt=_SALT, n=2**14, r=8, p=1, dklen=3).hex()}"
        yield _Holder(f"VERISPAN_API_KEYS: {name}", digest(key), User(name))


def _of_file(file: Path) -> list[_Holder]:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadAccess(f"{file}: {error}") from error
    tables = raw.get("user", [])
    if raw.keys() - {"user"} or not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise BadAccess(f"{file}: it holds [[user]] tables and nothing else")
    if not tables:
        raise BadAccess(f"{file}: it names no user")
    return [
        _holder(f"{file}: user {number} ({table.get('name', 'without a name')})", table)
        for number, table in enumerate(tables, 1)
    ]


def _holder(where: str, table: Mapping[str, Any]) -> _Holder:
    if unknown := sorted(table.keys() - _FIELDS):
        raise BadAccess(f"{where}: there is no field `{unknown[0]}`")
    name, known = _field(where, table, "name", str), _field(where, table, "key_sha256", str).lower()
    if wrong := what_is_wrong_with(name):
        raise BadAccess(f"{where}: the field `name` {wrong}")
    if not _DIGEST.fullmatch(known):
        raise BadAccess(f"{where}: the field `key_sha256` must be the 64 hex digits of the key's SHA-256")
    allowed = _collections(where, table) if "collections" in table else None
    curator = _field(where, table, "curator", bool) if "curator" in table else False
    return _Holder(where, known, User(name, allowed, curator))


def _collections(where: str, table: Mapping[str, Any]) -> frozenset[str]:
    names = _field(where, table, "collections", list)
    if not all(isinstance(one, str) and one for one in names):
        raise BadAccess(f"{where}: the field `collections` must be {_KIND[list]}")
    return frozenset(names)


def _field(where: str, table: Mapping[str, Any], name: str, kind: type) -> Any:
    if name not in table:
        raise BadAccess(f"{where}: the field `{name}` is missing")
    if not isinstance(table[name], kind):
        raise BadAccess(f"{where}: the field `{name}` must be {_KIND[kind]}")
    return table[name]


def _check_together(holders: Sequence[_Holder]) -> None:
    names: dict[str, str] = {}
    keys: dict[str, str] = {}
    for one in holders:
        for seen, value, field in ((names, one.user.name, "name"), (keys, one.key_sha256, "key")):
            if value in seen:
                raise BadAccess(f"{one.where}: has the same {field} as {seen[value]}")
            seen[value] = one.where
