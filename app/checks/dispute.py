"""Sixth rung: what stands elsewhere in the store against a claim. It is shown beside the claim, and withholds nothing.

Of the spans that were found for the claim the nearest are judged. One contradicts the claim when it says something
else of the same thing, as the fact rung names it (`app.checks.same_thing`), or when a verifier that knows contradiction
is sure of it and nothing tells the two apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from app.addressed import is_addressed
from app.checks.same_thing import Difference, Statement, difference, may_be_same
from app.checks.words import content, fold, share, squeeze
from app.types import Check, Claim, Verifier
from ingest.types import Hit, Span, heading_path

TRIED = 6
"""How many spans are judged for a claim."""

NEAR = 0.5
"""Share of the claim's content, its headings set aside, that a span must hold to be judged."""

SURE = 0.9
"""From this probability on a verifier's contradiction is shown although the fact rung cannot name it."""

SHOWN = 3
"""How many contradictions are shown beside a claim."""

Standing = Literal["current", "superseded", "supersedes"]
"""Of a contradicting span's document: another replaces it (`superseded`), it replaces the one that the claim cites
(`supersedes`), or neither."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A span that the claim does not cite, with its document's title and standing.

    `linked` when its document replaces one that the claim cites, or is replaced by it, be it through others.
    """

    span: Span
    title: str
    standing: Standing = "current"
    linked: bool = False

    @property
    def statement(self) -> Statement:
        """The span under its headings."""
        return Statement(self.span.text, heading_path(self.title, self.span.section), self.span.document_id)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A span that contradicts a claim, and why. `p_contradicted` is None where no verifier that knows was asked."""

    found: Elsewhere
    why: str
    p_contradicted: float | None


def nearest(claim: Claim, hits: Sequence[Hit], place: Callable[[Span, str], Elsewhere]) -> list[Elsewhere]:
    """The sentences of the hits that share most with the claim, each text once: not cited by it, nor saying the same.

    What a document says to whoever answers is none of them. `place` says of a span and its document's title what they
    are beside the claim.
    """
    wanted = _content(claim.text)
    same = {squeeze(claim.text), *(squeeze(one.span.text) for one in claim.citations)}
    found: dict[str, tuple[float, Elsewhere]] = {}
    for hit in hits:
        for span in hit.spans:
            shared = share(wanted, _content(span.text)) if span.kind == "sentence" else 0.0
            if shared >= NEAR and (text := squeeze(span.text)) not in same and not is_addressed(span.text):
                one = -shared, place(span, hit.title)
                found[text] = min(found.get(text, one), one, key=_order)
    return [one for _, one in sorted(found.values(), key=_order)][:TRIED]


@lru_cache(maxsize=10_000)
def _content(text: str) -> frozenset[str]:
    """The content of a sentence, which is held against many others."""
    return content(fold(text))


def judge(claim: Claim, candidates: Sequence[Elsewhere], verifier: Verifier | None) -> list[Dispute]:
    """Those of the candidates that contradict the claim, what still stands first; the verifier is asked once."""
    mine = _statement(claim)
    named = {one.span.id: difference(mine, one.statement, one.linked) for one in candidates}
    asked = [one for one in candidates if named[one.span.id] or _may_be_same(mine, one)] if verifier else []
    judged = verifier.verify([(one.span.text, claim.text) for one in asked]) if verifier and asked else []
    likely = {one.span.id: how.p_contradicted for one, how in zip(asked, judged, strict=True)}
    disputes = (_dispute(one, named[one.span.id], likely.get(one.span.id)) for one in candidates)
    found = sorted(filter(None, disputes), key=lambda one: one.found.standing == "superseded")
    return found[:SHOWN]


def check(disputes: Sequence[Dispute], candidates: Sequence[Elsewhere], shown: Sequence[dict[str, Any]]) -> Check:
    """Put disputes into a Check, each with its citation as `shown`; it fails where one is of a document that stands.

    `passed` is None when nothing was near enough to be judged.
    """
    if not candidates:
        return Check("dispute", None)
    listed = [
        {"citation": citation, "why": one.why, "p_contradicted": one.p_contradicted, "standing": one.found.standing}
        for one, citation in zip(disputes, shown, strict=True)
    ]
    lives = any(one.found.standing != "superseded" for one in disputes)
    return Check("dispute", not lives, {"disputes": listed})


def _order(scored: tuple[float, Elsewhere]) -> tuple[float, bool, str]:
    """The nearest first; of the same text, the one of a document that stands."""
    shared, one = scored
    return shared, one.standing == "superseded", one.span.id


def _statement(claim: Claim) -> Statement:
    """What a claim says, under the headings of the first span that it cites."""
    if not claim.citations:
        return Statement(claim.text)
    first = claim.citations[0]
    return Statement(claim.text, heading_path(first.title, first.span.section), first.span.document_id)


def _may_be_same(mine: Statement, one: Elsewhere) -> bool:
    return one.span.document_id != mine.document and may_be_same(mine, one.statement, one.linked)


def _dispute(one: Elsewhere, what: Difference | None, likely: float | None) -> Dispute | None:
    if what:
        return Dispute(one, f"It says {what.theirs} where the claim says {what.mine}.", likely)
    if likely is None or likely < SURE:
        return None
    return Dispute(one, f"It contradicts the claim with a probability of {likely:.2f}.", likely)
