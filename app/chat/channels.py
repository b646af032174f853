"""The channels of the chat: what they are bound to, and who sees them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import asdict, replace

from sqlalchemy import Engine, Row, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError

from app.chat.schema import channels, messages
from app.chat.types import Channel, ChannelKind
from app.errors import NotAllowed
from ingest.database import writing
from ingest.errors import BadInput, UnknownId
from ingest.rows import now

FIRST = "general"
"""The channel that a chat begins with; it searches all collections."""

MAX_PURPOSE = 200

MOST = 10_000
"""How many channels there may be, direct ones and those of Slack included."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def direct_id(user: str) -> str:
    """The id of somebody's direct conversation with Verispan; no channel can have it."""
    return f"@{user}"


class Channels:
    """The channels in a chat's database. `allowed` is the collections that somebody may see, None for all."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        name: str,
        owner: str,
        *,
        kind: ChannelKind = "channel",
        purpose: str = "",
        collection: str = "",
        model: str = "",
        min_confidence: float | None = None,
    ) -> Channel:
        """Add a channel. Raises BadInput for a name that is taken, or that no channel can have."""
        if kind == "channel" and not _NAME.fullmatch(name):
            raise BadInput("A channel's name is made of up to 40 small letters and digits, and hyphens")
        made = Channel(name, kind, owner, purpose.strip()[:MAX_PURPOSE], collection, model, min_confidence, now())
        try:
            with writing(self._engine).begin() as connection:
                if (connection.scalar(select(func.count()).select_from(channels)) or 0) >= MOST:
                    raise BadInput(f"There are {MOST} channels already, which is as many as there may be")
                connection.execute(channels.insert(), asdict(made))
        except IntegrityError as error:
            raise BadInput(f"There is a channel {name!r} already") from error
        return made

    def begin(self, collections: Collection[str]) -> None:
        """Give a new chat its first channels: one for all collections, and one for each where there are several."""
        if self.get_or_none(FIRST) is not None:
            return
        first = [Channel(FIRST, "channel", "", "Questions about all documents", "", "", None, now())]
        for collection in collections if len(collections) > 1 else ():
            name = re.sub(r"[^a-z0-9]+", "-", collection.lower()).strip("-")[:40].strip("-")
            about = f"Questions about {collection}"[:MAX_PURPOSE]
            first += [Channel(name, "channel", "", about, collection, "", None, now())] if name else []
        self._add_unless_there(*first)

    def _has_messages(self, channel_id: str) -> bool:
        with self._engine.connect() as connection:
            return connection.scalar(select(messages.c.id).where(messages.c.channel == channel_id).limit(1)) is not None

    def _add_unless_there(self, *made: Channel) -> None:
        """Add all of these or none; what another process has added meanwhile stays as it is."""
        with writing(self._engine).begin() as connection:
            connection.execute(insert(channels).on_conflict_do_nothing(), [asdict(one) for one in made])

    def get(self, channel_id: str, user: str, allowed: Collection[str] | None) -> Channel:
        """A channel that a user may see. Raises UnknownId for any other, be it there or not."""
        found = self.get_or_none(channel_id)
        if found is None or not is_visible(found, user, allowed):
            raise UnknownId(f"there is no channel {channel_id!r}")
        return found

    def get_or_none(self, channel_id: str) -> Channel | None:
        """A channel, whoever may see it."""
        with self._engine.connect() as connection:
            row = connection.execute(select(channels).where(channels.c.id == channel_id)).one_or_none()
        return _channel(row) if row else None

    def direct(self, user: str) -> Channel:
        """A user's direct conversation with Verispan, made when it is first asked for."""
        found = self.get_or_none(direct_id(user))
        if found is None:
            purpose = "Between you and Verispan"
            self._add_unless_there(Channel(direct_id(user), "direct", user, purpose, "", "", None, now()))
        return found or self.direct(user)

    def visible(self, user: str, allowed: Collection[str] | None) -> tuple[Channel, ...]:
        """The channels that a user may see, the direct one last, the others by name."""
        query = select(channels).where(channels.c.kind == "channel").order_by(channels.c.id)
        with self._engine.connect() as connection:
            found = [_channel(row) for row in connection.execute(query)]
        return (*(one for one in found if is_visible(one, user, allowed)), self.direct(user))

    def bind(self, channel: Channel, purpose: str, collection: str, model: str, least: float | None) -> Channel:
        """Bind a channel anew; it keeps its name and what was said in it.

        Raises BadInput for another collection once something was said: others would see it then than those it was
        said to.
        """
        if collection != channel.collection and channel.kind == "channel" and self._has_messages(channel.id):
            raise BadInput("Something was said here already, so that it keeps its collection; make a new channel")
        changed = replace(
            channel,
            purpose=purpose.strip()[:MAX_PURPOSE],
            collection=collection,
            model=model,
            min_confidence=least,
        )
        with writing(self._engine).begin() as connection:
            connection.execute(channels.update().where(channels.c.id == channel.id), asdict(changed))
        return changed


def is_visible(channel: Channel, user: str, allowed: Collection[str] | None) -> bool:
    """Whether a user may see a channel: his own direct one, and those whose answers come from what he may see."""
    if channel.kind == "direct":
        return channel.owner == user
    return channel.kind == "channel" and (allowed is None or channel.collection in allowed)


def check_owner(channel: Channel, user: str, curator: bool) -> None:
    """Raise NotAllowed unless a user may change what a channel is bound to: its owner and curators may."""
    if not curator and channel.owner != user:
        raise NotAllowed(f"Only the one who made {channel.id!r}, and curators, may change it")


def _channel(row: Row[tuple[object, ...]]) -> Channel:
    return Channel(**row._mapping)
