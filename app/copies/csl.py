"""A copy as CSL-JSON (schema 1.0.2), which programs that manage references read: one item for each reference."""

from __future__ import annotations

import json
from datetime import date

from app.copies.references import Copied, Reference
from app.wire import Json


def csl_json(copied: Copied) -> str:
    """Write a copy; an answer without claims has no items."""
    accessed = date.fromisoformat(copied.answer["created"][:10])
    items = [_item(one, accessed) for one in copied.references.values()]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _item(one: Reference, accessed: date) -> Json:
    against = f"{one.against}. " if one.against else ""
    columns = f" under “{one.columns}”" if one.columns else ""
    item = {
        "id": one.key,
        "type": "document",
        "title": one.title,
        "author": [{"literal": one.owner}] if one.owner else None,
        "version": one.revision,
        "section": " › ".join(one.section) or None,
        "locator": None if one.page is None else str(one.page),
        "note": f"{against}Code points {one.start} to {one.end}{columns}: “{one.quote}”",
        "URL": one.url,
        "accessed": {"date-parts": [[accessed.year, accessed.month, accessed.day]]},
    }
    return {name: value for name, value in item.items() if value is not None}
