"""Taking what a document said out of kept answers, whose form and offsets stay right.

A claim that cites the document, or rests on one that does, loses its text, and so does all that is said of a place in
it: quotations, headings, titles, reasons. What else repeats a sentence of the document, or such a claim, word for word,
such as a question, loses that. Ids, offsets and pages stay: they say which place was cited, and nothing of what stood
there. A receipt is not redacted, since it would prove nothing any more: who finds it changed by this deletes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ingest.purged import PURGED
from ingest.resting import CLAIMS, resting
from ingest.traces import Traces

_KEPT = frozenset(
    ("id", "document", "document_id", "revision", "unit", "page_source", "url", "standing", "status", "label", "name")
)
"""The texts that stay of what is said of a place in the document."""

_FIGURES = frozenset(("score", "needed", "p_supported", "p_contradicted"))
"""The numbers that stay of what checks found of a claim: how surely, not what."""

NOTE = "A document that this answer named has been purged: what rested on it is left out."


class Redactor:
    """Takes a document out of JSON values. `traces` are the fingerprints of what is not to be said anywhere.

    It finds by them what the proof of a purge would find, and so needs no text of the document.
    """

    def __init__(self, document_id: str, traces: Traces) -> None:
        self.document_id = document_id
        self._traces = traces

    def text(self, text: str) -> str:
        """A text without what is not to be said; a longer word that holds it is another, and stays.

        Of texts that overlap there, all goes.
        """
        data, kept, begun = text.encode("utf-8", "surrogatepass"), list[bytes](), 0
        for place in self._traces.found_in(data):
            if place.start >= begun:
                kept += [data[begun : place.start], PURGED.encode()]
            begun = max(begun, place.end)
        return b"".join([*kept, data[begun:]]).decode("utf-8", "surrogatepass")

    def names(self, body: Any) -> bool:
        """Whether an answer, or a part of it, says something of a place in the document, purged or not."""
        is_near = self.document_id in "\x00".join(_strings(body))  # which is told much quicker
        return is_near and any(self._is_place(one) for one in _objects(body))

    def body(self, body: Mapping[str, Any], follows_redacted: bool = False) -> dict[str, Any]:
        """An answer in its wire form without the document; equal to it where it says nothing of it.

        What a question was understood as may say what the answer before it said, so it goes where that was redacted.
        """
        done: dict[str, Any] = self._walk(body) if self._is_in(body) else dict(body)
        if done != body or follows_redacted:
            done = _without_understood(done)
        if done != body and isinstance(done.get("notes"), list) and NOTE not in done["notes"]:
            done["notes"] = [*done["notes"], NOTE]
        return done

    def is_cited_by(self, claim: Mapping[str, Any]) -> bool:
        """Whether a claim cites the document."""
        return any(
            self._is_place(one if isinstance(one, Mapping) else {"id": one}) for one in claim.get("citations", ())
        )

    def _is_in(self, body: Any) -> bool:
        """Whether there may be something to be taken out, which is told much quicker than what."""
        strings = "\x00".join(_strings(body))
        return self.document_id in strings or any(self._traces.found_in(strings.encode("utf-8", "surrogatepass")))

    def _walk(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._walk(one) for one in value]
        if not isinstance(value, Mapping):
            return value
        if self._is_place(value):
            return self._place(value)
        walked = {key: self._walk(one) for key, one in value.items()}
        if isinstance(value.get("outdated"), list):  # what the answer lost before it was given, it loses anew
            walked["outdated"] = [one for one in value["outdated"] if not self._is_of(one)]
        if isinstance(value.get("citations"), list) and self.is_cited_by(value):
            return walked | _unsaid(walked)
        if isinstance(value.get("claims"), list) and isinstance(value.get("text"), str):
            return walked | self._answer(value, walked)
        return walked

    def _answer(self, before: Mapping[str, Any], walked: Mapping[str, Any]) -> dict[str, Any]:
        """What is new in an answer whose parts were walked: no claim that rests on the document, no reason of one."""
        gone = resting(before, self.is_cited_by)
        lists = {name: list(walked[name]) for name in CLAIMS if name in walked}
        for name, at in gone:
            lists[name][at] |= _unsaid(lists[name][at])
        reasons = {reason for name, at in gone if (reason := before[name][at].get("reason"))}
        text = self._put_together(before["text"], before["claims"], lists["claims"])
        return {**lists, "text": text, **_without_reasons(walked, reasons)}

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


def _unsaid(claim: Mapping[str, Any]) -> dict[str, Any]:
    """What takes the place of what a claim says, and of what its checks found."""
    checks = [one | {"detail": _figures(one.get("detail", {}))} for one in claim.get("checks", ())]
    said = {key: PURGED for key in ("text", "reason") if key in claim}
    return said | ({"checks": checks} if "checks" in claim else {})


def _without_reasons(answer: Mapping[str, Any], reasons: Collection[str]) -> dict[str, Any]:
    """What was searched, where a near miss gives the reason for which a claim was withheld."""
    searched = answer.get("searched")
    if not isinstance(searched, Mapping) or "near_misses" not in searched:
        return {}
    misses = [one | {"why": PURGED} if one.get("why") in reasons else one for one in searched["near_misses"]]
    return {"searched": {**searched, "near_misses": misses}}


def _figures(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in detail.items() if key in _FIGURES and not isinstance(value, str)}


def _without_understood(body: dict[str, Any]) -> dict[str, Any]:
    """An answer or a receipt without what its question was understood as, where that is not the question itself."""
    question, searched = body.get("question"), body.get("searched")
    if isinstance(searched, dict) and searched.get("query", question) != question:
        body = body | {"searched": searched | {"query": PURGED}}
    return body | {"understood_as": PURGED} if body.get("understood_as", question) != question else body


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """All objects of a JSON value, itself too."""
    if isinstance(value, Mapping):
        yield value
    if isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _objects(one)


def _strings(value: Any) -> Iterator[str]:
    """All texts of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _strings(one)
