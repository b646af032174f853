"""Who a message names with an @, and the question that is left without the name of the one who answers."""

from __future__ import annotations

import re

ANSWERER = "verispan"
"""The name by which a message asks."""

EVERYBODY = ("here", "channel", "everyone")
"""Names that mean all who read the channel."""

_MENTION = re.compile(r"(?<![\w@.])@([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)")


def mentioned(text: str) -> frozenset[str]:
    """The names in a text, in lower case: `@ada, see this` names `ada`; an address such as a@b.org names nobody."""
    return frozenset(name.lower() for name in _MENTION.findall(text))


def question_of(text: str) -> str:
    """The text without `@verispan`; the empty text where nothing else stands in it."""
    return re.sub(rf"\s*(?<![\w@.])@{ANSWERER}(?![\w-]|\.\w)[,:]?\s*", " ", text, flags=re.IGNORECASE).strip()
