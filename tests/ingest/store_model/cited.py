"""Every citation that was ever given resolves to what a reader of the texts would say of it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from ingest.errors import UnknownId
from ingest.identity import normalised
from ingest.resolve import ALIKE_IN_PLACE, Resolution, resolve
from ingest.store import Store
from ingest.types import Span
from tests.ingest.store_model.model import Given, Model, Shown

LONG = 4  # words, from which on a text within another is the one that was cited


def resolves(store: Store, model: Model, shown: Shown, given: Given) -> None:
    """One of them."""
    text = model.given[given]
    found = resolve(store, *given)
    anywhere = resolve(store, given.id)
    if given.document in model.purged:
        assert (found.status, found.cited, found.now) == (anywhere.status, None, None) == ("purged", None, None)
        assert not _is_there(store, given)
        return
    assert found.cited is not None
    assert (found.cited.id, found.cited.revision, found.cited.start, found.cited.text) == (*given, text)
    assert store.canonical_text(given.document, given.revision)[given.start : found.cited.end] == text
    assert anywhere.cited is not None
    assert normalised(anywhere.cited.text) == normalised(text)
    if given.document not in shown.spans:
        assert (found.status, found.now) == ("gone", None)
        return
    _in_its_document(model, shown, given, text, found)


def _is_there(store: Store, given: Given) -> bool:
    try:
        store.canonical_text(given.document, given.revision)
    except UnknownId:
        return bool(store.history(given.id))
    return True


def _in_its_document(model: Model, shown: Shown, given: Given, text: str, found: Resolution) -> None:
    today = shown.spans[given.document]
    [whole] = {held.text for uri, held in model.held.items() if model.ids[uri] == given.document}
    own = [span for span in today if span.id == given.id]
    same = [span for span in today if span.text == text]
    if found.status == "current":
        assert [found.now] == own
        assert own[0].start == given.start
    elif found.status == "moved":
        _moved(given, text, found.now, whole, own, same)
    else:
        assert not same
        assert not (len(text.split()) >= LONG and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", whole))
        assert (found.status == "changed") == (found.now is not None)
    if found.now and found.status == "changed":
        assert found.now in today
        assert found.now.text in _became(model, given.document, text)
        assert "".join(part.text for part in found.diff if part.kind != "insert").split() == text.split()
        assert "".join(part.text for part in found.diff if part.kind != "delete").split() == found.now.text.split()


def _moved(given: Given, text: str, now: Span | None, whole: str, own: list[Span], same: list[Span]) -> None:
    """It stands elsewhere, or under another id, or in something longer."""
    assert now is not None
    assert now.text == text == whole[now.start : now.end]
    if own:
        assert [now] == own
        assert now.start != given.start
    elif same:
        assert now in same


def _became(model: Model, document: str, text: str) -> set[str]:
    """The texts that one may have become, edit by edit, in this document."""
    waiting, reached = [text], {text}
    texts = {said for given, said in model.given.items() if given.document == document}
    while waiting:
        text_then = waiting.pop()
        near = {one for one in texts - reached if likeness(text_then, one) > ALIKE_IN_PLACE}
        reached |= near
        waiting += near
    return reached - {text}


def likeness(one: str, other: str) -> float:
    """The share of words that two texts have in common, whichever is laid over which."""
    words = one.split(), other.split()
    return max(SequenceMatcher(None, *pair, autojunk=False).ratio() for pair in (words, words[::-1]))
