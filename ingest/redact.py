"""Taking what a document said out of kept answers and receipts, whose form and offsets stay right.

A claim that cites the document loses its text, and so does all that is said of a place in it: quotations, headings,
titles, reasons. What else repeats a sentence of the document word for word, such as a question, loses that sentence.
Ids, offsets and pages stay: they say which place was cited, and nothing of what stood there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ingest.identity import normalised
from ingest.purged import PURGED

_KEPT = frozenset(
    ("id", "document", "document_id", "revision", "unit", "page_source", "url", "standing", "status", "label", "name")
)
"""The texts that stay of what is said of a place in the document."""

_FIGURES = frozenset(("score", "needed", "p_supported", "p_contradicted"))
"""The numbers that stay of what checks found of a claim: how surely, not what."""

_FIRST = 12
"""Characters by which sentences are looked up; no shorter one is looked for."""

NOTE = "A document that this answer named has been purged: what rested on it is left out."


class Redactor:
    """Takes a document out of JSON values. `texts` are its sentences, less those that other documents have too."""

    def __init__(self, document_id: str, texts: Iterable[str]) -> None:
        self.document_id = document_id
        self._by_first: dict[str, list[str]] = {}
        forms = {form for text in texts for form in (text, normalised(text)) if len(form) >= _FIRST}
        for form in sorted(forms, key=lambda one: (-len(one), one)):
            self._by_first.setdefault(form[:_FIRST], []).append(form)

    def text(self, text: str) -> str:
        """A text without the sentences of the document."""
        kept, at, begun = [], 0, 0
        while at <= len(text) - _FIRST:
            candidates = self._by_first.get(text[at : at + _FIRST], ())
            found = next((one for one in candidates if text.startswith(one, at)), None)
            if found is None:
                at += 1
                continue
            kept += [text[begun:at], PURGED]
            at = begun = at + len(found)
        return "".join([*kept, text[begun:]])

    def body(self, body: Mapping[str, Any], follows_redacted: bool = False) -> dict[str, Any]:
        """An answer in its wire form, or its receipt, without the document; equal to it where it says nothing of it.

        What a question was understood as may say what the answer before it said, so it goes where that was redacted.
        """
        done: dict[str, Any] = self._walk(body)
        if done != body or follows_redacted:
            done = _without_understood(done)
        if done != body and isinstance(done.get("notes"), list) and NOTE not in done["notes"]:
            done["notes"] = [*done["notes"], NOTE]
        return done

    def _walk(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._walk(one) for one in value]
        if not isinstance(value, Mapping):
            return value
        if self._is_place(value):
            return self._place(value)
        if isinstance(value.get("citations"), list):
            return self._claim(value)
        walked = {key: self._walk(one) for key, one in value.items()}
        if isinstance(value.get("outdated"), list):  # what the answer lost before it was given, it loses anew
            walked["outdated"] = [one for one in value["outdated"] if not self._is_of(one)]
        if isinstance(value.get("claims"), list) and isinstance(value.get("text"), str):
            walked["text"] = self._put_together(value["text"], value["claims"], walked["claims"])
        return walked

    def _is_place(self, value: Mapping[str, Any]) -> bool:
        """Whether something is said of a place in the document: a citation, a passage, a near miss, a dispute."""
        document, citation = value.get("document"), value.get("citation")
        named = document.get("id") if isinstance(document, Mapping) else document
        if self.document_id in (named, value.get("document_id")):
            return True
        if isinstance(citation, Mapping):
            return self._is_place(citation)
        return any(isinstance(one, str) and self._is_of(one) for one in (value.get("id"), citation))

    def _is_of(self, name: str) -> bool:
        return name.startswith((f"{self.document_id}~", f"{self.document_id}@"))

    def _place(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self._part(key, one) for key, one in value.items()}

    def _part(self, key: str, value: Any) -> Any:
        if key == "document" and isinstance(value, Mapping):
            return self._place(value)
        if isinstance(value, str):
            return value if key in _KEPT or not value else "" if key == "uri" else PURGED
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return []
        return self._walk(value)

    def _claim(self, claim: Mapping[str, Any]) -> dict[str, Any]:
        walked = {key: self._walk(one) for key, one in claim.items()}
        if not any(self._is_place(one if isinstance(one, Mapping) else {"id": one}) for one in claim["citations"]):
            return walked
        checks = [one | {"detail": _figures(one.get("detail", {}))} for one in walked.get("checks", ())]
        said = {key: PURGED for key in ("text", "reason") if key in walked}
        return walked | said | ({"checks": checks} if "checks" in walked else {})

    def _put_together(self, text: str, before: Sequence[Mapping[str, Any]], after: Sequence[dict[str, Any]]) -> str:
        """The answer's text of its claims as they are now, whose offsets are set to their new places."""
        placed = [pair for pair in zip(before, after, strict=True) if "start" in pair[0]]
        made, at = "", 0
        for old, new in sorted(placed, key=lambda pair: int(pair[0]["start"])):
            made += self.text(text[at : old["start"]])
            new["start"], new["end"] = len(made), len(made) + len(new["text"])
            made += new["text"]
            at = old["end"]
        return made + self.text(text[at:])


def _figures(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in detail.items() if key in _FIGURES and not isinstance(value, str)}


def _without_understood(body: dict[str, Any]) -> dict[str, Any]:
    """An answer or a receipt without what its question was understood as, where that is not the question itself."""
    question, searched = body.get("question"), body.get("searched")
    if isinstance(searched, dict) and searched.get("query", question) != question:
        body = body | {"searched": searched | {"query": PURGED}}
    return body | {"understood_as": PURGED} if body.get("understood_as", question) != question else body
