"""A copy as CSL-JSON (schema 1.0.2), which programs that manage references read: one item for each reference."""

from __future__ import annotations

import json
import re
from datetime import date

from app.copies.references import Copied, Reference, one_line
from app.wire import Json

_SPECIAL = re.compile(r"<|\{(?=:)")


def csl_json(copied: Copied) -> str:
    """Write a copy; an answer without claims has no items."""
    accessed = date.fromisoformat(copied.answer["created"][:10])
    items = [_item(one, accessed) for one in copied.references.values()]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def escaped(text: str) -> str:
    """A text on one line that programs take for no markup (`<b>`) and for no fields (`{:type:song}`, or lines of a
    note): a word joiner, which is not to be seen, stands within what they would look for."""
    return _SPECIAL.sub("\\g<0>\u2060", one_line(text))


def _item(one: Reference, accessed: date) -> Json:
    against = f"{one.against}. " if one.against else ""
    columns = f" under “{escaped(one.columns)}”" if one.columns else ""
    item = {
        "id": one.key,
        "type": "document",
        "title": escaped(one.title),
        "author": [{"literal": escaped(one.owner)}] if one.owner else None,
        "version": escaped(one.revision),
        "section": escaped(" › ".join(one.section)) or None,
        "locator": None if one.page is None else str(one.page),
        "note": f"{against}Code points {one.start} to {one.end}{columns}: “{escaped(one.quote)}”",
        "URL": one.url,
        "accessed": {"date-parts": [[accessed.year, accessed.month, accessed.day]]},
    }
    return {name: value for name, value in item.items() if value is not None}
